"""What SES says of a mail, as it lies in the mailbox."""

import json
from typing import Any

from tests.harness.room import record
from tests.unit.orchestrator.story import REFERRAL

AT = "2026-11-22T10:00:00.000Z"
_PARTS = {
    "Email Delivered": "delivery", "Email Delivery Delayed": "deliveryDelay", "Email Bounced": "bounce",
    "Email Complaint Received": "complaint", "Email Rejected": "reject", "Email Opened": "open", "Email Clicked": "click",
}
PERMANENT = {"bounceType": "Permanent", "bounceSubType": "General"}
TRANSIENT = {"bounceType": "Transient", "bounceSubType": "MailboxFull"}
SPAM = {"complaintFeedbackType": "abuse"}


def said(
    name: str, referral_id: str = REFERRAL, message_id: str = "m-1", tags: dict[str, Any] | None = None, **about: Any,
) -> dict[str, Any]:
    """A record in which SES says this; addresses and what a server answered are in it as well."""
    told = {
        "timestamp": AT, "recipients": ["dana@example.com"], "smtpResponse": "250 2.6.0 dana@example.com",
        "bouncedRecipients": [{"emailAddress": "dana@example.com", "diagnosticCode": "smtp; 550 dana@example.com"}],
    }
    detail = {
        "eventType": name.removeprefix("Email "), _PARTS[name]: told | about,
        "mail": {
            "messageId": message_id, "timestamp": AT, "destination": ["dana@example.com"],
            "tags": {"ses:configuration-set": ["referral-local"], "referral_id": [referral_id]} if tags is None else tags,
        },
    }
    made = record(detail)
    body = json.loads(made["body"]) | {"source": "aws.ses", "detail-type": name}
    return made | {"body": json.dumps(body)}
