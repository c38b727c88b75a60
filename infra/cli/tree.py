"""The commands by name, each imported when it is asked for: all of them together take longer than most of them run."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer

NAMES = (
    "up", "down", "status", "run", "doctor", "costs", "import", "events", "replay", "rebuild", "verify", "restore", "webhook",
    "features", "quarantine", "dlq", "outbox", "agents", "evaluations", "rollouts", "simulate", "drafts", "console", "mail",
    "customers", "trace", "audit", "dashboard", "alarms",
)
ELSEWHERE = {"down": "up", "status": "up", "costs": "doctor", "import": "jobs", "dashboard": "watching", "alarms": "watching"}


class Tree(Mapping[str, Any]):
    """Every command by its name; most are alone in a module that is named like them."""

    def __getitem__(self, name: str) -> Any:
        if name not in NAMES:
            raise KeyError(name)
        return of_module(ELSEWHERE.get(name, name))[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


@cache
def of_module(module: str) -> dict[str, Any]:
    """All commands of a module."""
    everything = typer.Typer(callback=lambda: None, rich_markup_mode=None)  # with a callback it is a group, of however many
    everything.add_typer(import_module(f"infra.cli.{module}").app)
    return typer.main.get_group(everything).commands
