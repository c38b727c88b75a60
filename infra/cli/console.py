"""Commands `console`: the address of the review console, and who may sign in to it."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from infra import deploy
from infra.cli import ids, say
from infra.cli.session import Account
from infra.console.people import GROUPS, People
from infra.console.publish import outputs
from infra.local import bridge
from shared.access import OPERATORS

_HELP = "The address of the review console, and who may sign in to it."
_AS = "Who you are on the laptop; your login name otherwise."
_GROUP = f"{' or '.join(GROUPS)}; operators see versions and command rollouts too."
app = typer.Typer(name="console", help=_HELP, invoke_without_command=True)
users = typer.Typer(name="users", help="Who may sign in to the console.", no_args_is_help=True)
app.add_typer(users)
Group = Annotated[str, typer.Option(help=_GROUP)]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The id under which somebody decides; no address.")]


@app.callback()
def console(
    ctx: typer.Context,
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser of this machine.")] = False,
    name: Annotated[str | None, typer.Option("--as", envvar="REFERRAL_REVIEWER", help=_AS)] = None,
    group: Group = OPERATORS,
) -> None:
    """Print the console's address; on the laptop whoever opens it is signed in for a day.

    Example: referral console --open --as robin --group reviewers
    """
    if ctx.invoked_subcommand:
        return
    where = address(ctx.obj, ids.person(name), _known(group))
    typer.echo(where)
    if open_:
        typer.launch(where)


@users.command()
def add(
    ctx: typer.Context, name: Name, group: Group,
    email: Annotated[str | None, typer.Option(help="Where the invitation goes.")] = None,
    as_json: say.Json = False,
) -> None:
    """Invite somebody, or put somebody into one more group.

    Example: referral console users add robin --group reviewers --email robin@example.com
    """
    if not email and not ctx.obj.local:
        raise say.Problem("Name an --email: the invitation with the first password goes there.")
    people(ctx.obj).add(name, _known(group), email)
    say.answer({"name": name, "group": group}, as_json, say.facts)


@users.command("list")
def list_(ctx: typer.Context, as_json: say.Json = False) -> None:
    """Who may sign in, and what for.

    Example: referral console users list --json
    """
    say.answer(people(ctx.obj).all(), as_json, _view)


@users.command()
def remove(ctx: typer.Context, name: Name, as_json: say.Json = False) -> None:
    """Somebody may sign in no more; a token that was given ends within the hour.

    Example: referral console users remove robin
    """
    people(ctx.obj).remove(name)
    say.answer({"name": name, "removed": True}, as_json, say.facts)


def address(account: Account, name: str = "", group: str = OPERATORS) -> str:
    """Where the console is; on the laptop with a token for this person, who need not be known yet."""
    if not account.local:
        return _outputs(account)["Address"]
    token = people(account).token(name or ids.person(None), group)
    return f"{bridge.model_endpoint()}/#token={quote(token)}"


def people(account: Account) -> People:
    return People(account.client("cognito-idp"), _outputs(account))


def _outputs(account: Account) -> dict[str, str]:
    return outputs(deploy.stack_name(account.name, deploy.CONSOLE), account.client)


def _known(group: str) -> str:
    if group not in GROUPS:
        raise say.Problem(f"There is no group {group!r}: --group is {' or '.join(GROUPS)}.")
    return group


def _view(told: list[dict[str, Any]]) -> Any:
    return say.table(("name", "groups", "state"), [(one["name"], ", ".join(one["groups"]), one["status"].lower()) for one in told])
