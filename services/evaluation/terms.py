"""What the template tells the evaluation service, read once when first needed."""

import os
from dataclasses import dataclass
from functools import cache

from shared.settings import required
from shared.writing.company import Company
from shared.writing.mail import Guardrail


@dataclass(frozen=True)
class Terms:
    """For whom is written, who judges, and how much at the same time."""

    company: Company
    judge_model: str
    bucket: str  # of the reports
    guardrail: Guardrail | None = None  # that production is asked with
    concurrency: int = 10  # cases of one function at the same time
    cases: int = 200  # of an evaluation, unless somebody asks for another number


@cache
def terms() -> Terms:
    """Raises MissingSetting with the name of what the template does not say."""
    return Terms(
        company=Company.model_validate_json(required("COMPANY")),
        judge_model=required("JUDGE_MODEL"),
        bucket=required("REPORTS_BUCKET"),
        guardrail=Guardrail.named(os.environ.get("GUARDRAIL_ID"), os.environ.get("GUARDRAIL_VERSION")),
        concurrency=int(os.environ.get("EVALUATION_CONCURRENCY") or 10),
        cases=int(os.environ.get("EVALUATION_CASES") or 200),
    )
