"""How the example agents do on the example history: written, judged and reviewed as on the laptop."""

import pytest

from infra.cli import reviewer
from shared.writing.checks.findings import findings
from shared.writing.checks.given import Given
from shared.writing.checks.words import Text
from tests.unit.local.history import COMPANY, cases, judged, mail

FIRST, SECOND, THIRD = (f"referral-writer-v{number}" for number in (1, 2, 3))


def by_judge(agent: str) -> list[bool]:
    return [judged(mail(agent, case), case)["approved"] for case in cases()]


def by_reviewer(agent: str) -> list[bool]:
    drafts = [{"body": mail(agent, case).body, "facts": {"given_name": case[0].given_name}} for case in cases()]
    return [reviewer.judge(draft, COMPANY.referral_url).approved for draft in drafts]


def share(verdicts: list[bool]) -> float:
    return sum(verdicts) / len(verdicts)


def test_the_second_version_is_better_than_the_first_and_loses_nothing() -> None:
    first, second = by_judge(FIRST), by_judge(SECOND)
    assert len(first) == 59
    assert 0.8 < share(first) < share(second)
    assert [f and not s for f, s in zip(first, second, strict=True)] == [False] * len(first)


def test_the_first_version_praises_a_job_that_nobody_rated() -> None:
    verdicts = [(judged(mail(FIRST, case), case), case[0]) for case in cases()]
    assert {said["reason"] for said, _ in verdicts} == {None, "wrong_facts"}
    assert {case.service.satisfaction for said, case in verdicts if not said["approved"]} == {None}


@pytest.mark.parametrize("better", [FIRST, SECOND])
def test_the_third_version_is_plainly_worse(better: str) -> None:
    assert share(by_judge(THIRD)) < 0.1 < 0.8 < share(by_judge(better))
    assert share(by_reviewer(THIRD)) < 0.1 < 0.9 < share(by_reviewer(better))


def test_the_judge_minds_all_that_the_simulated_reviewer_minds() -> None:
    for agent in (FIRST, SECOND, THIRD):
        stricter = zip(by_judge(agent), by_reviewer(agent), strict=True)
        assert all(reviewed for judge, reviewed in stricter if judge)


def test_the_third_version_is_impersonal_and_pushy() -> None:
    reasons = {judged(mail(THIRD, case), case)["reason"] for case in cases()}
    assert reasons == {"not_personal", "wrong_tone"}


@pytest.mark.parametrize("agent", [FIRST, SECOND, THIRD])
def test_no_honest_draft_is_kept_from_leaving(agent: str) -> None:
    """... by a check; that the third version presses is for a person to say."""
    assert COMPANY.forbidden_claims
    drafts = [(Text(*vars(mail(agent, case)).values()), Given.of(*case, COMPANY)) for case in cases()]
    assert [found for draft in drafts for found in findings(*draft) if found.severity == "hard"] == []


def test_the_simulated_reviewer_approves_nothing_that_cannot_be_approved() -> None:
    case = cases()[0]
    draft = {"body": mail(SECOND, case).body, "facts": {"given_name": case[0].given_name}}
    soft, hard = ({**draft, "findings": [{"code": "pushy_words", "severity": one}]} for one in ("soft", "hard"))
    assert reviewer.judge(soft, COMPANY.referral_url).approved
    assert reviewer.judge(hard, COMPANY.referral_url) == reviewer.Verdict(False, "wrong_facts")
