"""Commands `webhook`: the way in for upstream systems that can't put events on the bus."""

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated, Any

import typer

from infra import webhooks
from infra.cli import say
from infra.cli.session import Account
from shared.clock import new_id

_HELP = "The way in for upstream systems that can't put events on the bus."
app = typer.Typer(name="webhook", help=_HELP, no_args_is_help=True)
_ROTATE = "Make a new one; the one before stays valid until --retire."
_RETIRE = "Only the newest one stays valid; with --rotate, only the new one."
_FILE = "JSON with type, timestamp and data; it is sent byte by byte."
_SAME = "Send it as the message with this id again."
_SECONDS = 30


@app.command()
def url(ctx: typer.Context) -> None:
    """Where upstream systems send their webhooks.

    Example: referral webhook url
    """
    typer.echo(address(ctx.obj))


@app.command()
def secret(
    ctx: typer.Context,
    rotate: Annotated[bool, typer.Option("--rotate", help=_ROTATE)] = False,
    retire: Annotated[bool, typer.Option("--retire", help=_RETIRE)] = False,
) -> None:
    """The newest secret with which upstream systems sign.

    Example: referral webhook secret --rotate
    """
    ssm, account = ctx.obj.client("ssm"), ctx.obj.name
    valid = [] if rotate and retire else webhooks.known(ssm, account)
    if rotate or retire:
        valid = ([webhooks.fresh()] if rotate else []) + valid[:1]
        webhooks.keep(ssm, account, valid)
        say.note(f"{len(valid)} valid within a minute.")
    typer.echo(_newest(valid))


@app.command()
def send(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=_FILE)],
    message_id: Annotated[str, typer.Option("--id", help=_SAME)] = "",
    as_json: say.Json = False,
) -> None:
    """Sign a webhook and send it, as an upstream system would.

    Example: referral webhook send examples/webhook/service-completed.json
    """
    from services.prep.webhook_signature import Message

    message = Message(message_id or f"msg_{new_id()}", str(int(time.time())), file.read_bytes())
    signed = message.headers(_newest(webhooks.known(ctx.obj.client("ssm"), ctx.obj.name)))
    said = _post(address(ctx.obj), message.body, signed)
    say.answer({"webhook_id": message.id} | said, as_json, _view)


def address(account: Account) -> str:
    """Where the function is."""
    known = {"FunctionName": account.function("receive_webhook"), **account.qualifier}
    found = account.client("lambda").get_function_url_config(**known)
    return reachable(account, str(found["FunctionUrl"]))


def reachable(account: Account, url: str) -> str:
    """A function's URL; on the laptop by path, for its host name means nothing to a name server."""
    if not account.local:
        return url
    host, _, path = url.removeprefix("https://").partition("/")
    return f"{account.endpoint}/_aws/lambda-url/{host.partition('.')[0]}/{path}"


def _newest(valid: list[str]) -> str:
    if not valid:
        raise say.Problem("This account has no secret for webhooks yet: `referral webhook secret --rotate` makes one.")
    return valid[0]


def _post(where: str, body: bytes, signed: dict[str, str]) -> dict[str, Any]:
    """What the webhook answers; raises Problem with its message where it refuses."""
    asked = urllib.request.Request(where, body, signed | {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:
            return dict(json.loads(answer.read()))
    except urllib.error.HTTPError as refused:
        raise say.Problem(f"The webhook answers {refused.code}. {_advice(refused.read())}") from None
    except OSError as error:
        raise say.Problem(f"{where} does not answer ({error}).") from None


def _advice(answer: bytes) -> str:
    try:
        said = json.loads(answer)
        problems = [f"\n  {problem['field']}: {problem['advice']}" for problem in said.get("problems", [])]
        return str(said.get("message") or said) + "".join(problems)
    except (ValueError, AttributeError):
        return answer.decode(errors="replace")[:200]


def _view(said: dict[str, Any]) -> Any:
    from rich.console import Group

    facts = say.facts({name: value for name, value in said.items() if name != "problems"})
    wrong = ((problem["field"], problem["code"], problem["advice"]) for problem in said["problems"])
    return Group(facts, say.table(("field", "code", "what to do"), wrong, ""))
