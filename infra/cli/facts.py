"""Upstream facts in a file: what is in it, and what is wrong with it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from infra.cli.columns import MAX_BYTES
from infra.cli.say import Problem
from shared.bus import Entry
from shared.events import UpstreamFact
from shared.events.upstream import FACTS

_FORMS = {
    "service_id": "1 to 128 characters without spaces",
    "customer_id": "1 to 128 characters without spaces",
    "email": "one address such as name@example.com",
    "currency": "three capital letters such as EUR",
}
_VALUES = "It should be text, a number, true or false"
_FORM = '{"source": "upstream.crm", "detail-type": "ServiceCompleted", "detail": {...}}'


@dataclass(frozen=True)
class Fact:
    """One event of a file, by the line on which it begins."""

    line: int
    said: Any

    def refusals(self) -> list[str]:
        """Why this may not be put at all."""
        said = self.said if isinstance(self.said, dict) else {}
        if not isinstance(said.get("detail"), dict) or not isinstance(said.get("detail-type"), str):
            return [f"it does not have the form {_FORM}"]
        if self._size() > MAX_BYTES:
            return [f"it has {self._size()} bytes, and the bus takes at most {MAX_BYTES}: shorten its text"]
        source = str(said.get("source", ""))
        if source.startswith(UpstreamFact.source) and source != UpstreamFact.source:
            return []
        return [f"its source is {source!r}: an upstream system may only speak as itself, such as upstream.crm"]

    def problems(self) -> list[str]:
        """What the contract has against it, everything at once and without values."""
        contract = FACTS.get(self.said["detail-type"])
        if not contract:
            return [f"nobody knows the detail-type {self.said['detail-type']!r}; known are {', '.join(FACTS)}"]
        try:
            contract.model_validate(self.said["detail"])
        except ValidationError as error:
            return list(dict.fromkeys(_problem(found) for found in error.errors()))
        return []

    def ids(self) -> dict[str, str]:
        """Under which ids this will be found; empty where it breaks its contract."""
        if self.problems():
            return {}
        metadata = FACTS[self.said["detail-type"]].model_validate(self.said["detail"]).metadata()
        return {"event_id": metadata.event_id, "correlation_id": metadata.correlation_id}

    def _size(self) -> int:
        return len(json.dumps(self.said["detail"]).encode())

    def entry(self, bus: str) -> Entry:
        return {
            "EventBusName": bus, "Source": self.said["source"], "DetailType": self.said["detail-type"],
            "Detail": json.dumps(self.said["detail"]),
        }


def read(text: str) -> list[Fact]:
    """The events in a text: one JSON object, a list of them, or one on each line."""
    whole = _json(text)
    if whole is not None:
        return [Fact(1, said) for said in (whole if isinstance(whole, list) else [whole])]
    return list(_lines(text))


def _lines(text: str) -> Iterator[Fact]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            said = _json(line)
            if said is None:
                raise Problem(f"Line {number} is no JSON: give one object {_FORM}, or one on each line.")
            yield Fact(number, said)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _problem(found: Any) -> str:
    place = [str(part) for part in found["loc"]]
    if place[0] == "property" and len(place) > 1:
        return f"property.{place[1]}: {_VALUES}"
    formed = found["type"] == "string_pattern_mismatch" and _FORMS.get(place[-1])
    return f"{'.'.join(place)}: {f'It should be {formed}' if formed else found['msg']}"
