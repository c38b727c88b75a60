"""Commands `mail`: what the laptop's SES accepted."""

import json
import re
import urllib.request
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from infra.cli import say, sending
from infra.cli.session import Account
from infra.cli.webhook import reachable

_LINK = re.compile(r"https://[a-z0-9]+\.lambda-url\.\S+")
app = typer.Typer(name="mail", help="What left, what became of it, and whether anything may leave.", no_args_is_help=True)
app.add_typer(sending.app)


@app.command("list")
def list_(ctx: typer.Context, as_json: say.Json = False) -> None:
    """Mails that were sent, oldest first; none of them left the laptop.

    Example: referral mail list --json
    """
    say.answer(mails(ctx.obj), as_json, _view)


@app.command()
def show(
    ctx: typer.Context,
    message_id: Annotated[str, typer.Argument(metavar="MESSAGE", help="Its message id; `last` is the newest.")] = "last",
    as_json: say.Json = False,
) -> None:
    """One mail as its recipient reads it, and where that person unsubscribes on this laptop.

    Example: referral mail show
    """
    known = mails(ctx.obj)
    found = [mail for mail in known if mail["message_id"] == message_id] or (known[-1:] if message_id == "last" else [])
    if not found:
        raise say.Problem(f"There is no mail {message_id!r}: `referral mail list` names those that were sent.")
    say.answer(found[0] | {"unsubscribe": _way_out(ctx.obj, found[0]["body"])}, as_json, _page)


@app.callback()
def mail() -> None:
    """What the laptop's SES accepted."""


def mails(account: Account) -> list[dict[str, Any]]:
    """The mails, oldest first; raises Problem on AWS, where SES keeps none."""
    if not account.local:
        instead = f"on {account.name}, `referral drafts list --status sent` says what left"
        raise say.Problem(f"Only the laptop's SES can list mails; {instead}.")
    try:
        with urllib.request.urlopen(f"{account.endpoint}/_ministack/ses/messages", timeout=10) as answer:
            by_owner = json.loads(answer.read())["messages"]
    except OSError:
        advice = "start it with `referral up`"
        raise say.Problem(f"The laptop's AWS does not answer at {account.endpoint}: {advice}.") from None
    found = [mail for mails in by_owner.values() for mail in mails]
    return [_mail(mail) for mail in sorted(found, key=lambda mail: mail["Timestamp"])]


def _mail(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "message_id": kept["MessageId"],
        "sent_at": datetime.fromtimestamp(kept["Timestamp"], UTC).isoformat(timespec="seconds"),
        "from": kept["Source"],
        "to": kept["To"],
        "subject": kept["Subject"],
        "body": kept["BodyText"],
    }


def _way_out(account: Account, body: str) -> str | None:
    link = _LINK.search(body)
    return reachable(account, link[0]) if link else None


def _page(mail: dict[str, Any]) -> Any:
    from rich.console import Group

    facts = {name: mail[name] for name in ("message_id", "sent_at", "from", "subject", "unsubscribe") if mail[name]}
    return Group(say.facts(facts | {"to": ", ".join(mail["to"])}), "", say.text(mail["body"]))


def _view(mails: list[dict[str, Any]]) -> Any:
    rows = ((mail["sent_at"], ", ".join(mail["to"]), mail["subject"], mail["message_id"]) for mail in mails)
    return say.table(("sent", "to", "subject", "message id"), rows, "No mail was sent yet: see `referral drafts list`.")
