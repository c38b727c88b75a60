"""`referral simulate`: the customers and reviewers that are made up, and what is counted of them."""

import io
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from infra.cli.crowd import Crowd
from infra.cli.seen import Draft, Seen
from infra.cli.session import Account
from infra.cli.simulation_start import FAST
from infra.cli.simulation_view import live, picture
from services.deployer.plan import Plan
from shared.assignment import Split
from shared.events.upstream import ServiceCompleted
from tests.unit.cli.laptop import referral
from tests.unit.deployer.house import House

ID, SALT, AT = "ro-1", "s" * 32, datetime(2026, 11, 20, tzinfo=UTC)
CROWD = Crowd("1", 1, control=0.8, candidate=0.6)


def row(kind: str, story: str, **said: Any) -> dict[str, Any]:
    return {"detail_type": kind, "correlation_id": story, "data": said}


def drafted(story: str, customer: str = "c-1", arm: str = "control", share: int = 10, rollout: str | None = ID) -> dict[str, Any]:
    return row("ReferralDrafted", story, rollout_id=rollout, arm=arm, share=share, customer_id=customer, content_hash=f"h-{story}")


def seen(*rows: dict[str, Any]) -> tuple[Seen, list[Draft]]:
    found = Seen(ID, stories={"r-1", "r-2", "r-3"})
    return found, list(found.learn(rows))


def test_every_job_is_one_that_upstream_could_tell() -> None:
    jobs = [ServiceCompleted.model_validate(CROWD.job(number, AT)) for number in range(8)]
    assert len({job.customer.customer_id for job in jobs}) == len({job.service_id for job in jobs}) == 8
    assert all(job.customer.marketing_consent and not job.historical for job in jobs)


def test_reviewers_approve_each_arm_as_often_as_was_asked() -> None:
    customers = [CROWD.customer(number) for number in range(5000)]
    rates = {arm: sum(CROWD.approves(customer, arm) for customer in customers) / 5000 for arm in ("control", "candidate")}
    assert rates == {"control": pytest.approx(0.8, abs=0.02), "candidate": pytest.approx(0.6, abs=0.02)}


def test_the_same_seed_gives_the_same_verdicts_whatever_the_day() -> None:
    def verdicts(tag: str, seed: int) -> list[bool]:
        crowd = Crowd(tag, seed, 0.8, 0.6)
        return [crowd.approves(crowd.customer(number), "candidate") for number in range(50)]

    assert verdicts("1", 1) == verdicts("2", 1) != verdicts("1", 2)


def test_the_clock_is_fast_and_the_evidence_is_the_usual() -> None:
    usual, fast = Plan(), FAST
    assert max(stage.hours for stage in fast.stages) * 3600 <= 10
    assert [(stage.share, stage.evidence) for stage in fast.stages] == [(stage.share, stage.evidence) for stage in usual.stages]
    assert (fast.guardrails, fast.false_rollbacks, fast.imbalance) == (usual.guardrails, usual.false_rollbacks, usual.imbalance)


def test_drafts_of_both_arms_are_handed_to_reviewers_and_counted() -> None:
    found, drafts = seen(
        drafted("r-1"), drafted("r-2", arm="candidate"), drafted("r-9", arm="candidate"),
        row("ReferralReviewed", "r-1", decision="approved"), row("ReferralReviewed", "r-2", decision="rejected"),
        row("ReferralSent", "r-1"),
    )
    assert drafts == [Draft("r-1", "c-1", "h-r-1", "control"), Draft("r-2", "c-1", "h-r-2", "candidate")]
    assert found.of("control") == {"drafted": 1, "failed": 0, "approved": 1, "rejected": 0, "sent": 1}
    assert found.of("candidate") == {"drafted": 1, "failed": 0, "approved": 0, "rejected": 1, "sent": 0}
    assert (found.decided, found.in_flight, found.rejected & found.sent) == ({"r-1", "r-2"}, 1, set())


def test_what_is_recalled_and_written_anew_is_counted_and_not_decided_again() -> None:
    found, drafts = seen(
        drafted("r-1", arm="candidate"), row("DraftWithdrawn", "r-1"), drafted("r-1", arm="production", rollout=None),
    )
    assert len(drafts) == 1
    assert (found.withdrawn, found.redrafted) == ({"r-1"}, {"r-1"})


def test_a_draft_that_failed_waits_for_no_verdict() -> None:
    found, _ = seen(row("DraftFailed", "r-1", arm="candidate"), row("PreparationRejected", "r-2"))
    assert (found.decided, found.in_flight, found.of("candidate")["failed"]) == ({"r-1", "r-2"}, 1, 1)


def test_a_customer_who_is_not_where_the_salt_says_is_found_out() -> None:
    inside = next(f"c-{number}" for number in range(100) if Split(SALT, 10).to_candidate(f"c-{number}"))
    started = row("RolloutStarted", ID, salt=SALT)
    assert seen(started, drafted("r-1", inside, "candidate"))[0].misassigned() == 0
    assert seen(started, drafted("r-1", inside, "control"))[0].misassigned() == 1


def test_only_the_laptop_has_made_up_customers() -> None:
    done = referral("simulate", "rollout", "--candidate-approval", "0.6", account=Account("dev"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "never in account dev" in done.stderr


def test_whoever_looks_sees_shares_evidence_decisions_and_that_all_is_simulated() -> None:
    house = House().started()
    house.hears(*house.reviews(good=20, arm="control"), *house.reviews(good=1, bad=2))
    found, _ = seen(drafted("r-1", arm="candidate"), row("DraftWithdrawn", "r-1"))
    drawn = Console(width=200, file=io.StringIO())
    drawn.print(picture(SimpleNamespace(rollout=house.shown, seen=found, put=23, customers=2000)))
    shown = drawn.file.getvalue()
    for said in ("simulated", "running at 10 %", "23 of 2000", "evidence of being worse", "missing: approval", "started to 10 %"):
        assert said in shown
    assert [line.split() for line in shown.splitlines() if line.startswith("candidate")] == [["candidate", "1", "0", "0", "0", "0"]]


@pytest.mark.parametrize(("changes", "lines"), [((10, 10, 10), 1), ((10, 50, 50), 2)])
def test_where_no_terminal_is_a_line_is_said_whenever_the_rollout_changes(
    changes: tuple[int, ...], lines: int, capsys: pytest.CaptureFixture[str],
) -> None:
    shown = House().started().shown
    found, _ = seen()
    with live() as told:
        for percent in changes:
            told(SimpleNamespace(rollout=shown | {"percent": percent}, seen=found, put=1, customers=10))
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("(simulated)")]
    assert len(said) == lines
