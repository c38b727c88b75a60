"""What a mail may say, by whomever it was written; pure."""

import hashlib
import json
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from shared.writing.text import visible

SUBJECT = (3, 150)  # characters, fewest and most
BODY = (40, 6_000)
_MARKUP = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(\s[^>]*)?/?>|<!")


def _clean(value: Any) -> Any:
    return visible(value) if isinstance(value, str) else value


def _one_line(subject: str) -> str:
    if "\n" in subject:
        raise ValueError("a subject has no line breaks")
    return subject


def _plain(text: str) -> str:
    if _MARKUP.search(text):
        raise ValueError("plain text is wanted, not HTML")
    return text


def _long(limits: tuple[int, int]) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=limits[0], max_length=limits[1])


class Content(BaseModel):
    """Subject and body: plain text without hidden characters."""

    model_config = ConfigDict(frozen=True)

    subject: Annotated[str, _long(SUBJECT), BeforeValidator(_clean), AfterValidator(_one_line), AfterValidator(_plain)]
    body: Annotated[str, _long(BODY), BeforeValidator(_clean), AfterValidator(_plain)]


def content_hash(subject: str, body: str, referral_id: str, customer_id: str) -> str:
    """What an approval names: these words to this customer for this job."""
    named = json.dumps([subject, body, referral_id, customer_id])
    return hashlib.sha256(named.encode()).hexdigest()


def schema() -> dict[str, Any]:
    """The same rules in the words of JSON Schema, as far as it has them."""
    return {
        "type": "object",
        "properties": {"subject": _rule("One line of plain text.", SUBJECT), "body": _rule("Plain text.", BODY)},
        "required": ["subject", "body"],
    }


def _rule(description: str, limits: tuple[int, int]) -> dict[str, Any]:
    return {"type": "string", "description": description, "minLength": limits[0], "maxLength": limits[1]}
