"""How the evaluation service forgets a person: cases, answers of models and texts in reports go, scores stay."""

from dataclasses import dataclass

from services.evaluation import history, page, report, table
from services.evaluation.case import Attempt, Outcome
from services.evaluation.model import Evaluation
from services.evaluation.reports import Reports
from shared import persons
from shared.app import NotYet
from shared.events.upstream import CustomerErased
from shared.unit import Unit


@dataclass(frozen=True)
class Erasure:
    """Where the reports lie that are to be written anew."""

    reports: Reports = Reports()

    def forget(self, said: CustomerErased, unit: Unit) -> None:
        """Case by case; raises NotYet where an evaluation that has seen one is still running."""
        persons.forget(said, unit, one=self._forget_one)

    def _forget_one(self, kind: str, name: str, unit: Unit) -> None:
        if kind == history.CASE:
            return unit.delete(history.case_key(*name.split("#")))
        evaluation_id, case_id, answers = table.tried(name)
        table.forget_answers(unit, answers)
        before = table.outcome(unit, evaluation_id, case_id)
        if before:
            self._blank(unit, table.evaluation(unit, evaluation_id), blank(before))

    def _blank(self, unit: Unit, evaluation: Evaluation, outcome: Outcome) -> None:
        """The report first: a repeated erasure finds what is still listed, and writes it again."""
        if not evaluation.result:
            raise NotYet  # its report, which is being written, would still have the text
        others = table.outcomes(unit.store, evaluation.evaluation_id)
        told = report.of(evaluation, [outcome if one.case_id == outcome.case_id else one for one in others])
        self.reports.put(evaluation.evaluation_id, page.html(told), told)
        table.replace_outcome(unit, evaluation.evaluation_id, outcome)


def blank(outcome: Outcome) -> Outcome:
    """What became of a case, in codes, figures and hashes alone."""
    sides = {"baseline": _without_text(outcome.baseline), "candidate": _without_text(outcome.candidate)}
    return outcome.model_copy(update=sides)


def _without_text(attempt: Attempt) -> Attempt:
    written = attempt.written and attempt.written.model_copy(update={"said": {"subject": "", "body": ""}})
    return attempt.model_copy(update={"written": written, "failed": {check: [] for check in attempt.failed}})
