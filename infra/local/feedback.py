"""What SES tells of the mails that it takes, which the emulator does not: put on the default bus, where AWS puts it.

A mail to an address of SES's mailbox simulator becomes what that address stands for; any other mail is delivered.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any, NamedTuple

from ministack.services import eventbridge, ses_v2

Answer = tuple[int, dict[str, str], bytes]
_SIMULATOR = "simulator.amazonses.com"
_handle: Callable[..., Any] = ses_v2.handle_request


class Fate(NamedTuple):
    """What becomes of a mail, in SES's words."""

    detail_type: str
    part: str
    about: dict[str, str] = {}


_DELIVERED = Fate("Email Delivered", "delivery")
_FATES = {
    "bounce": [Fate("Email Bounced", "bounce", {"bounceType": "Permanent", "bounceSubType": "General"})],
    "ooto": [_DELIVERED, Fate("Email Bounced", "bounce", {"bounceType": "Transient", "bounceSubType": "General"})],
    "suppressionlist": [Fate("Email Bounced", "bounce", {"bounceType": "Permanent", "bounceSubType": "Suppressed"})],
    "complaint": [_DELIVERED, Fate("Email Complaint Received", "complaint", {"complaintFeedbackType": "abuse"})],
}


def report() -> None:
    """From now on SES tells what becomes of mails that are sent by a configuration set."""
    ses_v2.handle_request = reported


async def reported(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
    answer = await _handle(method, path, headers, body, query)
    if method == "POST" and path.rstrip("/").endswith("/outbound-emails") and answer[0] == 200:
        for entry in entries(json.loads(body), json.loads(answer[2])["MessageId"], datetime.now(UTC).isoformat()):
            eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
    return answer


def entries(mail: dict[str, Any], message_id: str, at: str) -> Iterator[dict[str, str]]:
    """The events that a mail becomes, as PutEvents takes them; none without a configuration set."""
    if not mail.get("ConfigurationSetName"):
        return
    [to, *_] = mail["Destination"]["ToAddresses"]
    tags = {tag["Name"]: [tag["Value"]] for tag in mail.get("EmailTags", [])}
    told = {
        "messageId": message_id, "timestamp": at, "source": mail.get("FromEmailAddress", ""), "destination": [to],
        "tags": {"ses:configuration-set": [mail["ConfigurationSetName"]], **tags},
    }
    for fate in fates(to):
        detail = {"mail": told, fate.part: {"timestamp": at, **fate.about}}
        yield {"Source": "aws.ses", "DetailType": fate.detail_type, "Detail": json.dumps(detail), "EventBusName": "default"}


def fates(to: str) -> list[Fate]:
    """What becomes of a mail to this address; one of the simulator may have a label, such as bounce+17."""
    name, _, domain = parseaddr(to)[1].lower().partition("@")
    return _FATES.get(name.partition("+")[0], [_DELIVERED]) if domain == _SIMULATOR else [_DELIVERED]
