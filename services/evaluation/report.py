"""What a report tells, as data: figures, checks, the judge, and the cases that make the difference; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from services.evaluation.case import SIDES, Attempt, Outcome
from services.evaluation.model import Evaluation, Result
from shared.writing.checks.findings import CHECKS, fatal

MOST_SHOWN = 200  # cases with their texts; the others are counted


def of(evaluation: Evaluation, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Everything; contains texts of drafts, and with them given names."""
    known = evaluation.result
    telling = [outcome for outcome in outcomes if _tells(outcome)]
    return {
        "evaluation": evaluation.model_dump(mode="json", exclude={"result"}),
        **known.model_dump(mode="json"),
        "checks": [_check(check.name, check.says, check.must_pass, known) for check in CHECKS],
        "judge": _judge(outcomes, known),
        "errors": {name: _counted(outcome.side(name).error for outcome in outcomes) for name in SIDES},
        "repeated": _counted(outcome.repeated for outcome in outcomes),
        "shown": [_case(outcome) for outcome in telling[:MOST_SHOWN]],
        "not_shown": max(0, len(telling) - MOST_SHOWN),
        "cases": [
            {"case_id": o.case_id, "baseline": o.baseline.verdict, "candidate": o.candidate.verdict} for o in outcomes
        ],
    }


def _tells(outcome: Outcome) -> bool:
    """Whether a person should look: only one side is approved, or the candidate breaks what must hold."""
    discordant = outcome.counts and outcome.baseline.verdict != outcome.candidate.verdict
    return discordant or any(fatal(outcome.candidate.failed))


def _check(name: str, says: str, must_pass: bool, known: Result) -> dict[str, Any]:
    failed = {side: known.metrics[side].failed_checks.get(name, 0) for side in SIDES}
    return {"check": name, "says": says, "must_pass": must_pass, **failed}


def _judge(outcomes: Sequence[Outcome], known: Result) -> dict[str, Any]:
    asked = [attempt for outcome in outcomes for attempt in (outcome.baseline, outcome.candidate) if attempt.opinions]
    return {
        "drafts_judged": len(asked), "drafts_consistent": sum(attempt.judged is not None for attempt in asked),
        "cases_inconsistent": known.comparison.inconsistent, "not_judged": _counted(o.not_judged for o in outcomes),
        "labelled": known.comparison.labelled, "agreed": known.comparison.agreed,
    }


def _case(outcome: Outcome) -> dict[str, Any]:
    return {"case_id": outcome.case_id, **{name: _side(outcome, outcome.side(name)) for name in SIDES}}


def _side(outcome: Outcome, attempt: Attempt) -> dict[str, Any]:
    said = attempt.written.said if attempt.written else {"subject": None, "body": None}
    return {
        "verdict": attempt.verdict, "reasons": attempt.reasons, "failed": attempt.failed,
        "person": outcome.people.get(attempt.content_hash or ""), **said,
    }


def _counted(values: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(value for value in values if value).items()))
