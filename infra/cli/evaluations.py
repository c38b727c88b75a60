"""Commands `evaluations`: a candidate against a baseline on recorded cases, before any customer sees it."""

import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli import evaluation_views, say
from infra.cli.call import Service
from infra.cli.evaluation_wait import Wait
from infra.cli.session import Account

_HELP = "A candidate against a baseline on recorded cases, before any customer sees it."
app = typer.Typer(name="evaluations", help=_HELP, no_args_is_help=True)
_STOPPED = 130  # how a shell knows Ctrl-C
_BASELINE = "The version to compare with; the one in production otherwise."
_CASES = "The newest so many recorded cases."
_WAIT = "Wait for the result, or only start."
_TIMEOUT = "Seconds to wait at most; the evaluation itself goes on."
_FILE = "Where the page goes; evaluation-ID.html in the current folder otherwise."
_OPEN = "Show the page in the browser, where a terminal asks for it."
Id = Annotated[str, typer.Argument(metavar="ID", help="The evaluation, as `referral evaluations list` names it.")]


@app.command()
def run(
    ctx: typer.Context,
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="The agent's name.")],
    candidate: Annotated[int, typer.Option(min=1, help="The version to test.")],
    baseline: Annotated[int | None, typer.Option(min=1, help=_BASELINE)] = None,
    cases: Annotated[int, typer.Option(min=1, help=_CASES)] = 200,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help=_WAIT)] = True,
    timeout: Annotated[float, typer.Option(help=_TIMEOUT)] = 3600,
    as_json: say.Json = False,
) -> None:
    """Let both versions write the same cases, and a judge compare what they wrote.

    Example: referral evaluations run referral-writer --candidate 2 --baseline 1 --cases 200
    """
    asked = {"agent": agent, "candidate": candidate, "baseline": baseline, "cases": cases}
    api = _api(ctx.obj)
    started = api.post("evaluations", **{name: value for name, value in asked.items() if value is not None})
    found = _finished(api, started, timeout) if wait else started
    say.answer(found, as_json, evaluation_views.page)


@app.command("list")
def list_(
    ctx: typer.Context,
    agent: Annotated[str | None, typer.Argument(metavar="[AGENT]", help="Only this agent's.")] = None,
    as_json: say.Json = False,
) -> None:
    """Evaluations, newest first.

    Example: referral evaluations list referral-writer
    """
    found = _api(ctx.obj).get("evaluations", agent=agent)["evaluations"]
    say.answer(found, as_json, evaluation_views.rows)


@app.command()
def show(ctx: typer.Context, evaluation: Id, as_json: say.Json = False) -> None:
    """What an evaluation says, and how far it is.

    Example: referral evaluations show e-0123456789abcdef
    """
    say.answer(_api(ctx.obj).get("evaluations", evaluation), as_json, evaluation_views.page)


@app.command()
def report(
    ctx: typer.Context,
    evaluation: Id,
    output: Annotated[Path | None, typer.Option(dir_okay=False, metavar="FILE", help=_FILE)] = None,
    open_: Annotated[bool, typer.Option("--open/--no-open", help=_OPEN)] = True,
    as_json: say.Json = False,
) -> None:
    """Write the report as one HTML page, show it, and print where it is; --json says all its figures too.

    Example: referral evaluations report e-0123456789abcdef --output report.html
    """
    told = _api(ctx.obj).get("evaluations", evaluation, "report")
    page = _written(output or Path(f"evaluation-{evaluation}.html"), told["html"])
    if open_ and not as_json and sys.stdout.isatty():
        webbrowser.open(page.as_uri())
    say.answer({"path": str(page), "report": told["json"]}, as_json, lambda said: say.text(said["path"]))


@app.command()
def rescore(ctx: typer.Context, evaluation: Id, as_json: say.Json = False) -> None:
    """Score an evaluation anew by the rules of today, from the answers that are kept; no model is asked.

    Example: referral evaluations rescore e-0123456789abcdef
    """
    say.answer(_api(ctx.obj).post("evaluations", evaluation, "rescore"), as_json, evaluation_views.page)


def _written(page: Path, html: str) -> Path:
    try:
        page.write_text(html, encoding="utf-8")
    except OSError as error:
        raise say.Problem(f"The report can't be written to {page} ({error.strerror}): name a file with --output.") from None
    return page.resolve()


def _finished(api: Service, started: dict[str, Any], seconds: float) -> dict[str, Any]:
    """The evaluation once it is finished; whoever stops waiting is told how to go on."""
    name = started["evaluation_id"]
    say.note(f"evaluation {name}")
    try:
        with _progress(started["cases"]) as told:
            found = Wait(lambda: api.get("evaluations", name)).until_finished(started, seconds, told)
    except KeyboardInterrupt:
        say.note(f"It goes on without you: referral evaluations show {name}")
        raise typer.Exit(_STOPPED) from None
    if found["status"] != "finished":
        done = f"{found['done']} of {found['cases']} cases"
        raise say.Problem(f"After {seconds:g} s it is at {done} and goes on: referral evaluations show {name}")
    return found


@contextmanager
def _progress(total: int) -> Iterator[Callable[[dict[str, Any]], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("cases"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda found: bar.update(task, completed=found["done"], total=found["cases"])


def _api(account: Account) -> Service:
    return Service(account, "evaluations_api")
