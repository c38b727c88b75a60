"""What people ask of the evaluation service: another run, how it stands, its report, and its scores anew."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, ConfigDict, Field

from services.evaluation import history, table
from services.evaluation.case import Case, Outcome
from services.evaluation.finishing import rescore as scored_anew
from services.evaluation.history import Version
from services.evaluation.model import Evaluation
from services.evaluation.reports import Reports
from services.evaluation.starting import anew, begin
from services.evaluation.terms import Terms, terms
from services.evaluation.trial import examined
from services.evaluation.views import as_evaluation
from shared import persons
from shared.api import Api, Refusal, Unknown
from shared.events.registry import AgentName
from shared.unit import Unit

app = Api("evaluation")
MOST_CASES = 2_000
_MOST_LISTED = 1_000


class Asked(BaseModel):
    """Which version is to be tested against which; without a baseline against what is in production."""

    model_config = ConfigDict(extra="forbid")

    agent: AgentName
    candidate: int = Field(ge=1)
    baseline: int | None = Field(default=None, ge=1)
    cases: int | None = Field(default=None, ge=1, le=MOST_CASES)


@app.post("/evaluations")
def run(asked: Asked) -> dict[str, Any]:
    """Another evaluation, whatever was evaluated before; answers that are known are not asked for again."""
    case_ids = history.newest(app.store(), asked.cases or _terms().cases)
    started = app.command(partial(_begin, asked=asked, case_ids=case_ids), correlation=f"agent-{asked.agent}")
    return as_evaluation(started, 0)


@app.get("/evaluations")
def evaluations(agent: str = "", limit: Annotated[int, Query(ge=1, le=100)] = 50) -> dict[str, Any]:
    """Evaluations of one agent, or of all, newest first."""
    known = table.newest(app.store(), _MOST_LISTED if agent else limit)
    wanted = [evaluation for evaluation in known if agent in ("", evaluation.agent)][:limit]
    return {"evaluations": [_view(evaluation) for evaluation in wanted]}


@app.get("/evaluations/<evaluation_id>")
def show(evaluation_id: str) -> dict[str, Any]:
    """One evaluation: how far it is, and what came of it."""
    return _view(_known(evaluation_id))


@app.get("/evaluations/<evaluation_id>/report")
def report(evaluation_id: str) -> dict[str, Any]:
    """The page and its data."""
    _with_report(_known(evaluation_id))
    return _reports().get(evaluation_id)


@app.post("/evaluations/<evaluation_id>/rescore")
def rescore(evaluation_id: str) -> dict[str, Any]:
    """Checks, labels, figures and report anew, from what models said then; no model is asked."""
    _with_report(_known(evaluation_id))
    outcomes = _examined_anew(table.outcomes(app.store(), evaluation_id))
    return as_evaluation(app.command(partial(_rescore, evaluation_id, outcomes), correlation=evaluation_id), 0)


@app.get("/customers/<customer_id>/kept")
def kept(customer_id: str) -> dict[str, Any]:
    """How many parts of cases, and tries of them, still say who this customer is."""
    return persons.kept(app.store(), customer_id)


def _begin(unit: Unit, asked: Asked, case_ids: list[str]) -> Evaluation:
    candidate = _version(unit, asked.agent, asked.candidate)
    number = asked.baseline or history.production(unit, asked.agent)
    if number is None:
        raise Refusal("no_baseline", f"No version of {asked.agent} is in production: name a baseline to compare with.")
    baseline = _version(unit, asked.agent, number)
    if baseline.config_hash == candidate.config_hash:
        raise Refusal("same_version", f"Version {asked.candidate} is the baseline itself: name two different versions.")
    return begin(unit, anew(unit), candidate, baseline, case_ids, _terms())


def _rescore(evaluation_id: str, outcomes: list[Outcome], unit: Unit) -> Evaluation:
    evaluation = table.evaluation(unit, evaluation_id)
    if not evaluation:
        raise _unknown(evaluation_id)
    return scored_anew(unit, evaluation, outcomes, _reports())


def _examined_anew(outcomes: list[Outcome]) -> list[Outcome]:
    """With the checks and the people's decisions of today; a case that has expired stays as it was."""
    cases = history.cases(app.store(), [outcome.case_id for outcome in outcomes])
    return [_examined(o, cases[o.case_id]) if o.case_id in cases else o for o in outcomes]


def _examined(outcome: Outcome, case: Case) -> Outcome:
    sides = {name: examined(case, outcome.side(name), _terms().company) for name in ("baseline", "candidate")}
    return outcome.model_copy(update={**sides, "people": case.people})


def _version(unit: Unit, agent: str, number: int) -> Version:
    known = history.version(unit, agent, number)
    if not known:
        raise Unknown(f"{agent} has no version {number} here. Register it, or ask again in a few seconds.")
    return known


def _known(evaluation_id: str) -> Evaluation:
    found = table.find(app.store(), evaluation_id)
    if not found:
        raise _unknown(evaluation_id)
    return found


def _with_report(evaluation: Evaluation) -> None:
    if not evaluation.result:
        raise Refusal("still_running", "This evaluation is not finished: ask again once it is.")
    if not evaluation.result.report:
        raise Refusal("no_cases", "There was nothing to test on, so there is no report.", HTTPStatus.NOT_FOUND)


def _view(evaluation: Evaluation) -> dict[str, Any]:
    return as_evaluation(evaluation, 0 if evaluation.result else table.done(app.store(), evaluation.evaluation_id))


def _unknown(evaluation_id: str) -> Unknown:
    return Unknown(f"There is no evaluation {evaluation_id!r}: `referral evaluations list` shows those there are.")


def _terms() -> Terms:
    return app.context.get("terms") or terms()


def _reports() -> Reports:
    return app.context.get("reports") or Reports()
