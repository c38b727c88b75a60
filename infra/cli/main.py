"""The `referral` command: what all commands have in common."""

import gc
from typing import Annotated

import typer

from infra import accounts
from infra.cli.problems import Commands
from infra.cli.session import Account

app = typer.Typer(cls=Commands, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
_ACCOUNT = f"One of {', '.join(accounts.NAMES)}."


@app.callback()
def referral(
    ctx: typer.Context,
    account: Annotated[str, typer.Option(envvar="REFERRAL_ACCOUNT", help=_ACCOUNT)] = "local",
) -> None:
    """A completed job in, one reviewed referral email out.

    Example: referral run
    """
    if account not in accounts.NAMES:
        raise typer.BadParameter(f"there is no account {account!r}. {_ACCOUNT}", param_hint="--account")
    ctx.obj = ctx.obj or Account(account)


def main() -> None:
    gc.set_threshold(50_000)  # what imports make stays; looking through it for garbage took a fifth of a short command
    app()
