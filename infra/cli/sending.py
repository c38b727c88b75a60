"""Commands `mail`: stop all mails, let them leave again, and see what became of the last ones."""

from typing import Any

import typer

from infra.cli import ids, say
from infra.cli.call import Service
from infra.cli.orders import By

app = typer.Typer()


@app.command()
def status(ctx: typer.Context, as_json: say.Json = False) -> None:
    """Whether mails leave, and what became of the last ones.

    Sending stops by itself where too many bounce or are called spam; the limits are in infra/accounts.toml.

    Example: referral mail status
    """
    say.answer(Service(ctx.obj, "review_api").get("sending"), as_json, _view)


@app.command()
def pause(ctx: typer.Context, by: By = None, as_json: say.Json = False) -> None:
    """Let no mail leave; what is approved waits, and nobody has to approve it again.

    Example: referral mail pause
    """
    say.answer(Service(ctx.obj, "review_api").post("sending", "pause", by=ids.person(by)), as_json, _view)


@app.command()
def resume(ctx: typer.Context, by: By = None, as_json: say.Json = False) -> None:
    """Let mails leave again, within minutes those that waited; what is counted starts at zero.

    Example: referral mail resume
    """
    say.answer(Service(ctx.obj, "review_api").post("sending", "resume", by=ids.person(by)), as_json, _view)


def _view(told: dict[str, Any]) -> Any:
    why = {"reason": told["reason"], "by": told["by"], "since": told["at"]}
    known = {"sending": "paused" if told["paused"] else "on", **why, **told["counted"], "of the last days": told["limits"]["days"]}
    return say.facts({name: value for name, value in known.items() if value is not None})
