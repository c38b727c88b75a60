"""What a function is told by its template, read once when first needed."""

import os
from dataclasses import dataclass
from functools import cache


class MissingSetting(Exception):
    """The template does not set a variable that the code needs."""


@dataclass(frozen=True)
class Settings:
    account: str
    table: str
    bus: str
    mailbox_url: str
    undeliverable_url: str


@cache
def settings() -> Settings:
    """The settings that all functions share; a variable that a function does not need may be absent."""
    return Settings(
        account=os.environ.get("ACCOUNT", ""),
        table=os.environ.get("TABLE_NAME", ""),
        bus=os.environ.get("BUS_NAME", ""),
        mailbox_url=os.environ.get("MAILBOX_URL", ""),
        undeliverable_url=os.environ.get("UNDELIVERABLE_URL", ""),
    )


def required(name: str) -> str:
    """A variable of one service's own; raises MissingSetting with the name to add to its template."""
    value = os.environ.get(name)
    if not value:
        raise MissingSetting(f"Environment variable {name} is not set: add it to the function in template.yaml.")
    return value
