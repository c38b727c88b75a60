"""Prompts for tests, as the orchestrator would send them."""

import json
from typing import Any

SYSTEM = (
    "You write a warm referral email for a home-service company, with a subject. Thank the customer. "
    "Mention the technician and how long they have been a customer. Name the offer and give the link."
)
FACTS: dict[str, Any] = {
    "given_name": "Robin", "service": "roof repair", "completed_on": "2026-10-01", "technician": "Kim",
    "satisfaction": "5 of 5", "property": {"type": "house"},
    "features": {"service_count": 4, "satisfaction_avg": "4.7500", "first_service_at": "2021-03-04T10:00:00Z"},
}
COMPANY = {
    "name": "Example Home Services", "offer": "20 EUR off for both of you", "referral_url": "https://example.com/refer",
}
SCHEMA = {"type": "object", "properties": {"subject": {"type": "string"}, "body": {"type": "string"}}}


def user(facts: dict[str, Any] | None = None, notes: str = "", company: dict[str, Any] | None = None) -> str:
    """The user's text, with its data in tags."""
    return (
        f"Write the mail.\n<facts>{json.dumps(FACTS if facts is None else facts)}</facts>\n"
        f"<customer_notes>{notes}</customer_notes>\n<examples>No examples yet.</examples>\n"
        f"<company>{json.dumps(COMPANY if company is None else company)}</company>"
    )


def body(system: str = SYSTEM, text: str | None = None, **inference: Any) -> dict[str, Any]:
    """The Converse request, without the model's id."""
    return {
        "system": [{"text": system}],
        "messages": [{"role": "user", "content": [{"text": user() if text is None else text}]}],
        "inferenceConfig": inference,
        "toolConfig": {"tools": [{"toolSpec": {"name": "write_mail", "inputSchema": {"json": SCHEMA}}}]},
    }
