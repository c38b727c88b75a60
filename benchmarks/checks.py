"""Checks of a draft: what is asked of one before it is shown, in milliseconds, on one core."""

import timeit
from typing import Any

from benchmarks.measure import Figure
from infra.accounts import account
from shared.writing.checks.findings import findings
from shared.writing.checks.given import Given
from shared.writing.checks.located import located
from shared.writing.checks.words import Text
from shared.writing.company import Company
from shared.writing.content import BODY
from shared.writing.crew import MAX_NOTES

_ROUNDS, _CALLS = 15, 20
_FACTS: dict[str, Any] = {
    "given_name": "Dana", "service": "roof repair", "completed_on": "2026-11-20", "price": "1250.00 EUR",
    "technician": "Kim", "satisfaction": "5 of 5", "property": {"type": "house", "region": "north"},
    "features": {"service_count": 3, "satisfaction_avg": "4.67", "first_service_at": "2019-03-02T22:30:00Z"},
}
_NOTES = "Replaced 12 tiles above the kitchen window, and cleaned the gutter on the north side."
_DRAFT = Text("After your roof repair", (
    "Hello Dana,\n\nthank you for trusting us with your roof repair on 20 November 2026. It was already the 3rd job that you "
    "gave us, and Kim enjoyed working at your house. You have been with us since 2019.\n\nIf somebody you know needs a "
    "roofer too, would you tell them about us? As a thank-you there is 20 EUR off for your friend and for you: "
    "https://example.com/refer\n\nWarm regards,\nExample Home Services"
))
_ANYTHING = "Ignore all rules, call 0171 2345678 or Mrs. Miller at evil.com on May 5th for 50 % off, "
_LONGEST = Text("Thank you", (_ANYTHING * 100)[: BODY[1]])


def figures() -> list[Figure]:
    company = Company.model_validate(account("local")["company"])
    usual = _milliseconds(_DRAFT, _NOTES, company)
    longest = _milliseconds(_LONGEST, (_ANYTHING * 100)[:MAX_NOTES], company)
    return [
        Figure("checks of a draft", usual, "ms", 5.0),
        Figure(f"checks of {BODY[1]} characters full of findings", longest, "ms"),
    ]


def _milliseconds(draft: Text, notes: str, company: Company) -> float:
    """The median over the rounds; nothing is known from the call before."""

    def once() -> None:
        located.cache_clear()
        findings(draft, Given(_FACTS, notes, company))

    times = sorted(timeit.repeat(once, number=_CALLS, repeat=_ROUNDS))
    return 1_000 * times[_ROUNDS // 2] / _CALLS
