"""The columns that a query may give, and where in a job they belong."""

from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

MAX_BYTES = 900_000  # of a job; an entry on the bus may have 1 MB, and the rest is its envelope
REQUIRED = ("service_id", "completed_at", "customer_id", "customer_email", "service_type")
PROPERTY = "property_"
REJECT_COLUMNS = ("rejected_row", "rejected_because")  # so that a repaired rejects file can be imported as it is

PLACES = {
    "service_id": ("service_id",),
    "completed_at": ("completed_at",),
    "customer_id": ("customer", "customer_id"),
    "customer_email": ("customer", "email"),
    "customer_name": ("customer", "name"),
    "customer_time_zone": ("customer", "time_zone"),
    "marketing_consent": ("customer", "marketing_consent"),
    "service_type": ("service", "type"),
    "price_amount": ("service", "price", "amount"),
    "price_currency": ("service", "price", "currency"),
    "technician": ("service", "technician"),
    "notes": ("service", "notes"),
    "satisfaction": ("satisfaction",),
    "historical": ("historical",),
}
SHAPES = {
    "service_id": "1 to 128 characters without spaces",
    "completed_at": "a date and time, and where it has no zone, customer_time_zone must exist, such as Europe/Berlin",
    "customer_id": "1 to 128 characters without spaces",
    "customer_email": "one address such as name@example.com",
    "marketing_consent": "true or false",
    "service_type": "1 to 200 characters",
    "price_amount": "a number that is not negative, with at most 4 decimals",
    "price_currency": "three capital letters such as EUR",
    "satisfaction": "a whole number from 1 to 5",
    "historical": "true or false",
}


def missing_columns(columns: Iterable[str]) -> list[str]:
    return [column for column in REQUIRED if column not in set(columns)]


def unknown_columns(columns: Iterable[str]) -> list[str]:
    known = {*PLACES, *REJECT_COLUMNS}
    return [column for column in columns if column not in known and not column.startswith(PROPERTY)]
