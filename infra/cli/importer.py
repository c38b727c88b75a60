"""One row of a query as the job that upstream would have told us about; pure."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from infra.cli import cells
from infra.cli.columns import MAX_BYTES, PLACES, PROPERTY, SHAPES, Row
from shared.events.upstream import ServiceCompleted

Detail = dict[str, Any]

_COLUMNS = {place: column for column, place in PLACES.items()}


@dataclass(frozen=True)
class Read:
    """What a row says: a detail to put on the bus, or everything that is wrong with the row."""

    detail: Detail
    reasons: list[str]


def read(row: Row, historical: bool = False) -> Read:
    """The job in a row; ``historical`` marks it so whatever the row says.

    Times without zone are in ``customer_time_zone``, or UTC where that is not given; a date means noon.
    """
    values = {column: plain for column, value in row.items() if (plain := cells.given(value)) is not None}
    said = _normal(values) | ({"historical": True} if historical else {})
    detail = _detail(said)
    try:
        ServiceCompleted.model_validate(detail)
    except ValidationError as error:
        return Read(detail, reasons(error))
    size = len(json.dumps(detail).encode())
    return Read(detail, [f"the row is too large: {size} bytes, at most {MAX_BYTES}"] if size > MAX_BYTES else [])


def reasons(error: ValidationError) -> list[str]:
    """Every problem once, by the name of the column that has it and without its value."""
    return list(dict.fromkeys(_reason(problem["loc"], problem["type"]) for problem in error.errors()))


def _reason(place: tuple[int | str, ...], kind: str) -> str:
    if place[0] == "property":
        return f"{PROPERTY}{place[1]} must be text, a number, true or false"
    column = _COLUMNS.get(tuple(str(part) for part in place), ".".join(str(part) for part in place))
    return f"{column} is missing" if kind == "missing" else f"{column} must be {SHAPES.get(column, 'text')}"


def _normal(values: Detail) -> Detail:
    normal = dict(values)
    for column in ("service_id", "customer_id"):
        if column in normal:
            normal[column] = str(cells.whole(normal[column]))
    if "satisfaction" in normal:
        normal["satisfaction"] = cells.whole(normal["satisfaction"])
    if "price_amount" in normal:
        normal["price_amount"] = cells.amount(normal["price_amount"])
    else:
        normal.pop("price_currency", None)
    if "completed_at" in normal:
        normal["completed_at"] = cells.moment(normal["completed_at"], normal.get("customer_time_zone"))
    return normal


def _detail(said: Detail) -> Detail:
    detail: Detail = {"customer": {}, "service": {}}
    for column, place in PLACES.items():
        if column in said:
            _put(detail, place, said[column])
    properties = {name: value for name, value in said.items() if name.startswith(PROPERTY)}
    features = {name.removeprefix(PROPERTY): cells.json_value(value) for name, value in properties.items()}
    return detail | ({"property": features} if features else {})


def _put(detail: Detail, place: tuple[str, ...], value: Any) -> None:
    *parents, last = place
    for parent in parents:
        detail = detail.setdefault(parent, {})
    detail[last] = cells.json_value(value)
