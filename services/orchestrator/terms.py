"""What the company tells the orchestrator through its template, read once when first needed."""

import os
from functools import cache

from pydantic import BaseModel, ConfigDict

from services.orchestrator.mailing import Mailing
from shared.settings import required
from shared.writing.company import Company
from shared.writing.mail import Guardrail


class Terms(BaseModel):
    """On which terms drafts are written and mails are sent."""

    model_config = ConfigDict(frozen=True)

    company: Company
    agent: str = "referral-writer"
    require_consent: bool = False
    mailing: Mailing = Mailing()
    guardrail: Guardrail | None = None


@cache
def terms() -> Terms:
    """The terms in AGENT, COMPANY and MAILING (JSON), REQUIRE_CONSENT, GUARDRAIL_*; raises MissingSetting without a company."""
    return Terms(
        company=Company.model_validate_json(required("COMPANY")),
        agent=os.environ.get("AGENT") or "referral-writer",
        require_consent=os.environ.get("REQUIRE_CONSENT", "false"),
        mailing=Mailing.model_validate_json(os.environ.get("MAILING") or "{}"),
        guardrail=Guardrail.named(os.environ.get("GUARDRAIL_ID"), os.environ.get("GUARDRAIL_VERSION")),
    )
