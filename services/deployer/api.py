"""What engineers and operators do with rollouts."""

import secrets
from collections.abc import Callable
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from services.deployer import counters, moves, orders, requests, table, views
from services.deployer.asked import KnownVersion, NewContent, Said
from services.deployer.deployment import Deployment, NotPossible, State
from services.deployer.model import Step
from shared.api import Api, Refusal, Unknown
from shared.clock import now
from shared.unit import Unit

app = Api("deployer")


@app.post("/deployments")
def deploy(asked: NewContent) -> dict[str, Any]:
    """Register this content, test it on history, and roll it out."""
    salt = secrets.token_hex(16)

    def work(unit: Unit) -> Deployment:
        candidate = table.numbered(unit, asked.agent, asked.config_hash), asked.config_hash
        rollout = requests.begin(unit, asked.agent, candidate, asked.plan, salt, asked.message, asked.by)
        return requests.wait_for_version(unit, rollout, asked.as_event)

    return _commanded(work, f"agent-{asked.agent}")


@app.post("/rollouts")
def start(asked: KnownVersion) -> dict[str, Any]:
    """Roll out a version that is registered."""
    salt = secrets.token_hex(16)

    def work(unit: Unit) -> Deployment:
        candidate = requests.numbered(unit, asked.agent, asked.candidate)
        rollout = requests.begin(unit, asked.agent, candidate, asked.plan, salt, asked.reason, asked.by)
        return requests.wait_for_evaluation(unit, rollout)

    return _commanded(work, f"agent-{asked.agent}")


@app.get("/rollouts")
def rollouts(
    agent: str = "", status: State | Literal[""] = "", limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """Rollouts, newest first."""
    return {"rollouts": [views.line(one) for one in table.rollouts(app.store(), agent, status, limit)]}


@app.get("/rollouts/<rollout_id>")
def show(rollout_id: str) -> dict[str, Any]:
    """A rollout with its counters, its evidence, what is missing, and all that happened to it."""
    rollout = table.find(app.store(), rollout_id)
    if not rollout:
        raise _unknown(rollout_id)
    tally = counters.find(app.store(), rollout_id)
    return views.detail(rollout, tally, table.changes(app.store(), rollout_id), now())


@app.post("/rollouts/<rollout_id>/decide")
def decide(rollout_id: str) -> dict[str, Any]:
    """Look now, as happens after every outcome and every minute."""
    return _changed(rollout_id, lambda rollout, unit: moves.look(unit, rollout))


@app.post("/rollouts/<rollout_id>/advance")
def advance(rollout_id: str, said: Said) -> dict[str, Any]:
    """On to the next share, the first included, on a person's word instead of evidence."""
    return _ordered(rollout_id, "advance", said, Step.ADVANCE)


@app.post("/rollouts/<rollout_id>/hold")
def hold(rollout_id: str, said: Said) -> dict[str, Any]:
    """Stay at this share until a person says otherwise; evidence still rolls back."""
    return _ordered(rollout_id, "hold", said, Step.HOLD)


@app.post("/rollouts/<rollout_id>/resume")
def resume(rollout_id: str, said: Said) -> dict[str, Any]:
    """Go on, or begin where the evaluation left it to a person."""
    return _ordered(rollout_id, "resume", said, Step.RESUME)


@app.post("/rollouts/<rollout_id>/rollback")
def rollback(rollout_id: str, said: Said) -> dict[str, Any]:
    """Back to the baseline, also after the release."""
    return _ordered(rollout_id, "rollback", said, Step.ROLL_BACK)


def _ordered(rollout_id: str, order: orders.Order, said: Said, step: Step) -> dict[str, Any]:
    def change(rollout: Deployment, unit: Unit) -> Deployment:
        orders.check(order, rollout, table.agent(unit, rollout.agent).active)
        return moves.ordered(unit, rollout, step, said.reason, said.by)

    return _changed(rollout_id, change)


def _changed(rollout_id: str, change: Callable[[Deployment, Unit], Deployment]) -> dict[str, Any]:
    def work(unit: Unit) -> Deployment:
        rollout = table.rollout(unit, rollout_id)
        if not rollout:
            raise _unknown(rollout_id)
        return change(rollout, unit)

    return _commanded(work, rollout_id)


def _commanded(work: Callable[[Unit], Deployment], correlation: str) -> dict[str, Any]:
    """One command in one transaction with what is announced; answers with the rollout as it is then."""
    try:
        return views.line(app.command(work, correlation=correlation))
    except NotPossible as refusal:
        raise Refusal(refusal.code, str(refusal), details=refusal.details) from None


def _unknown(rollout_id: str) -> Unknown:
    return Unknown(f"There is no rollout {rollout_id!r}: `referral rollouts list` shows those there are.")
