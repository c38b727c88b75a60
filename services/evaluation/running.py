"""One slice of an evaluation: its cases side by side, written down as they come, and the missing ones again later."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from services.evaluation import history, runner, table
from services.evaluation.answers import FromModel, Rehearsal
from services.evaluation.case import Attempt, Case, Kept, Outcome
from services.evaluation.finishing import finish_if_done
from services.evaluation.model import Evaluation
from services.evaluation.reports import Reports
from services.evaluation.terms import Terms, terms
from services.evaluation.trial import Trial
from shared import aws, persons
from shared.app import NotYet
from shared.events.evaluation import CasesDue
from shared.store import Store
from shared.unit import Unit
from shared.writing.model import Model

TRIES = 5  # deliveries after which a model that may come back is waited for no more
_TOGETHER = 14  # cases in one transaction: each with up to four answers, whose it is, and that it is not erased


def bedrock() -> Any:
    """A client that asks once, with a connection for each case that runs at the same time."""
    return aws.client("bedrock-runtime", attempts=1, read_timeout=60, connections=terms().concurrency)


@dataclass(frozen=True)
class Bench:
    """Where cases are run, by which model and on which terms."""

    model: Model = Model(bedrock)
    terms: Callable[[], Terms] = terms
    reports: Reports = Reports()
    sleep: Callable[[float], None] = time.sleep

    def run(self, due: CasesDue, unit: Unit) -> None:
        """Run what is missing of a slice; raises NotYet where a part of it has to come again."""
        evaluation = table.evaluation(unit, due.evaluation_id)
        if not evaluation:
            raise NotYet
        if evaluation.result:
            return
        missing = table.missing(unit.store, due.evaluation_id, due.cases)
        notes = Notes(unit, due.evaluation_id, len(due.cases) - len(missing))
        self._try(missing, self._trial(unit, evaluation), notes, last=unit.receives >= TRIES)
        if notes.done < len(due.cases):
            raise NotYet
        finish_if_done(unit, evaluation, self.reports)

    def _try(self, case_ids: list[str], trial: Trial, notes: "Notes", last: bool) -> None:
        cases = history.cases(notes.unit.store, case_ids)
        for gone in [case_id for case_id in case_ids if case_id not in cases]:
            notes.add(Tried("", gone, _lost(gone)))
        known = known_answers(notes.unit.store, trial, list(cases.values()))
        one = partial(self._one, trial=trial, known=known, last=last)
        self.model.client()  # made once, before many want it
        runner.run(list(cases.values()), one, self.terms().concurrency, notes.add)
        notes.write()

    def _one(self, case: Case, trial: Trial, known: dict[str, Kept], last: bool) -> "Tried":
        answers = FromModel(self.model, known, trial.evaluation_id, self.sleep)
        outcome = trial.outcome(case, answers, last)
        return Tried(case.prepared.customer_id, case.case_id, outcome, answers.fresh)

    def _trial(self, unit: Unit, evaluation: Evaluation) -> Trial:
        baseline = history.version(unit, evaluation.agent, evaluation.baseline)
        candidate = history.version(unit, evaluation.agent, evaluation.candidate)
        if not baseline or not candidate:
            raise NotYet
        versions = {"baseline": baseline.config, "candidate": candidate.config}
        terms = self.terms()
        return Trial(evaluation.evaluation_id, versions, terms.company, terms.judge_model, terms.guardrail)


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
            return Tried("", one.case_id, _lost(one.case_id))
        if one.outcome or one.fresh:
            table.own_try(unit, one.customer_id, self.evaluation_id, one.case_id, one.fresh)
        return one


def known_answers(store: Store, trial: Trial, cases: list[Case]) -> dict[str, Kept]:
    """What was answered before of all that these cases will ask: the drafts, then what is asked about known drafts."""
    known: dict[str, Kept] = {}
    for _ in ("drafts", "judgements"):
        rehearsal = Rehearsal(known)
        for case in cases:
            trial.outcome(case, rehearsal, last=False)
        found = table.answers(store, rehearsal.wanted)
        if not found:
            break
        known |= found
    return known


def _lost(case_id: str) -> Outcome:
    """A case that expired before it was run counts for nobody."""
    gone = Attempt(error="case_expired", ours=True)
    return Outcome(case_id=case_id, baseline=gone, candidate=gone, spent=Decimal(0))
