"""What an operator does once the faults are over: until nothing waits that only needs another try."""

import json

from services.orchestrator import table
from shared.events.loops import MAX_HOPS
from tests.simulation import rescue
from tests.simulation.mailbox import Mailbox
from tests.simulation.world import World

_ROUNDS = 40  # longer than any weekend
_MOST_STEPS = 5_000
_PATIENCE = 7 * 3600.0  # seconds: at some time of the day mails may leave
_DOUBT = 86_400.0 + 1_000.0  # seconds after which a mail in doubt can be settled, even if it was claimed by a clock of tomorrow


class Operator:
    """Redrives dead letters and what the bus refused, settles mails in doubt, and retries failed drafts."""

    def __init__(self, world: World) -> None:
        self.world = world

    def heal(self) -> list[str]:
        """Faults stop; answers what is left that should not be."""
        self.world.faults.on = False
        for stream in self.world.streams.values():
            stream.trimmed_until = 0.0  # relays read again what is told from now on
        self._rounds()
        if any(self.world.history.of("tampered")):
            rescue.rebuild(self.world)
            self._rounds()  # what failed because of it is handled now
        return self._left()

    def _rounds(self) -> None:
        for _ in range(_ROUNDS):
            self._drain()
            if not self._help():
                break
        self._drain()

    def _drain(self) -> None:
        """Let everything happen that happens by itself; time is no object."""
        for _ in range(_MOST_STEPS):
            if self.world.step():
                continue
            due = self.world.next_due()
            if due is None:
                return
            self.world.clock.seconds = max(self.world.clock.seconds, due)

    def _help(self) -> int:
        return self._rescued() + self._redriven() + self._settled() + self._retried() + self._resumed()

    def _rescued(self) -> int:
        return sum(rescue.put_again(self.world, stream) for stream in self.world.streams.values() if stream.lost)

    def _redriven(self) -> int:
        """Poison stays where it is: an operator sees that it is no event."""
        parked = self.world.outside.redrive(self.world.bus.take)
        boxes = self.world.bus.mailboxes
        self._loops_ended()
        died = sum(message.poison for mailbox in boxes for message in mailbox.dead)
        again = sum(mailbox.redrive(self.world.clock.seconds) for mailbox in boxes)
        for kind, count in (("parked", parked), ("poison died", died), ("redriven", again)):
            if count:
                self.world.history.add(self.world.clock.seconds, kind, count=count)
        return parked + again

    def _loops_ended(self) -> None:
        """A service that answers its own event has to be mended: its letters are not sent back."""
        for message in (message for mailbox in self.world.bus.mailboxes for message in mailbox.dead if mailbox.name == "echo"):
            told = json.loads(message.body)["detail"].get("metadata", {}) if not message.poison else {}
            message.poison = message.poison or told.get("hops", 0) > MAX_HOPS
            if told.get("hops", 0) > MAX_HOPS:
                self.world.history.add(self.world.clock.seconds, "loop ended")

    def _settled(self) -> int:
        """The provider knows which mails it took."""
        doubtful = self._in("sending")
        if doubtful:
            self.world.clock.pass_by(_DOUBT)
        for referral_id in doubtful:
            taken = [message_id for message_id, whose in self.world.outside.mails.items() if whose == referral_id]
            body = {"message_id": taken[-1] if taken else None, "reviewer": "op-1"}
            self.world.call("orchestrator", "POST", f"/drafts/{referral_id}/settle", body)
            self.world.history.add(self.world.clock.seconds, "settled", referral=referral_id)
        return len(doubtful)

    def _retried(self) -> int:
        failed = self._in("failed")
        for referral_id in failed:
            self.world.call("orchestrator", "POST", f"/drafts/{referral_id}/retry")
        return len(failed)

    def _resumed(self) -> int:
        """What is approved waits because sending is paused, or for its hour; then it is looked at again."""
        waiting = self._in("approved")
        if waiting:
            self.world.call("orchestrator", "POST", "/sending/resume", {"by": "op-1"})
            self.world.clock.pass_by(_PATIENCE)
            self.world.look()
        return len(waiting)

    def _in(self, status: str) -> list[str]:
        found = table.queue(self.world.tables["orchestrator"], status, "", 1000)  # type: ignore[arg-type]
        return [referral.referral_id for referral, _ in found]

    def _left(self) -> list[str]:
        boxes = [_said(mailbox) for mailbox in self.world.bus.mailboxes if mailbox.waiting or _unexplained(mailbox)]
        streams = [f"{one.behind} rows in the outbox of {one.service}" for one in self.world.streams.values() if one.behind]
        parked = ["an event that the bus refused"] * bool(self.world.outside.undeliverable)
        return boxes + streams + parked


def _unexplained(mailbox: Mailbox) -> bool:
    return any(not message.poison for message in mailbox.dead)


def _said(mailbox: Mailbox) -> str:
    return f"{len(mailbox.waiting)} messages and {len(mailbox.dead)} dead letters in {mailbox.name}"
