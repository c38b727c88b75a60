"""What can be said of a draft without asking anybody, from the facts it was written from; pure.

A hard finding keeps a draft from leaving. The others only point at something, for a judge and for people.
Careful with false alarms: what a check can't tell for sure it lets through.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.writing.checks import injection, inventions, places, wording
from shared.writing.checks.given import Given
from shared.writing.checks.words import Field, Span, Text

Severity = Literal["hard", "soft"]
Find = Callable[[Text, Given], Iterable[Span]]


class Finding(BaseModel):
    """One thing that is wrong or odd; without a place (start and end 0) it is about the field as a whole."""

    model_config = ConfigDict(frozen=True)

    code: str
    severity: Severity
    message: str  # says what to do
    field: Field
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Check:
    """A rule with a name for machines, a sentence for people, what to do about it, and what it looks for."""

    name: str
    says: str
    todo: str
    find: Find
    must_pass: bool = True

    def finding(self, field: Field, start: int = 0, end: int = 0) -> Finding:
        severity: Severity = "hard" if self.must_pass else "soft"
        message = f"{self.says} {self.todo}"
        return Finding(code=self.name, severity=severity, message=message, field=field, start=start, end=end)


CHECKS = (
    Check("foreign_link", "It links to a place that is not the company's.",
          "Take the link out, or give the referral link instead.", places.foreign_links),
    Check("personal_data", "It contains an address, a telephone or a way in that is not the company's.",
          "Take it out.", places.personal_data),
    Check("invented_figure", "It names a figure, a price or a date that nobody gave.",
          "Take it out, or write what the facts say.", inventions.invented_figures),
    Check("invented_name", "It names a person whom nobody gave.",
          "Take the name out, or write the one in the facts.", inventions.invented_names),
    Check("placeholder", "It has a place that nobody filled in.", "Fill it in, or take it out.", wording.placeholders),
    Check("forbidden_claim", "It claims what the company does not allow.",
          "Take the claim out; forbidden_claims in the settings lists them.", wording.forbidden_claims),
    Check("leaked_instruction", "It repeats instructions, markup or talk of the machine.",
          "Take it out, or reject the draft as unsafe.", injection.leaks),
    Check("order_to_reviewer", "It tells its reviewer what to decide.",
          "Take it out, or reject the draft as unsafe.", injection.orders),
    Check("obeyed_note", "It says what a note orders it to say.",
          "Read the notes: take the words out, or reject the draft as unsafe.", injection.obeyed_notes),
    Check("wrong_length", "It is very short or very long for a mail of thanks.", "Have another look at its length.",
          wording.wrong_length, must_pass=False),
    Check("pushy_words", "It presses the reader.", "Say it more calmly.", wording.pushy, must_pass=False),
    Check("no_greeting_name", "It does not greet by the name that was given.", "Greet by the given name.",
          wording.missing_name, must_pass=False),
)
_MOST = 20  # places of one check that are named
BY_NAME = {check.name: check for check in CHECKS}
_SUSPICIOUS = Check(
    "suspicious_notes", "What was typed about this job speaks to the writer instead of about the job.",
    "Read the draft twice: it must not do what it was told there.", lambda draft, given: (), must_pass=False,
)
SOFT = frozenset(check.name for check in (*CHECKS, _SUSPICIOUS) if not check.must_pass)


def findings(draft: Text, given: Given) -> list[Finding]:
    """Everything that is found, hard findings first, each at its place."""
    found = [check.finding(*draft.place(span)) for check in CHECKS for span in _spans(check, draft, given)]
    return found + list(_of_notes(given))


def failed(draft: Text, given: Given) -> dict[str, list[str]]:
    """The checks that a draft fails, each with what was found."""
    found = {check.name: [draft.said_at(span) for span in _spans(check, draft, given)] for check in CHECKS}
    return {name: list(dict.fromkeys(said)) for name, said in found.items() if said}


def fatal(failed: Iterable[str]) -> Iterator[str]:
    """Those of the failed checks that a draft must pass."""
    return (name for name in failed if name in BY_NAME and BY_NAME[name].must_pass)


def _spans(check: Check, draft: Text, given: Given) -> list[Span]:
    """In the order of the text, and not too many; those that overlap are one."""
    kept: list[Span] = []
    for span in sorted(check.find(draft, given)):
        if kept and span.start < kept[-1].end:
            kept[-1] = kept[-1]._replace(end=max(span.end, kept[-1].end))
        else:
            kept.append(span)
    return kept[:_MOST]


def _of_notes(given: Given) -> Iterator[Finding]:
    found = list(injection.suspicious_notes(given))
    yield from (_SUSPICIOUS.finding("notes", span.start, span.end) for span in found)
    if not found and injection.suspicious_facts(given):
        yield _SUSPICIOUS.finding("facts")
