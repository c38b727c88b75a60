"""The queues in which failed work is kept: read in order, send back, forget."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from infra.cli.letters import DEAD, REFUSED, Letter, service_of
from infra.cli.say import Problem
from infra.cli.session import Account
from shared import bus

_AT_ONCE = 10
_NUMBER = "ApproximateNumberOfMessages"
_HIDDEN = 600  # seconds for which nobody else sees what was read


class DeadLetters:
    """Those of an account."""

    def __init__(self, account: Account) -> None:
        self._sqs, self._events = account.client("sqs"), account.client("events")
        self._prefix = f"referral-{account.name}-"

    def read(self, service: str = "") -> list[Letter]:
        """All of a service, or of the account, in the order in which they were said; hidden from others until released."""
        found = {letter.id: letter for queue in self._queues(service) for letter in self._all(queue)}
        return sorted(found.values(), key=lambda letter: letter.place)

    def number(self, service: str) -> int:
        """About how many of a service there are; nobody is kept from them."""
        return sum(map(self._number, self._queues(service)))

    def release(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            self._sqs.change_message_visibility(**_handle(letter), VisibilityTimeout=0)

    def send_back(self, letter: Letter) -> None:
        """To where it came from first, and out of here then: it may be in both places, and is never in none."""
        if letter.refused:
            self._put(letter)
        else:
            self._sqs.send_message(QueueUrl=letter.queue.removesuffix(DEAD), MessageBody=letter.message["Body"])
        self.forget(letter)

    def forget(self, letter: Letter) -> None:
        self._sqs.delete_message(**_handle(letter))

    def _put(self, letter: Letter) -> None:
        """On the bus, which may refuse it once more."""
        for _, code in bus.put([letter.said["entry"]], client=self._events):
            raise Problem(f"The bus still refuses {letter.id} ({code}); it is kept.")

    def _queues(self, service: str) -> Iterator[str]:
        pages = self._sqs.get_paginator("list_queues").paginate(QueueNamePrefix=self._prefix)
        known = (url for page in pages for url in page.get("QueueUrls", []) if url.endswith((DEAD, REFUSED)))
        return (url for url in known if service in ("", service_of(url)) and self._number(url))

    def _all(self, queue: str) -> Iterator[Letter]:
        """Until a look finds none that was not seen: what was received stays hidden meanwhile."""
        seen: set[str] = set()
        while fresh := [message for message in self._some(queue) if message["MessageId"] not in seen]:
            seen |= {message["MessageId"] for message in fresh}
            yield from (Letter(queue, message) for message in fresh)

    def _some(self, queue: str) -> Sequence[dict[str, Any]]:
        """A look that waits asks all of SQS's servers, and one that does not only some of them."""
        return self._sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=_AT_ONCE, VisibilityTimeout=_HIDDEN, WaitTimeSeconds=min(1, self._number(queue)),
            AttributeNames=["SentTimestamp", "ApproximateReceiveCount"], MessageAttributeNames=["All"],
        ).get("Messages", [])

    def _number(self, queue: str) -> int:
        return int(self._sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[_NUMBER])["Attributes"][_NUMBER])


def _handle(letter: Letter) -> dict[str, str]:
    return {"QueueUrl": letter.queue, "ReceiptHandle": letter.message["ReceiptHandle"]}
