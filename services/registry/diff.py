"""In what two configs differ; pure."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

from shared.events.registry import AgentConfig

_PROMPTS = ("system_prompt", "user_prompt")
_PARTS = ("inference", "retrieval", "tags")


def changes(before: AgentConfig, after: AgentConfig, names: tuple[str, str]) -> list[dict[str, Any]]:
    """Every field that differs: a prompt as lines of a unified diff, anything else with both values."""
    return [*_prompts(before, after, names), *_values(before, after)]


def _prompts(before: AgentConfig, after: AgentConfig, names: tuple[str, str]) -> Iterator[dict[str, Any]]:
    for field in _PROMPTS:
        one, other = (getattr(config, field).split("\n") for config in (before, after))
        if one != other:
            yield {"field": field, "diff": list(unified_diff(one, other, *names, lineterm=""))}


def _values(before: AgentConfig, after: AgentConfig) -> Iterator[dict[str, Any]]:
    """Compared as values, for 0.20 is 0.2, and told as JSON has them."""
    known, new = _flat(before.model_dump()), _flat(after.model_dump())
    said, now_said = _flat(before.model_dump(mode="json")), _flat(after.model_dump(mode="json"))
    for field in dict.fromkeys([*known, *new]):
        if known.get(field) != new.get(field):
            yield {"field": field, "before": said.get(field), "after": now_said.get(field)}


def _flat(config: dict[str, Any]) -> dict[str, Any]:
    """Every value under its full name, such as inference.temperature."""
    plain = {name: value for name, value in config.items() if name not in (*_PROMPTS, *_PARTS)}
    return plain | {f"{part}.{name}": value for part in _PARTS for name, value in config[part].items()}
