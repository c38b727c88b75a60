"""The evaluation service in its own words: what was compared with what, and the verdict."""

from services.evaluation import history, reactions
from shared import persons
from shared.app import Routes
from shared.events.evaluation import Compared, EvaluationFinished, EvaluationStarted
from shared.events.upstream import CustomerErased
from shared.unit import Unit

_NAMES = {"agent", "candidate", "candidate_hash", "baseline", "baseline_hash", "dataset", "cases"}
routes = Routes("evaluation", known=reactions.follow.routes)


@routes.fold(EvaluationStarted, inbox=False)
@routes.fold(EvaluationFinished, inbox=False)
def compared(said: Compared, unit: Unit) -> None:
    """A finished one may be scored anew, and is then told again."""
    key = (f"EVALUATION#{said.evaluation_id}", "STATE")
    verdict = getattr(said, "verdict", None) or (unit.item(key) or {}).get("verdict")
    unit.put(key, said.model_dump(include=_NAMES) | {"verdict": verdict})


@routes.fold(CustomerErased, inbox=False)
def forget(said: CustomerErased, unit: Unit) -> None:
    """Cases only: what evaluations made of them is in a bucket, which this does not touch."""
    persons.forget(said, unit, lambda kind, name, forgetting: forgetting.delete(history.case_key(*name.split("#"))))
