"""What reviewers and operators do with drafts."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query

from services.orchestrator import deciding, recovery, screen, switchboard, table, views
from services.orchestrator.desk import Desk
from services.orchestrator.draft import Decision, Review, Why
from services.orchestrator.impossible import NotPossible
from services.orchestrator.model import Referral, Status
from services.orchestrator.remembering import Heard
from services.orchestrator.words import Approval, Edit, Finding, Opening, Operator, Rejection
from shared import persons
from shared.api import Api, Refusal
from shared.unit import Unit
from shared.writing.company import Company

app = Api("orchestrator")


@app.get("/drafts")
def drafts(
    status: Status = "in_review", limit: Annotated[int, Query(ge=1, le=100)] = 50, after: str = "",
) -> dict[str, Any]:
    """Drafts in one status, oldest first; ``next`` leads to those that follow and is null at the end."""
    return screen.queue(app.store(), status, after, limit)


@app.get("/drafts/<referral_id>")
def show(referral_id: str) -> dict[str, Any]:
    """One draft with all that a reviewer needs; nothing is written down."""
    return screen.shown(app.store(), referral_id, _company())


@app.post("/drafts/<referral_id>/open")
def open_(referral_id: str, asked: Opening) -> dict[str, Any]:
    """The same page, for somebody who is about to decide: the seconds count from now on, and others see who has it."""
    return app.command(lambda unit: screen.opened(unit, referral_id, asked.reviewer, _company()), correlation=referral_id)


@app.get("/drafts/<referral_id>/similar")
def similar(referral_id: str) -> dict[str, Any]:
    """Approved mails for similar jobs, the same for whichever version wrote the draft."""
    return screen.similar(app.store(), referral_id, _desk().knowledge)


@app.post("/drafts/<referral_id>/approve")
def approve(referral_id: str, asked: Approval) -> dict[str, Any]:
    """Let exactly this content leave; where the customer or its version is gone, or a finding is hard, nothing will."""
    return _decide(referral_id, "approved", asked)


@app.post("/drafts/<referral_id>/reject")
def reject(referral_id: str, asked: Rejection) -> dict[str, Any]:
    """Let this content never leave."""
    return _decide(referral_id, "rejected", asked, asked.reason)


@app.post("/drafts/<referral_id>/edit")
def edit(referral_id: str, asked: Edit) -> dict[str, Any]:
    """Put another text in place of the one that was shown; it stays in review under a hash of its own."""
    return _change(referral_id, lambda before, unit: deciding.edited(before, asked, unit, _company()))


@app.post("/drafts/<referral_id>/retry")
def retry(referral_id: str) -> dict[str, Any]:
    """Draft a failed referral anew, by the version that is in production now; answers with what became of it."""
    return _change(referral_id, lambda before, unit: _desk().prepare(before.retried(), unit, last=True))


@app.post("/drafts/<referral_id>/settle")
def settle(referral_id: str, asked: Finding) -> dict[str, Any]:
    """Say what became of a mail in doubt; one that never left is reviewed again before it is sent."""
    return _change(referral_id, lambda before, unit: deciding.settled(before, asked, unit))


@app.post("/drafts/<referral_id>/recover")
def recover(referral_id: str, heard: Heard) -> dict[str, Any]:
    """After a restore: write down what was said of it; what may have left is not sent before a person settles it."""
    if heard.prepared.referral_id != referral_id:
        raise Refusal("another_referral", f"What was prepared is {heard.prepared.referral_id}.")
    return views.line(_command(partial(recovery.recover, heard), referral_id))


@app.get("/sending")
def sending() -> dict[str, Any]:
    """Whether mails leave, and what became of the last ones."""
    return switchboard.looked(Unit(app.store(), "referral.orchestrator"), _desk().terms().limits)


@app.post("/sending/pause")
def pause(asked: Operator) -> dict[str, Any]:
    """Nothing leaves from now on; what is approved waits."""
    return _command(lambda unit: switchboard.stopped(unit, asked.by, _desk().terms().limits), "sending")


@app.post("/sending/resume")
def resume(asked: Operator) -> dict[str, Any]:
    """Mails leave again, those first that waited; counting begins anew."""
    return _command(lambda unit: switchboard.resumed(unit, asked.by, _desk().terms().limits), "sending")


@app.get("/customers/<customer_id>/kept")
def kept(customer_id: str) -> dict[str, Any]:
    """How many referrals still say who this customer is."""
    return persons.kept(app.store(), customer_id)


def _decide(referral_id: str, decision: Decision, asked: Approval, reason: Why | None = None) -> dict[str, Any]:
    def decide(before: Referral, unit: Unit) -> Referral:
        review = Review(decision=decision, reason=reason, at=unit.now(), **asked.model_dump(exclude={"reason"}))
        return deciding.decided(before, review, unit, _desk().terms())

    done = _change(referral_id, decide)
    overtaken = done["reason"] if done["status"] == "suppressed" else done["status"]
    if overtaken in deciding.OVERTAKEN:
        raise Refusal(*deciding.OVERTAKEN[overtaken])
    return done


def _change(referral_id: str, change: Callable[[Referral, Unit], Referral]) -> dict[str, Any]:
    """One command: the referral as it is becomes another, in one transaction with what is announced."""

    def work(unit: Unit) -> Referral:
        unit.load(screen.reads(referral_id))
        before = table.referral(unit, referral_id)
        if not before:
            raise screen.unknown(referral_id)
        return change(before, unit)

    return views.line(_command(work, referral_id))


def _command(work: Callable[[Unit], Any], story: str) -> Any:
    try:
        return app.command(work, correlation=story)
    except NotPossible as refusal:
        raise Refusal(refusal.code, str(refusal), details=refusal.details) from None


def _desk() -> Desk:
    return app.context.get("desk") or Desk()


def _company() -> Company:
    return _desk().terms().company
