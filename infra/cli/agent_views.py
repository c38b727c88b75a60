"""How agents and their versions look to people."""

from typing import Any

from infra.cli import say


def rows(agents: list[dict[str, Any]]) -> Any:
    lines = ((agent["agent"], agent["latest_version"], agent["aliases"]) for agent in agents)
    empty = "No agent is registered: see `referral agents register --help`."
    return say.table(("agent", "latest version", "aliases"), lines, empty)


def page(agent: dict[str, Any]) -> Any:
    """An agent with its aliases and versions."""
    from rich.console import Group

    pointers = ((to["alias"], to["version"], to["moved_at"], to["cause"]) for to in agent["aliases"])
    columns = ("version", "model_id", "author", "message", "registered_at", "config_hash")
    versions = ([version[column] for column in columns] for version in agent["versions"])
    aliases = say.table(("alias", "version", "moved", "why"), pointers, "No alias names a version.")
    return Group(aliases, "", say.table(columns, versions))


def prompts(version: dict[str, Any]) -> Any:
    """One version with what it tells the model."""
    from rich.console import Group

    config = dict(version["config"])
    texts = [say.text(f"\n{name}:\n{config.pop(name)}") for name in ("system_prompt", "user_prompt")]
    about = {name: value for name, value in version.items() if name != "config"}
    return Group(say.facts(about | config), *texts)


def moves(history: list[dict[str, Any]]) -> Any:
    lines = ((move["moved_at"], move["from_version"], move["version"], move["cause"]) for move in history)
    return say.table(("moved", "from version", "to version", "why"), lines)
