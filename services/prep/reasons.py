"""Why a job can't be used: codes for machines, sentences for the person who mends it; pure."""

from datetime import datetime
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from services.prep.model import unusable
from shared.events import upstream
from shared.events.prep import Reason

WRONG = {
    "missing": "It is missing.",
    "string_too_short": "It is empty.",
    "string_too_long": "It is too long.",
    "string_pattern_mismatch": "It has signs or a form that are not allowed.",
    "timezone_aware": "It has no time zone.",
    "greater_than_equal": "It is too small.",
    "less_than_equal": "It is too large.",
    "in_future": "It lies more than a day in the future.",
    "too_early": "It lies before 1980, which is what a system says that does not know.",
}

EXPECTED = {
    "detail": "one JSON object per completed job",
    "service_id": "1 to 128 characters without spaces or line breaks, such as s-1001",
    "completed_at": "a past moment with its time zone, such as 2026-11-20T16:30:00+01:00",
    "historical": "true, false or nothing",
    "satisfaction": "a whole number from 1 to 5, or nothing",
    "property": "an object of single values, such as {\"type\": \"house\"}",
    "property.*": "a single value: text, a number, true, false or nothing",
    "customer": "an object with at least customer_id and email",
    "customer.customer_id": "1 to 128 characters without spaces or line breaks, such as c-1001",
    "customer.email": "one address such as name@example.com, without spaces, line breaks or a display name",
    "customer.name": "text, or nothing",
    "customer.time_zone": "text such as Europe/Berlin, or nothing",
    "customer.marketing_consent": "true, false or nothing",
    "service": "an object with at least type",
    "service.type": "1 to 200 characters, such as roof repair",
    "service.technician": "text, or nothing",
    "service.notes": "text, or nothing",
    "service.price": "an object with amount and currency, or nothing",
    "service.price.amount": "a number that is not negative, at most 4 decimals, without currency sign, such as 149.90",
    "service.price.currency": "three capital letters, such as EUR",
}

EXPECTED_OF_OTHERS = {  # fields of the facts that have no quarantine
    "customer_id": "1 to 128 characters without spaces or line breaks, such as c-1001",
    "email": "one address such as name@example.com, without spaces, line breaks or a display name, or nothing",
    "score": "a whole number from 1 to 5",
    "reported_at": "a moment with its time zone, such as 2026-11-20T16:30:00+01:00",
    "at": "a moment with its time zone, such as 2026-11-20T16:30:00+01:00",
}


def of_detail(detail: Any, now: datetime) -> list[Reason]:
    """Everything that keeps a fact from being prepared; empty where it can be."""
    try:
        return unusable(upstream.ServiceCompleted.model_validate(detail), now)
    except ValidationError as error:
        return of_error(error)


def of_error(error: ValidationError) -> list[Reason]:
    """All reasons at once, each by field and code; never a value, nor a name that somebody chose."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return list(dict.fromkeys(_reason(problem["loc"], problem["type"]) for problem in problems))


def sentence(reason: Reason) -> str:
    """What is wrong and how to mend it."""
    expected = (EXPECTED | EXPECTED_OF_OTHERS).get(reason.field, "what docs/integrate.md says of this field")
    return f"{WRONG.get(reason.code, 'It can not be read.')} Expected: {expected}."


def _reason(place: tuple[int | str, ...], code: str) -> Reason:
    own = [name for name in place if name in _names()]
    if place and place[0] == "property" and len(place) > 1:
        return Reason(field="property.*", code="value_type")
    return Reason(field=".".join(map(str, own)) or "detail", code=code)


@cache
def _names() -> set[str]:
    """Every name that a contract of upstream gives to a field."""
    parts = (part for part in vars(upstream).values() if isinstance(part, type) and issubclass(part, BaseModel))
    return {name for part in parts for name in part.model_fields}
