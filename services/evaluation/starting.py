"""How an evaluation begins, whether an event or a person asked for it."""

from collections.abc import Sequence

from services.evaluation import comparing, table
from services.evaluation.announcements import finished, started
from services.evaluation.history import Version
from services.evaluation.model import Evaluation, dataset
from services.evaluation.terms import Terms
from shared.clock import derived_id
from shared.events.evaluation import CasesDue
from shared.unit import Unit

_MOST_SLICES = 50  # announced in one transaction, with room for what else is in it
_ROUNDS = 2  # cases that one function runs one after the other at each of its places


def same(candidate: Version, baseline: Version) -> str:
    """The id that the evaluation of these two contents always has, unless a person asks for another one."""
    return "e-" + derived_id("evaluation", candidate.agent, candidate.config_hash, baseline.config_hash)


def anew(unit: Unit) -> str:
    return "e-" + derived_id("evaluation", unit.cause.event_id)


def begin(
    unit: Unit, evaluation_id: str, candidate: Version, baseline: Version, case_ids: Sequence[str], terms: Terms,
) -> Evaluation:
    """Store and announce it, with slices of its cases as work to do; without any case it is finished at once."""
    evaluation = Evaluation(
        evaluation_id=evaluation_id, agent=candidate.agent, candidate=candidate.number,
        candidate_hash=candidate.config_hash, baseline=baseline.number, baseline_hash=baseline.config_hash,
        dataset=dataset(case_ids), cases=len(case_ids), started_at=unit.now(),
    )
    unit.announce(started(evaluation))
    if not case_ids:
        evaluation = evaluation.finished(comparing.result([], evaluation_id, report=""), unit.now())
        unit.announce(finished(evaluation))
    for some in slices(case_ids, terms.concurrency):
        unit.announce(CasesDue(evaluation_id=evaluation_id, cases=some))
    table.add(unit, evaluation)
    return evaluation


def slices(case_ids: Sequence[str], concurrency: int) -> list[list[str]]:
    """Work for one function at a time: enough to keep all its places busy."""
    size = max(_ROUNDS * concurrency, -(-len(case_ids) // _MOST_SLICES))
    return [list(case_ids[start : start + size]) for start in range(0, len(case_ids), size)]
