"""The example history as cases: each job as it was prepared, with the customer's features as of then."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.accounts import ROOT, account
from infra.cli.agents import read
from infra.cli.imports import import_jobs
from infra.local import judge, prompt, writer
from infra.local.writer import Mail
from services.features.model import Customer, Score
from services.prep.model import Join, prepare
from shared.events.features import Features, FeaturesUpdated
from shared.events.prep import ReferralPrepared
from shared.events.registry import AgentConfig
from shared.events.upstream import ServiceCompleted
from shared.writing.company import Company
from shared.writing.crew import Crew, crew
from shared.writing.prompt import element, facts, of_company, render

Case = tuple[ReferralPrepared, Crew]
COMPANY = Company.model_validate(account("local")["company"])


@cache
def cases() -> tuple[Case, ...]:
    customers: dict[str, Customer] = {}
    return tuple(_case(job, customers) for job in _jobs())


def mail(agent: str, case: Case) -> Mail:
    """What the laptop's writer writes as this example agent."""
    asked = render(_config(agent), *case, COMPANY)
    return writer.write(prompt.read(asked.config.system_prompt, asked.user))


def judged(written: Mail, case: Case) -> dict[str, Any]:
    """The judge's verdict, who knows every feature, whichever of them the agent asked for."""
    prepared, crew = case
    draft = {"subject": written.subject, "body": written.body}
    notes = f"<customer_notes>{crew.notes or ''}</customer_notes>"
    known = element("facts", facts(prepared, crew, list(Features.model_fields))) + notes
    asked = known + element("company", of_company(COMPANY)) + element("draft_1", draft) + element("draft_2", draft)
    said = judge.verdicts(asked)
    assert said["first"] == said["second"]
    return said["first"]


@cache
def _config(agent: str) -> AgentConfig:
    return AgentConfig.model_validate(read(ROOT / "examples" / "agents" / f"{agent}.yaml")["config"])


def _jobs() -> list[ServiceCompleted]:
    sent: list[dict[str, Any]] = []

    def put(entries: list[dict[str, Any]]) -> list[Any]:
        sent.extend(entries)
        return []

    with TemporaryDirectory() as folder:
        query = ROOT / "examples" / "history" / "jobs.sql"
        import_jobs(query, put=put, bus_name="b", rejects=Path(folder) / "rejects.csv")
    return [ServiceCompleted.model_validate_json(entry["Detail"]) for entry in sent]


def _case(job: ServiceCompleted, customers: dict[str, Customer]) -> Case:
    whose = job.customer.customer_id
    learned = customers.get(whose, Customer(whose)).learn(job, Score.of_job(job))
    customers[whose] = learned
    known = FeaturesUpdated(
        customer_id=whose, version=learned.version, as_of=job.completed_at, cause="job", historical=False,
        features=learned.features(),
    )
    prepared = Join().with_job(prepare(job, datetime(2027, 1, 1, tzinfo=UTC))).with_features(known).prepared()
    assert prepared
    return prepared, crew(job)
