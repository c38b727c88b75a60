"""One slice of an evaluation: its cases side by side, written down as they come, and the missing ones again later."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from services.evaluation import history, runner, table
from services.evaluation.answers import FromModel, Rehearsal
from services.evaluation.case import Case, Kept
from services.evaluation.finishing import finish_if_done
from services.evaluation.model import Evaluation
from services.evaluation.notes import Notes, Tried, lost
from services.evaluation.reports import Reports
from services.evaluation.terms import Terms, terms
from services.evaluation.trial import Trial
from shared import aws
from shared.app import NotYet
from shared.events.evaluation import CasesDue
from shared.store import Store
from shared.unit import Unit
from shared.writing.examples import Knowledge, wanted
from shared.writing.model import Model

TRIES = 5  # deliveries after which a model that may come back is waited for no more


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
    knowledge: Knowledge = Knowledge()

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

    def _try(self, case_ids: list[str], trial: Trial, notes: Notes, last: bool) -> None:
        cases = history.cases(notes.unit.store, case_ids)
        for gone in [case_id for case_id in case_ids if case_id not in cases]:
            notes.add(Tried("", gone, lost(gone)))
        trial = self._with_examples(trial, list(cases.values()))
        known = known_answers(notes.unit.store, trial, list(cases.values()))
        one = partial(self._one, trial=trial, known=known, last=last)
        self.model.client()  # made once, before many want it
        runner.run(list(cases.values()), one, self.terms().concurrency, notes.add)
        notes.write()

    def _with_examples(self, trial: Trial, cases: list[Case]) -> Trial:
        """Each case is looked up once for both versions, as things were when its job was done."""
        most = max(wanted(config) for config in trial.versions.values())
        if not most:
            return trial
        found = runner.run(cases, lambda case: self.knowledge.as_of(case.prepared, most), self.terms().concurrency)
        return replace(trial, found={case.case_id: of for case, of in zip(cases, found, strict=True)})

    def _one(self, case: Case, trial: Trial, known: dict[str, Kept], last: bool) -> Tried:
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
