"""How an evaluation ends: once its last case is done, whichever that is."""

from services.evaluation import comparing, page, report, table
from services.evaluation.announcements import finished
from services.evaluation.case import Outcome
from services.evaluation.model import Evaluation
from services.evaluation.reports import Reports, report_key
from shared.unit import Unit


def finish_if_done(unit: Unit, evaluation: Evaluation, reports: Reports) -> None:
    """Whoever sees that all cases are done finishes; of several who see it, all but the first find it finished."""
    if table.done(unit.store, evaluation.evaluation_id) < evaluation.cases:
        return
    outcomes = table.outcomes(unit.store, evaluation.evaluation_id)
    known = evaluation.finished(comparing.result(outcomes, evaluation.evaluation_id, _key(evaluation)), unit.now())
    _write(known, outcomes, reports)
    table.save(unit, known)
    unit.announce(finished(known))


def rescore(unit: Unit, evaluation: Evaluation, outcomes: list[Outcome], reports: Reports) -> Evaluation:
    """Figures, verdict and report anew from these outcomes; nothing is announced, for nothing new happened."""
    known = evaluation.rescored(comparing.result(outcomes, evaluation.evaluation_id, _key(evaluation)), unit.now())
    _write(known, outcomes, reports)
    table.save(unit, known)
    return known


def _write(evaluation: Evaluation, outcomes: list[Outcome], reports: Reports) -> None:
    """The report before the event that names it; writing it twice is harmless."""
    told = report.of(evaluation, outcomes)
    reports.put(evaluation.evaluation_id, page.html(told), told)


def _key(evaluation: Evaluation) -> str:
    return report_key(evaluation.evaluation_id)
