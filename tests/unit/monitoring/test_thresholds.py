"""The thresholds of prod, tried on weeks: a good one stays quiet, a bad one fires every alarm, and a small one none."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from infra.monitoring.judgement import judged
from infra.monitoring.stack import body
from tests.harness.templates import Properties, given, resolve
from tests.unit.monitoring.week import DAY, HOUR, START, Days, Week

GOOD = Days()
BAD = {
    "approval-rate": replace(GOOD, approved=0.5),
    "draft-latency": replace(GOOD, slow=25.0),
    "draft-errors": replace(GOOD, jobs=400, failed=0.4),
    "oldest-review": replace(GOOD, reviewed_after=72.0),
    "cost-per-day": replace(GOOD, cost="0.50"),
    "bounce-rate": replace(GOOD, bounced=0.08),
    "complaint-rate": replace(GOOD, jobs=1200, complained=0.01),
    "quarantine-rate": replace(GOOD, quarantined=0.3),
    "orchestrator-functions": replace(GOOD, errors=9),
    "requests-failed": replace(GOOD, refused=9),
    "candidate-errors": replace(GOOD, arm="candidate", failed=0.9),
    "candidate-latency": replace(GOOD, arm="candidate", slow=80.0),
    "control-errors": replace(GOOD, arm="control", failed=0.9),
    "control-latency": replace(GOOD, arm="control", slow=80.0),
}
WORSE_BY_NATURE = {  # what is broken in one arm is broken in all of it
    "candidate-errors": {"draft-errors"}, "candidate-latency": {"draft-latency"},
    "control-errors": {"draft-errors"}, "control-latency": {"draft-latency"},
}


@cache
def alarms() -> dict[str, Properties]:
    """By their names without account, as prod deploys them."""
    made = [one["Properties"] for one in body()["Resources"].values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    resolved = [resolve(one, given("prod")) for one in made]
    return {one["AlarmName"].removeprefix("referral-prod-"): one for one in resolved}


def fired(days: Sequence[Days], every: int = HOUR) -> set[str]:
    """Every alarm that was raised at some hour of the week."""
    known = Week(days).known
    hours = range(START + every, START + len(days) * DAY + 1, every)
    return {name for name, alarm in alarms().items() if any(judged(alarm, known, hour) == "ALARM" for hour in hours)}


def test_a_good_week_stays_quiet() -> None:
    assert fired([GOOD] * 7, every=2 * HOUR) == set()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_week_fires_the_alarm_on_what_is_bad_and_no_other(name: str) -> None:
    assert fired([GOOD, BAD[name]], every=3 * HOUR) - WORSE_BY_NATURE.get(name, set()) == {name}


def test_a_week_in_which_everything_goes_wrong_fires_everything_that_a_week_can() -> None:
    wrong = Days(jobs=1500, approved=0.4, failed=0.2, slow=40.0, cost="1", bounced=0.1, complained=0.02, quarantined=0.15,
                 reviewed_after=90.0, errors=20, refused=20)
    assert fired([wrong] * 3, every=6 * HOUR) == {name for name in BAD if not name.startswith(("candidate", "control"))}


def test_every_alarm_has_its_bad_week_but_those_on_functions_which_are_alike() -> None:
    assert set(alarms()) - set(BAD) == {f"{room}-functions" for room in (
        "deployer", "evaluation", "features", "knowledge", "platform", "prep", "registry")}


def test_what_is_wrong_with_a_handful_is_no_alarm() -> None:
    few = Days(jobs=4, approved=0.0, failed=0.5, bounced=1.0, complained=1.0, quarantined=0.5)
    assert fired([few] * 7, every=3 * HOUR) == set()


@pytest.mark.parametrize("name", BAD)
def test_silence_is_no_alarm(name: str) -> None:
    assert judged(alarms()[name], lambda named: {}, START + DAY) == "OK"


def test_an_alarm_ends_when_what_is_wrong_ends() -> None:
    known = Week([BAD["approval-rate"], GOOD, GOOD]).known
    assert [judged(alarms()["approval-rate"], known, START + day * DAY) for day in (1, 2, 3)] == ["ALARM", "OK", "OK"]


def test_missing_data_is_what_the_alarm_says_it_is() -> None:
    def nothing(named: tuple[str, str]) -> dict[frozenset[tuple[str, str]], list[object]]:
        return {}

    for treated, wanted in ("breaching", "ALARM"), ("notBreaching", "OK"), ("missing", "INSUFFICIENT_DATA"):
        assert judged(alarms()["approval-rate"] | {"TreatMissingData": treated}, nothing, START) == wanted


def test_one_slow_hour_is_no_alarm_and_two_of_three_are() -> None:
    noon = START + 12 * HOUR
    for slow_until, raised in (noon + HOUR, {"OK"}), (noon + 2 * HOUR, {"OK", "ALARM"}):
        week = Week([GOOD])
        for samples in week.kept["ReferralEmailSystem/prod", "DraftLatency"].values():
            samples[:] = [one._replace(value=90_000) if noon <= one.at < slow_until else one for one in samples]
        assert {judged(alarms()["draft-latency"], week.known, noon + hour * HOUR) for hour in range(5)} == raised
