"""What upstream facts are made of: ids, addresses, moments, and the features of a property."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

# An id is no address: ids are in logs and in our own events.
Identifier = Annotated[
    str, Field(description="text of 1 to 128 characters without spaces and @"),
    StringConstraints(min_length=1, max_length=128, pattern=r"^[^\s\x00-\x1f\x7f@]+$"),
]
Address = Annotated[
    str, Field(description="text with one plain e-mail address"),
    StringConstraints(max_length=254, pattern=r"^[^\s\x00-\x1f\x7f@<>,;:\"()\[\]\\]+@[^\s\x00-\x1f\x7f@<>,;:\"()\[\]\\]+\.[A-Za-z0-9-]+$"),
]
Text = Annotated[str, StringConstraints(max_length=1000)]
Whole = Annotated[int, Field(ge=-(10**18), le=10**18)]
Fraction = Annotated[Decimal, Field(max_digits=30)]
PropertyValue = Text | Whole | Fraction | bool | None
Moment = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC))]
_FACTS, _FACT_LENGTH = 40, 80


def property_facts(properties: dict[str, PropertyValue]) -> dict[str, PropertyValue]:
    """The short facts among a property's features; prose and addresses stay upstream."""
    short = {name: value for name, value in properties.items() if _short(name) and _short(value)}
    return dict(list(short.items())[:_FACTS])


def _short(value: PropertyValue) -> bool:
    return not isinstance(value, str) or (len(value) <= _FACT_LENGTH and value.isprintable() and "@" not in value)
