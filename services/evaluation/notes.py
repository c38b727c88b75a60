"""What is written down of a slice of an evaluation while its other cases run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from services.evaluation import table
from services.evaluation.case import Attempt, Kept, Outcome
from shared import persons
from shared.unit import Unit

_TOGETHER = 14  # cases in one transaction: each with up to four answers, whose it is, and that it is not erased


class Tried(NamedTuple):
    """A case without an outcome comes again; what was answered is kept all the same."""

    customer_id: str
    case_id: str
    outcome: Outcome | None
    fresh: Mapping[str, Kept] = {}


@dataclass
class Notes:
    """What is written down of a slice, in transactions of their own, while its other cases run."""

    unit: Unit
    evaluation_id: str
    done: int
    pending: list[Tried] = field(default_factory=list)

    def add(self, tried: Tried) -> None:
        self.pending.append(tried)
        if len(self.pending) == _TOGETHER:
            self.write()

    def write(self) -> None:
        if not self.pending:
            return
        unit = self.unit.fresh()
        unit.load(key for one in self.pending for key in table.reads_of_try(one.customer_id, one.fresh))
        pending = [self._allowed(one, unit) for one in self.pending]
        table.keep_answers(unit, {named: kept for one in pending for named, kept in one.fresh.items()})
        for outcome in (one.outcome for one in pending if one.outcome):
            table.record(unit, self.evaluation_id, outcome)
            self.done += 1
        table.record_progress(unit, self.evaluation_id, unit.cause.event_id, self.done)
        unit.commit()
        self.pending.clear()

    def _allowed(self, one: Tried, unit: Unit) -> Tried:
        """As it was tried, unless its customer has been erased meanwhile: then nothing of it is kept."""
        if not one.customer_id:
            return one
        if persons.erased(unit, one.customer_id):
            return Tried("", one.case_id, lost(one.case_id))
        if one.outcome or one.fresh:
            table.own_try(unit, one.customer_id, self.evaluation_id, one.case_id, one.fresh)
        return one


def lost(case_id: str) -> Outcome:
    """A case that expired before it was run counts for nobody."""
    gone = Attempt(error="case_expired", ours=True)
    return Outcome(case_id=case_id, baseline=gone, candidate=gone, spent=Decimal(0))
