"""How a command speaks: answers on stdout, everything else on stderr, and a problem as one sentence."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from infra import Problem as Problem  # every command says its problems through here

Json = Annotated[bool, typer.Option("--json", help="The answer as JSON, and nothing else on stdout.")]
_WIDE = 240  # columns of what no terminal limits, such as a pipe


def answer(data: Any, as_json: bool, view: Callable[[Any], Any]) -> None:
    """The answer as stable JSON, or as ``view`` makes it for people."""
    if as_json:
        typer.echo(as_text(data))
    else:
        show(view(data))


def as_text(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, default=str)


def show(thing: Any, err: bool = False) -> None:
    """Print something that rich can draw."""
    from rich.console import Console

    terminal = (sys.stderr if err else sys.stdout).isatty()
    Console(highlight=False, stderr=err, width=None if terminal else _WIDE).print(thing)


def note(message: str) -> None:
    """Something worth knowing that is not the answer."""
    typer.echo(message, err=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], empty: str = "There are none.") -> Any:
    """A table of plain text; what a cell says is never read as markup."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*(Text(shown(cell)) for cell in row))
    return drawn if drawn.row_count else Text(empty)


def facts(pairs: dict[str, Any]) -> Any:
    """Names and values below each other."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, show_header=False, pad_edge=False)
    for name, value in pairs.items():
        drawn.add_row(Text(name, style="bold"), Text(shown(value)))
    return drawn


def moment(iso: str) -> str:
    """A moment for people, in UTC, to the millisecond."""
    return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def text(value: str) -> Any:
    """Text as it is, never read as markup."""
    from rich.text import Text

    return Text(shown(value))


def shown(value: Any) -> str:
    """A value in a line of text, with nothing in it that could steer a terminal."""
    if value is None:
        return "-"
    text = ", ".join(f"{k} {shown(v)}" for k, v in value.items()) if isinstance(value, dict) else str(value)
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)
