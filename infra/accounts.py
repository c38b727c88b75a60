"""In what local, dev, test and prod differ: accounts.toml as a value."""

import json
import os
import tomllib
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Any

from infra import Problem

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("local", "dev", "test", "prod")


class UnknownAccount(Problem):
    """No such account in accounts.toml."""


@cache
def account(name: str) -> dict[str, Any]:
    """The settings of an account, defaults included; raises UnknownAccount with the names there are."""
    known = _told()
    if name not in NAMES:
        raise UnknownAccount(f"There is no account {name!r}. Choose one of: {', '.join(NAMES)}.")
    defaults, own = known["defaults"], known.get(name, {})
    return defaults | own | {"name": name, "alarms": defaults["alarms"] | own.get("alarms", {})}


def alarm_parameter(key: str) -> str:
    """The template parameter of a threshold of `[alarms]`."""
    return "Alarm" + "".join(part.capitalize() for part in key.split("_"))


def _told() -> dict[str, Any]:
    """accounts.toml, and on top of it the file that REFERRAL_ACCOUNTS names: what a company does not publish."""
    own = os.environ.get("REFERRAL_ACCOUNTS")
    files = [ROOT / "infra" / "accounts.toml", *([Path(own)] if own else [])]
    known, more = ([tomllib.loads(path.read_text()) for path in files] + [{}])[:2]
    return {name: known.get(name, {}) | more.get(name, {}) for name in {*known, *more}}


def parameters(settings: dict[str, Any]) -> dict[str, str]:
    """Every template parameter that an account determines, as CloudFormation takes it."""
    return {
        "Account": settings["name"],
        "PowertoolsVersion": settings["powertools"],
        "LogLevel": settings["log_level"],
        "LogRetentionDays": str(settings["log_retention_days"]),
        "ArchiveDays": str(settings["archive_days"]),
        "Tracing": settings["tracing"],
        "ProtectTables": json.dumps(settings["protect_tables"]),
        "UpstreamPrincipals": ",".join(settings["upstream_principals"]),
        "AlarmEmail": settings["alarm_email"],
        "HandlingConcurrency": str(settings["handling_concurrency"]),
        "WebhookConcurrency": str(settings["webhook_concurrency"]),
        "DraftingConcurrency": str(settings["drafting_concurrency"]),
        "SendingConcurrency": str(settings["sending_concurrency"]),
        "EvaluationConcurrency": str(settings["evaluation_concurrency"]),
        "EvaluationCases": str(settings["evaluation_cases"]),
        "JudgeModel": settings["judge_model"],
        "VectorStore": settings["vector_store"],
        "IndexCreator": settings["index_creator"],
        "GuardrailId": settings["guardrail_id"],
        "GuardrailVersion": settings["guardrail_version"],
        "KnowledgeBase": f"/referral/{settings['name']}/knowledge/id",
        "Agent": settings["agent"],
        "RequireConsent": json.dumps(settings["require_consent"]),
        "SignIn": settings["sign_in"],
        "Mailing": json.dumps(settings["mailing"]),
        "Limits": json.dumps(settings["limits"]),
        "TrackReading": json.dumps(settings["track_reading"]),
        "SenderAddress": parseaddr(settings["company"]["sender"])[1],
        "Company": json.dumps(settings["company"]),
        **{alarm_parameter(key): str(value) for key, value in settings["alarms"].items()},
    }
