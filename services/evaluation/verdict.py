"""What a comparison means: one of four verdicts, and whether the gate to a rollout is open; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.events.evaluation import Comparison, Verdict

ALPHA = 0.05
MARGIN = 0.10  # what counts as no worse: at most this much fewer approvals
ENOUGH = 130  # compared cases, below which nothing is called no worse


@dataclass(frozen=True)
class Ruling:
    """The verdict, and the gate with its reasons in words."""

    verdict: Verdict
    passed: bool
    reasons: list[str]


def rule(found: Comparison, broken: dict[str, int]) -> Ruling:
    """The gate opens for what is better or no worse, over enough cases, with nothing ``broken`` that must hold.

    ``broken`` counts the candidate's drafts by the check that they failed and had to pass.
    """
    verdict, obstacles = _verdict(found), list(_obstacles(found, broken))
    return Ruling(verdict, not obstacles, [_said(verdict, found), *obstacles])


def nothing_to_compare() -> Ruling:
    return Ruling("undecided", False, ["No cases yet: there is no reviewed or prepared referral to test on."])


def _verdict(found: Comparison) -> Verdict:
    if found.p_worse <= ALPHA:
        return "worse"
    if found.p_better <= ALPHA:
        return "better"
    return "no_worse" if _not_inferior(found) and found.compared >= ENOUGH else "undecided"


def _not_inferior(found: Comparison) -> bool:
    return found.p_inferior <= ALPHA


def _obstacles(found: Comparison, broken: dict[str, int]) -> Iterable[str]:
    """Everything that keeps the gate shut, not only the first."""
    for check, drafts in sorted(broken.items()):
        yield f"{drafts} of the candidate's drafts failed {check}, which every draft must pass."
    if found.p_worse <= ALPHA:
        yield f"It is approved less often than the baseline (p = {found.p_worse:.3g})."
    elif not _not_inferior(found):
        points = round(100 * found.margin)
        yield f"That it is less than {points} points worse is not shown (p = {found.p_inferior:.3g}, needed: {ALPHA})."
    if found.compared < ENOUGH:
        yield f"Only {found.compared} cases could be compared; {ENOUGH} are needed."
    if found.inconsistent:
        yield from _unheard(found)


def _unheard(found: Comparison) -> Iterable[str]:
    """Worth an own sentence where it is the reason that cases are missing."""
    if found.compared < ENOUGH <= found.compared + found.inconsistent:
        yield f"The judge gave no consistent answer on {found.inconsistent} cases: look at its agreement in the report."


def _said(verdict: Verdict, found: Comparison) -> str:
    counts = (
        f"of {found.compared} compared cases {found.only_candidate} were approved of the candidate alone and "
        f"{found.only_baseline} of the baseline alone"
    )
    return {
        "better": f"Better: {counts} (p = {found.p_better:.3g}).",
        "worse": f"Worse: {counts} (p = {found.p_worse:.3g}).",
        "no_worse": f"No worse: {counts}.",
        "undecided": f"Undecided: {counts}.",
    }[verdict]
