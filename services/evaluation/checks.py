"""What can be said of a draft without asking anybody, from the facts it was written from; pure.

A draft that fails what it must pass is rejected. The others only point at something, for a judge and for people.
Careful with false alarms: what a check can't tell for sure it lets through.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.evaluation import contents, wording
from services.evaluation.given import Given, Text

Find = Callable[[Text, Given], Iterable[str]]


@dataclass(frozen=True)
class Check:
    """A rule with a name for machines, a sentence for people, and what it looks for."""

    name: str
    says: str
    find: Find
    must_pass: bool = True


CHECKS = (
    Check("foreign_link", "It links to a place that is not the company's.", contents.foreign_links),
    Check("personal_data", "It contains an address or a telephone that is not the company's.", contents.personal_data),
    Check("invented_figure", "It names a figure, a price or a date that nobody gave.", contents.invented_figures),
    Check("invented_name", "It names a person whom nobody gave.", contents.invented_names),
    Check("leaked_instruction", "It repeats instructions, markup or places to fill in.", wording.leaks),
    Check("wrong_length", "It is very short or very long for a mail of thanks.", wording.wrong_length, must_pass=False),
    Check("pushy_words", "It presses the reader.", wording.pushy, must_pass=False),
    Check("no_greeting_name", "It does not greet by the name that was given.", wording.missing_name, must_pass=False),
)
BY_NAME = {check.name: check for check in CHECKS}


def failed(draft: Text, given: Given) -> dict[str, list[str]]:
    """The checks that a draft fails, each with what was found."""
    return {check.name: found for check in CHECKS if (found := list(dict.fromkeys(check.find(draft, given))))}


def fatal(failed: Iterable[str]) -> Iterator[str]:
    """Those of the failed checks that a draft must pass."""
    return (name for name in failed if name in BY_NAME and BY_NAME[name].must_pass)
