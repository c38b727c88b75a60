"""What became of each mail: what the orchestrator heard of it from SES, in one word."""

from collections.abc import Iterator
from typing import Any

from infra.cli.desk import Desk
from infra.cli.session import Account

IN_DOUBT = "in doubt"  # claimed, and nobody knows whether SES took it: `referral drafts settle`
_PAGE = 100
_WORDS = {
    "opened": "delivered", "clicked": "delivered", "delivered": "delivered", "complained": "complained",
    "bounced": "bounced", "bounced_softly": "bounced", "refused": "bounced",
}


def told(account: Account) -> list[dict[str, Any]]:
    """Every mail that left or is in doubt, oldest draft first; addresses are not told."""
    desk = Desk(account)
    return [_mail(line) for status in ("sent", "sending") for line in _lines(desk, status)]


def with_status(mails: list[dict[str, Any]], known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What SES kept of mails, each with what became of it; of one by whose id nothing is known nobody heard yet."""
    statuses = {one["message_id"]: one["status"] for one in known}
    return [mail | {"status": statuses.get(mail["message_id"], IN_DOUBT)} for mail in mails]


def _lines(desk: Desk, status: str) -> Iterator[dict[str, Any]]:
    after: str | None = ""
    while after is not None:
        page = desk.page(status, _PAGE, after)
        yield from page["drafts"]
        after = page["next"] if len(page["drafts"]) == _PAGE else None


def _mail(line: dict[str, Any]) -> dict[str, Any]:
    outcome = line["feedback"]["outcome"]
    status = _WORDS.get(outcome, "sent") if line["status"] == "sent" else IN_DOUBT
    return {
        "message_id": line["message_id"], "sent_at": line["claimed_at"], "status": status, "subject": line["subject"],
        "referral_id": line["referral_id"],
    }
