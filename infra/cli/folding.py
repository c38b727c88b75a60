"""The services' own folds over recorded events, in this process and into a store that one chooses."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from io import StringIO
from typing import Any

from infra.cli.listeners import Listener
from infra.cli.recorded import Envelope
from shared import clock
from shared.store import Store

BATCH = 10  # events that share a transaction, as in the templates


class Tally:
    """Counts what a batch does where a function would log it."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()

    def info(self, message: str, **fields: object) -> None:
        pass

    def warn(self, message: str, **fields: object) -> None:
        pass

    def failure(self, message: str, error: BaseException, **fields: object) -> None:
        self.errors[type(error).__name__] += 1

    def count(self, name: str, value: int = 1) -> None:
        self.counts[name] += value

    def flush(self) -> None:
        pass

    def span(self, name: str) -> AbstractContextManager[Any]:
        return nullcontext()


class Folding:
    """What one listener makes of events in a store; ``tally`` has what it counted."""

    def __init__(self, listener: Listener, store: Store, now: clock.Clock = clock.now) -> None:
        self.tally = Tally()
        self._listener = listener
        self._store = store
        self._now = now

    def fold(self, envelopes: Sequence[Envelope], replay: str = "") -> list[Envelope]:
        """Handle them as one batch, marked as a replay where that has a name; answers those that failed."""
        batch = self._listener.routes.batch(self._store, self._now)
        batch.observer = self.tally
        with redirect_stdout(StringIO()):  # where a function would log; a command answers there
            answer = batch.run(records(envelopes, replay))
        return failed(envelopes, answer)


def records(envelopes: Iterable[Envelope], replay: str) -> list[dict[str, Any]]:
    """Events as Lambda hands over a batch from a mailbox; without a receipt, for they are in no queue."""
    marked = {"replay-name": replay} if replay else {}
    return [
        {"messageId": str(number), "receiptHandle": "", "body": json.dumps(envelope | marked), "attributes": {}}
        for number, envelope in enumerate(envelopes)
    ]


def failed(envelopes: Sequence[Envelope], answer: dict[str, Any]) -> list[Envelope]:
    return [envelopes[int(one["itemIdentifier"])] for one in answer["batchItemFailures"]]
