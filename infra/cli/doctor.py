"""Commands `doctor` and `costs`: what an account still needs before its first mail, and what it costs before that."""

from typing import Any

import typer

from infra import accounts
from infra.cli import checks, costs, say
from infra.cli.findings import GOOD, MISSING

app = typer.Typer()
app.add_typer(costs.app)


@app.command()
def doctor(ctx: typer.Context, as_json: say.Json = False) -> None:
    """What an account needs before mails leave: what is there, what is missing, how to get it. Changes nothing.

    Example: referral doctor
    """
    findings = checks.look(ctx.obj, accounts.account(ctx.obj.name))
    say.answer([one._asdict() for one in findings], as_json, _view)
    if any(one.state == MISSING for one in findings):
        raise typer.Exit(1)


def _view(findings: list[dict[str, Any]]) -> Any:
    signs = {GOOD: "ok", MISSING: "MISSING"}
    rows = [(one["what"], signs.get(one["state"], "?"), one["found"], one["how"]) for one in findings]
    return say.table(("needed", "", "found", "how to get it"), rows)
