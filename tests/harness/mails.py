"""What tests of drafts write about."""

from typing import Any

from shared.writing.checks.given import Given
from shared.writing.checks.words import Text
from shared.writing.company import Company

COMPANY = Company(
    name="Example Home Services", sender="Example Home Services <hello@example.com>",
    postal_address="1 Example Street, 12345 Exampletown, +49 30 1234567", referral_url="https://example.com/refer",
    offer="20 EUR off for your friend and for you", unsubscribe_mailto="unsubscribe@example.com",
)
FACTS: dict[str, Any] = {
    "given_name": "Dana", "service": "roof repair", "completed_on": "2026-11-20", "price": "1250.00 EUR",
    "technician": "Kim", "satisfaction": "5 of 5", "property": {"type": "house", "region": "north"},
    "features": {
        "service_count": 3, "satisfaction_avg": "4.67", "first_service_at": "2019-03-02T22:30:00Z",
        "last_service_at": "2026-11-20T15:30:00Z", "lifetime_value": {"EUR": "3300.50"},
    },
}
NOTES = "Replaced 12 tiles. The neighbour, Mrs. Miller, asked for us: 0171 2345678, miller@example.net"
BODY = """Hello Dana,

thank you for trusting us with your roof repair on 20 November 2026. It was already the 3rd job that you gave us, and \
Kim enjoyed working at your house.

If somebody you know needs a roofer too, would you tell them about us? As a thank-you there is 20 EUR off for your \
friend and for you: https://example.com/refer

Warm regards,
Example Home Services"""


def mail(said: str = "", subject: str = "After your roof repair: a small favour") -> Text:
    """A good mail, and whatever else it says, a paragraph before the goodbye."""
    return Text(subject, BODY.replace("\n\nWarm", f"\n\n{said}\n\nWarm") if said else BODY)


def given(**changes: Any) -> Given:
    return Given(FACTS | changes, NOTES, COMPANY)
