"""Commands `mail`: what the laptop's SES accepted."""

import json
import urllib.request
from datetime import UTC, datetime
from typing import Any

import typer

from infra.cli import say
from infra.cli.session import Account

app = typer.Typer(name="mail", help="What the laptop's SES accepted.", no_args_is_help=True)


@app.command("list")
def list_(ctx: typer.Context, as_json: say.Json = False) -> None:
    """Mails that were sent, oldest first; none of them left the laptop.

    Example: referral mail list --json
    """
    say.answer(mails(ctx.obj), as_json, _view)


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


def _view(mails: list[dict[str, Any]]) -> Any:
    rows = ((mail["sent_at"], ", ".join(mail["to"]), mail["subject"], mail["message_id"]) for mail in mails)
    return say.table(("sent", "to", "subject", "message id"), rows, "No mail was sent yet: see `referral drafts list`.")
