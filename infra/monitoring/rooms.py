"""What there is to watch of each stack, read from its template, so that nothing is forgotten."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from infra.accounts import ROOT

BASE = ("platform", "knowledge")
_MAILBOX, _OUTBOX = "mailbox.yaml", "outbox.yaml"
_FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
Properties = dict[str, Any]


@dataclass(frozen=True)
class Room:
    """Names without ``referral-<account>-``, in the order of the template."""

    name: str
    functions: tuple[str, ...]
    mailboxes: tuple[str, ...]
    tables: tuple[str, ...]
    own_alarms: tuple[str, ...]
    relay: bool

    @property
    def all_functions(self) -> tuple[str, ...]:
        return (*self.functions, *([f"{self.name}-relay"] if self.relay else []))

    @property
    def failed_queues(self) -> tuple[str, ...]:
        """Queues in which nothing should ever be."""
        return (*(f"{one}-dead-letters" for one in self.mailboxes), *([f"{self.name}-undeliverable"] if self.relay else []))

    def alarms(self) -> Iterator[str]:
        """Alarms of its queues, its relay and its own template."""
        yield from self.failed_queues
        yield from [f"{self.name}-outbox-age"] if self.relay else []
        yield from self.own_alarms


def rooms() -> tuple[Room, ...]:
    names = sorted(path.parent.name for path in (ROOT / "services").glob("*/template.yaml"))
    return tuple(map(room, [*names, *BASE]))


@cache
def room(name: str) -> Room:
    from samcli.yamlhelper import yaml_parse

    folder = "infra" if name in BASE else "services"
    made: dict[str, Properties] = yaml_parse((ROOT / folder / name / "template.yaml").read_text())["Resources"]
    nested = [one["Properties"] for one in made.values() if one["Type"] == "AWS::Serverless::Application"]
    return Room(
        name,
        functions=tuple(_short(one["Properties"]["FunctionName"]) for one in made.values() if one["Type"] in _FUNCTIONS),
        mailboxes=tuple(one["Parameters"]["Mailbox"] for one in nested if one["Location"].endswith(_MAILBOX)),
        tables=tuple(_short(one["Properties"]["TableName"]) for one in made.values() if one["Type"] == "AWS::DynamoDB::Table"),
        own_alarms=tuple(_short(one["Properties"]["AlarmName"]) for one in made.values() if one["Type"] == "AWS::CloudWatch::Alarm"),
        relay=any(one["Location"].endswith(_OUTBOX) for one in nested),
    )


def _short(name: dict[str, str]) -> str:
    return re.sub(r"^referral-\$\{Account\}-", "", name["Fn::Sub"])
