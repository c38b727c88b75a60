"""What the model computes from: counted calls, measured figures, quotas, prices, assumptions; files beside it."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.accounts import ROOT, account

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Handled:
    """What a function does for one event of a kind; counted by tests/harness/journey.py."""

    function: str
    kind: str
    times: int
    calls: Mapping[str, int]
    write_units: int
    read_units: int
    bytes_written: int
    bytes_put: int
    common: tuple[str, ...]

    def asks(self, operation: str) -> int:
        return self.calls.get(operation, 0)


@dataclass(frozen=True)
class Inputs:
    """Everything by its name; ``mailboxes`` are deployed queues, ``concurrency`` is what accounts.toml says of prod."""

    handled: tuple[Handled, ...]
    measured: Mapping[str, float]
    quotas: Mapping[str, float]
    assumed: Mapping[str, float]
    prices: Mapping[str, Mapping[str, float]]
    mailboxes: int
    concurrency: Mapping[str, int]


@cache
def inputs() -> Inputs:
    """As committed."""
    return Inputs(
        tuple(Handled(**one | {"common": tuple(one["common"])}) for one in json.loads(_text("calls.json"))["handled"]),
        values("measured"), values("quotas"), values("workload"), numbers(tables("prices")), _mailboxes(),
        {kind: int(account("prod")[f"{kind}_concurrency"]) for kind in ("handling", "drafting", "sending")},
    )


def tables(name: str) -> dict[str, dict[str, Any]]:
    """The tables of one of the files, without what is said of the file itself."""
    return {key: value for key, value in tomllib.loads(_text(f"{name}.toml")).items() if isinstance(value, dict)}


def dated(name: str) -> str:
    """Since when a file's figures hold."""
    return str(tomllib.loads(_text(f"{name}.toml"))["as_of"])


def values(name: str) -> dict[str, float]:
    return {key: table["value"] for key, table in tables(name).items()}


def numbers(told: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Without what is said about them."""
    return {name: {key: one for key, one in table.items() if isinstance(one, float)} for name, table in told.items()}


def _mailboxes() -> int:
    templates = [*ROOT.glob("services/*/template.yaml"), ROOT / "infra" / "platform" / "template.yaml"]
    return sum(path.read_text().count("Mailbox: ") for path in templates)


def _text(name: str) -> str:
    return (HERE / name).read_text()
