"""Commands `quarantine`: jobs that could not be used, until somebody mends them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli import say
from infra.cli.call import Service

_HELP = "Jobs that could not be used, until somebody mends them."
app = typer.Typer(name="quarantine", help=_HELP, no_args_is_help=True)
_CHANGE = "Correct a field; an empty value takes it out. May be repeated."
_DETAIL = "JSON file with the whole job anew."
Id = Annotated[str, typer.Argument(metavar="ID", help="The quarantined job, as `referral quarantine list` names it.")]


@app.command("list")
def list_(
    ctx: typer.Context,
    status: Annotated[str, typer.Option(help="waiting, retried or discarded.")] = "waiting",
    limit: Annotated[int, typer.Option(min=1, max=500, help="The oldest so many.")] = 50,
    as_json: say.Json = False,
) -> None:
    """What waits in quarantine, oldest first.

    Example: referral quarantine list
    """
    say.answer(_prep(ctx).get("quarantine", status=status, limit=limit), as_json, _cases)


@app.command()
def show(ctx: typer.Context, case: Id, as_json: say.Json = False) -> None:
    """One quarantined job: what upstream said, and everything that is wrong with it.

    Example: referral quarantine show q-0123456789abcdef0123
    """
    say.answer(_prep(ctx).get("quarantine", case), as_json, _case)


@app.command()
def retry(
    ctx: typer.Context,
    case: Id,
    changes: Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help=_CHANGE)] = None,
    detail: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help=_DETAIL)] = None,
    as_json: say.Json = False,
) -> None:
    """Send a job again, as it is or mended; it comes to every service as if upstream had said it so.

    Example: referral quarantine retry q-0123456789abcdef0123 --set service.price.amount=149.90
    """
    body: dict[str, Any] = {"patch": patch(changes or [])} if changes else {}
    if detail:
        body["detail"] = _json_file(detail)
    say.answer(_prep(ctx).post("quarantine", case, "retry", **body), as_json, say.facts)


@app.command()
def discard(
    ctx: typer.Context,
    case: Id,
    reason: Annotated[str, typer.Option(help="Why nobody will mend it.")],
    as_json: say.Json = False,
) -> None:
    """Give a job up; it stays on record.

    Example: referral quarantine discard q-0123456789abcdef0123 --reason "A test of the CRM"
    """
    say.answer(_prep(ctx).post("quarantine", case, "discard", reason=reason), as_json, say.facts)


def patch(changes: list[str]) -> dict[str, Any]:
    """A JSON merge patch of `field.path=value`; a value is JSON where it can be read so, and text otherwise."""
    merged: dict[str, Any] = {}
    for change in changes:
        path, assigned, value = change.partition("=")
        if not assigned or not all(path.split(".")):
            advice = f"{change!r} is not FIELD=VALUE, such as service.price.amount=149.90"
            raise typer.BadParameter(advice, param_hint="--set")
        *parents, last = path.split(".")
        place = merged
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = _value(value)
    return merged


def _value(text: str) -> Any:
    """Numbers stay text, which services read as numbers without loss."""
    try:
        value = json.loads(text or "null")
    except ValueError:
        return text
    return value if value is None or isinstance(value, (bool, dict, list)) else text


def _json_file(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise say.Problem(f"{path} is no JSON: {error}.") from None


def _prep(ctx: typer.Context) -> Service:
    return Service(ctx.obj, "prep_api")


def _cases(cases: list[dict[str, Any]]) -> Any:
    rows = ((case["quarantine_id"], case["first_seen"], case["historical"], _fields(case)) for case in cases)
    return say.table(("id", "first seen", "historical", "wrong"), rows, "Nothing is in quarantine with this status.")


def _fields(case: dict[str, Any]) -> str:
    return "\n".join(f"{reason['field']}: {reason['advice']}" for reason in case["reasons"])


def _case(case: dict[str, Any]) -> Any:
    from rich.console import Group

    about = {name: value for name, value in case.items() if name not in ("reasons", "detail")}
    wrong = say.table(("field", "code", "what to do"), ((r["field"], r["code"], r["advice"]) for r in case["reasons"]))
    return Group(say.facts(about), "", wrong, "", say.text(say.as_text(case["detail"])))
