"""The prompt that a version's template becomes for one referral; pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from shared.events.prep import PreparedService, ReferralPrepared
from shared.events.registry import PLACEHOLDER, AgentConfig, unknown_placeholders
from shared.writing.company import Company
from shared.writing.crew import MAX_NOTES, Crew
from shared.writing.labels import Example
from shared.writing.text import inert

_NO_EXAMPLES = "<examples>No examples yet.</examples>"
_ARE_EXAMPLES = "Mails that people approved for other customers; take their shape, and no fact or name from them:"


class PromptInvalid(Exception):
    """The version asks for something that nobody can fill in; register one that does not."""


@dataclass(frozen=True)
class Prompt:
    """What a model is asked, whichever provider answers."""

    config: AgentConfig
    user: str


def render(
    config: AgentConfig, prepared: ReferralPrepared, crew: Crew, company: Company, examples: Sequence[Example] = (),
) -> Prompt:
    """Fill the template's places in one pass, so that nothing that is filled in can open another."""
    unknown = unknown_placeholders(config.user_prompt)
    if unknown:
        raise PromptInvalid(f"unknown placeholders: {unknown}")
    parts = {
        "facts": element("facts", facts(prepared, crew, config.feature_set)),
        "notes": f"<customer_notes>{inert(crew.notes or '')[:MAX_NOTES]}</customer_notes>",
        "examples": _examples(examples),
        "company": element("company", of_company(company)),
    }
    return Prompt(config, PLACEHOLDER.sub(lambda place: parts[place[1]], config.user_prompt))


def facts(prepared: ReferralPrepared, crew: Crew, feature_set: list[str]) -> dict[str, Any]:
    """What a mail may state; what is not known is left out."""
    service = prepared.service
    known = {
        "given_name": prepared.given_name,
        "service": service.type,
        "completed_on": service.completed_at.astimezone(ZoneInfo(prepared.time_zone)).date().isoformat(),
        "price": _price(service),
        "technician": crew.technician,
        "satisfaction": f"{service.satisfaction} of 5" if service.satisfaction else None,
        "property": _known(service.model_dump(mode="json")["property"]),
        "features": _features(prepared, feature_set),
    }
    return _known(known)


def of_company(company: Company) -> dict[str, str]:
    return {
        "name": company.name, "offer": company.offer, "referral_url": company.referral_url,
        "signature": company.signature or company.name,
    }


def element(name: str, content: dict[str, Any]) -> str:
    """JSON between tags; values are data and can't close the element."""
    return f"<{name}>{json.dumps(_inert(content), ensure_ascii=False)}</{name}>"


def _examples(examples: Sequence[Example]) -> str:
    if not examples:
        return _NO_EXAMPLES
    texts = {f"example_{number}": example.text for number, example in enumerate(examples, 1)}
    return f"{_ARE_EXAMPLES}\n{element('examples', texts)}"


def _price(service: PreparedService) -> str | None:
    return f"{service.price.amount} {service.price.currency}" if service.price else None


def _features(prepared: ReferralPrepared, feature_set: list[str]) -> dict[str, Any]:
    known = prepared.features.model_dump(mode="json")
    unknown = sorted(set(feature_set) - known.keys())
    if unknown:
        raise PromptInvalid(f"unknown features: {unknown}")
    return _known({name: known[name] for name in feature_set})


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, {})}


def _inert(value: Any) -> Any:
    if isinstance(value, dict):
        return {inert(str(name)): _inert(part) for name, part in value.items()}
    return inert(value) if isinstance(value, str) else value
