"""What the company tells the orchestrator through its template, read once when first needed."""

import os
from functools import cache

from pydantic import BaseModel, ConfigDict

from services.orchestrator.limits import Limits
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
    limits: Limits = Limits()
    reports_to: str = ""  # the configuration set of SES by which it tells what became of a mail
    guardrail: Guardrail | None = None


@cache
def terms() -> Terms:
    """The terms in AGENT, COMPANY, MAILING and LIMITS (JSON) and the like; raises MissingSetting without a company."""
    return Terms(
        company=Company.model_validate_json(required("COMPANY")),
        agent=os.environ.get("AGENT") or "referral-writer",
        require_consent=os.environ.get("REQUIRE_CONSENT", "false"),
        mailing=Mailing.model_validate_json(os.environ.get("MAILING") or "{}"),
        limits=Limits.model_validate_json(os.environ.get("LIMITS") or "{}"),
        reports_to=os.environ.get("CONFIGURATION_SET", ""),
        guardrail=Guardrail.named(os.environ.get("GUARDRAIL_ID"), os.environ.get("GUARDRAIL_VERSION")),
    )
