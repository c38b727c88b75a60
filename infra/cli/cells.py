"""What a cell of a table means: exact amounts, moments in their zone, nothing where a tool wrote NaN; pure."""

import math
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

_NOON = time(12)
_FOURTH = Decimal("0.0001")
_NOISE = Decimal("1e-9")  # what sums of binary fractions leave, as a part of the whole; anything larger was meant


def given(value: Any) -> Any:
    """The value, or None for NaN, which is how other tools write that there is none."""
    return None if isinstance(value, (float, Decimal)) and math.isnan(value) else value


def whole(value: Any) -> Any:
    """5.0 as 5, since tools without a type for missing integers write that; other values as they are."""
    return int(value) if isinstance(value, (float, Decimal)) and math.isfinite(value) and not value % 1 else value


def amount(value: Any) -> Any:
    """An exact amount: the noise in a sum of binary fractions goes, a real fifth decimal stays and is refused."""
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, float) or math.isinf(value):
        return value
    exact = Decimal(repr(value))
    rounded = exact.quantize(_FOURTH)
    return rounded.normalize() if abs(rounded - exact) <= abs(exact) * _NOISE else exact


def moment(value: Any, zone: Any) -> Any:
    """A moment with its zone; what can't be read as one stays as it is, for the contract to refuse."""
    parsed = _parsed(value)
    if parsed is None or parsed.tzinfo:
        return parsed or value
    try:
        return parsed.replace(tzinfo=ZoneInfo(zone) if zone else UTC)
    except (ValueError, KeyError, TypeError, OSError):
        return f"{parsed} in an unknown time zone"


def json_value(value: Any) -> Any:
    """As JSON can say it without loss; what it can't say stays, for the contract to refuse."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value if isinstance(value, (str, int, float, bool, list, dict)) else str(value)


def _parsed(value: Any) -> datetime | None:
    if isinstance(value, str):
        return _parsed(_from_text(value.strip()))
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, _NOON)
    return value if isinstance(value, datetime) else None


def _from_text(text: str) -> date | None:
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(text)
        except ValueError:
            continue
    return None
