"""A queue as SQS is one: messages come at least once, in any order, again when they were not deleted, at last as dead letters."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from shared.app import Routes

VISIBILITY = 180.0  # seconds; longer than any function lives
MOST_RECEIVES = 6
_LONGEST_WAIT = 300
_ids: Iterator[int] = count(1)


@dataclass
class Message:
    """``due`` is when it can be received; ``poison`` marks what no function can ever handle."""

    body: str
    due: float
    poison: bool = False
    receives: int = 0
    message_id: str = field(default_factory=lambda: f"m-{next(_ids)}")

    def record(self) -> dict[str, Any]:
        return {
            "messageId": self.message_id, "receiptHandle": "", "body": self.body,
            "attributes": {"ApproximateReceiveCount": str(self.receives)},
        }


class Mailbox:
    """What waits for one function, which handles at most so many messages at once as its template says."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes
        self.name = routes.mailbox
        self.patterns = routes.patterns()
        self.most = 1 if any(route.effect for route in routes.routes.values()) else 10
        self.waiting: list[Message] = []
        self.dead: list[Message] = []

    def is_due(self, now: float) -> bool:
        """Whether anything can be received."""
        return any(message.due <= now for message in self.waiting)

    def receive(self, now: float, random: Random) -> list[Message]:
        """Some of the messages that are due, in any order; those that failed too often end here."""
        due = [message for message in self.waiting if message.due <= now]
        batch = random.sample(due, min(len(due), random.randint(1, self.most)))
        for message in batch:
            message.receives += 1
            message.due = now + VISIBILITY
        buried = [message for message in batch if message.receives > MOST_RECEIVES]
        for message in buried:
            self.waiting.remove(message)
            self.dead.append(message)
        return [message for message in batch if message not in buried] if buried else batch

    def answered(self, batch: list[Message], failed: set[str], now: float) -> None:
        """What was handled is deleted; what failed comes back sooner than it otherwise would."""
        for message in batch:
            if message.message_id in failed:
                message.due = now + min(_LONGEST_WAIT, 3**message.receives)
            elif message in self.waiting:
                self.waiting.remove(message)

    def redrive(self, now: float) -> int:
        """Dead letters come again, oldest first, as if they had never been received; what is no event stays."""
        again = [message for message in self.dead if not message.poison]
        self.dead = [message for message in self.dead if message.poison]
        for message in again:
            message.receives, message.due = 0, now
        self.waiting += again
        return len(again)
