"""Commands `mail`: what the laptop's SES accepted."""

import json
import re
import urllib.request
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from infra.cli import fates, say, sending
from infra.cli.session import Account
from infra.cli.webhook import reachable

_LINK = re.compile(r"https://[a-z0-9]+\.lambda-url\.\S+")
_WHICH = "Its message id; `last` is the newest."
_HELP = "What left, what became of it, and whether anything may leave."
app = typer.Typer(name="mail", help=_HELP, no_args_is_help=True)
app.add_typer(sending.app)


@app.command("list")
def list_(ctx: typer.Context, as_json: say.Json = False) -> None:
    """Mails that were sent, and what became of each: sent, delivered, bounced, complained or in doubt.

    None of the laptop's mails left it; it also knows their recipients.

    Example: referral mail list --json
    """
    known = fates.told(ctx.obj)
    say.answer(fates.with_status(mails(ctx.obj), known) if ctx.obj.local else known, as_json, _view)


@app.command()
def show(
    ctx: typer.Context,
    message_id: Annotated[str, typer.Argument(metavar="MESSAGE", help=_WHICH)] = "last",
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
        instead = f"on {account.name}, `referral mail list` says what left"
        raise say.Problem(f"Only the laptop's SES keeps mails; {instead}.")
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
    columns = ("sent", "status", "to", "subject", "message id")
    return say.table(columns, map(_row, mails), "No mail was sent yet: see `referral drafts list`.")


def _row(mail: dict[str, Any]) -> tuple[Any, ...]:
    to = ", ".join(mail.get("to", ())) or None
    return mail["sent_at"], mail["status"], to, mail["subject"], mail["message_id"]
