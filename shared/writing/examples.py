"""Similar mails that people approved before, as the knowledge base finds them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from shared import aws
from shared.events.orchestrator import Missing
from shared.events.prep import ReferralPrepared
from shared.events.registry import PLACEHOLDER, AgentConfig
from shared.settings import required
from shared.writing.labels import UNKNOWN, Example, Label, band, customer_hash, kind, plain

SECONDS = 2  # for one call, which is not repeated: a draft is worth more than its examples
LONGEST = 6_500  # characters of an example that a writer is shown


@dataclass(frozen=True)
class Found:
    """Examples, the most similar first; where there are none, why. Nobody asked: neither."""

    examples: tuple[Example, ...] = ()
    missing: Missing | None = None

    def first(self, most: int) -> "Found":
        """As if so many had been asked for."""
        return Found(self.examples[:most], self.missing) if most else Found()

    @property
    def ids(self) -> list[str]:
        return [example.referral_id for example in self.examples]


def bedrock() -> Any:
    """A client that asks once, and not for long."""
    return aws.client("bedrock-agent-runtime", attempts=1, read_timeout=SECONDS)


@dataclass(frozen=True)
class Knowledge:
    """The knowledge base that the template names."""

    client: Callable[[], Any] = bedrock
    base: Callable[[], str] = lambda: required("KNOWLEDGE_BASE_ID")

    def similar(self, prepared: ReferralPrepared, most: int, before: datetime | None = None) -> Found:
        """So many mails for the same kind of job, none of this customer, none approved at ``before`` or later."""
        if not most:
            return Found()
        until = int(before.timestamp()) if before else None
        try:
            answer = self.client().retrieve(**request(self.base(), prepared, most, until))
        except (ClientError, BotoCoreError):
            return Found(missing="unavailable")
        found = tuple(_readable(answer.get("retrievalResults", []), prepared, until))[:most]
        return Found(found, None if found else "none")

    def as_of(self, prepared: ReferralPrepared, most: int) -> Found:
        """What there was when the job was done: nothing that was learned from it or after it."""
        return self.similar(prepared, most, before=prepared.service.completed_at)


def wanted(config: AgentConfig) -> int:
    """How many examples this version's writer is shown: none where its prompt has no place for them."""
    return config.retrieval.examples if "examples" in PLACEHOLDER.findall(config.user_prompt) else 0


def request(base: str, prepared: ReferralPrepared, most: int, until: int | None) -> dict[str, Any]:
    """The whole Retrieve request."""
    conditions: list[dict[str, Any]] = [
        {"equals": {"key": "service_type", "value": kind(prepared)}},
        {"notEquals": {"key": "customer", "value": customer_hash(prepared.customer_id)}},
    ]
    if until is not None:
        conditions.append({"lessThan": {"key": "approved_at", "value": until}})
    search = {"numberOfResults": most, "filter": {"andAll": conditions}}
    return {
        "knowledgeBaseId": base, "retrievalQuery": {"text": _question(prepared)},
        "retrievalConfiguration": {"vectorSearchConfiguration": search},
    }


def _readable(results: list[dict[str, Any]], prepared: ReferralPrepared, until: int | None) -> Iterator[Example]:
    """What may be shown: the filter is asked for, and not relied on."""
    own = customer_hash(prepared.customer_id)
    for result in results:
        try:
            label = Label.model_validate(result.get("metadata"))
        except ValidationError:
            continue
        late = until is not None and label.approved_at >= until
        if not late and label.customer != own and label.referral_id != prepared.referral_id:
            yield Example(referral_id=label.referral_id, text=result["content"].get("text", "")[:LONGEST])


def _question(prepared: ReferralPrepared) -> str:
    """What similar mails are about; ids and features say nothing of that."""
    known = [plain(prepared.service.property.get(name)) for name in ("type", "region")]
    parts = [kind(prepared), *known, f"satisfaction {band(prepared.service.satisfaction)}"]
    return ", ".join(part for part in parts if part != UNKNOWN)
