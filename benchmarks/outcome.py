"""What one outcome of a rollout costs: transactions, writes and time, early in a rollout and late in it.

The deployer's own mailbox and decision, over a table in memory that promises what DynamoDB promises.
"""

import io
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from itertools import count
from typing import Any

from benchmarks.measure import Figure, interleaved, seconds
from shared.store import Write
from tests.harness.memory import MemoryStore
from tests.harness.room import record
from tests.unit.deployer.house import House

_FEW, _MANY = 100, 10_000  # outcomes before the ones that are measured
_BATCH, _OUTCOMES, _ROUNDS = 10, 100, 41  # a batch as the mailbox hands it over
_PATIENT = {"stages": [{"share": 50, "hours": 1e6}, {"share": 100}], "hold_outcomes": 1_000_000, "hold_days": 1e6}


class Counting(MemoryStore):
    """Remembers what each transaction wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[list[tuple[str, str]]] = []

    def commit(self, writes: Sequence[Write]) -> None:
        super().commit(writes)
        self.written.append([write.key for write in writes if not write.check])


class Rollout:
    """A rollout that goes on whatever comes, and customers without end."""

    def __init__(self) -> None:
        self.store = Counting()
        self.house = House(self.store).started(**_PATIENT)
        self.customers: Iterator[int] = count(1)

    def grow(self, outcomes: int) -> None:
        for _ in range(outcomes // _BATCH):
            self.house.room.deliver(self.reviews(_BATCH))

    def reviews(self, number: int) -> list[dict[str, Any]]:
        """Four of five are approved, in both arms."""
        return [record(self._review(next(self.customers))) for _ in range(number)]

    def took(self, number: int) -> float:
        """Seconds for so many outcomes in one batch."""
        records = self.reviews(number)
        return seconds(lambda: self.house.room.deliver(records))

    def writes(self, outcomes: int, batch: int) -> list[list[tuple[str, str]]]:
        """What each transaction writes."""
        before = len(self.store.written)
        for _ in range(outcomes // batch):
            self.house.room.deliver(self.reviews(batch))
        return self.store.written[before:]

    def _review(self, customer: int) -> Any:
        arm = "candidate" if customer % 2 else "control"
        return self.house.review(f"bench-{customer}", "rejected" if customer % 5 == 0 else "approved", arm, 50)


def figures() -> list[Figure]:
    logging.disable(logging.INFO)
    with redirect_stdout(io.StringIO()):  # where metrics go
        early, late = Rollout(), Rollout()
        early.grow(_FEW)
        late.grow(_MANY)
        times = interleaved({
            "one early": lambda: early.took(1), "one late": lambda: late.took(1),
            "batch early": lambda: early.took(_BATCH), "batch late": lambda: late.took(_BATCH),
        }, _ROUNDS)
        single, many = late.writes(1, 1), late.writes(_OUTCOMES, _BATCH)
    logging.disable(logging.NOTSET)
    counters = Counter(key for keys in many for key in keys if key[1].startswith("COUNTS"))
    return [
        Figure("transactions of one outcome", len(single), "transactions", 1),
        Figure("items that one outcome writes, after 10,000 others", sum(map(len, single)), "items"),
        Figure("transactions of 100 outcomes in batches of 10", len(many), "transactions", _OUTCOMES / _BATCH),
        Figure("of which write the same counter item, at most", max(counters.values()), "transactions"),
        Figure("time of one outcome after 10,000 others / after 100", times["one late"] / times["one early"], "x", 1.25),
        Figure("time of a batch of 10 after 10,000 others / after 100", times["batch late"] / times["batch early"], "x", 1.25),
    ]
