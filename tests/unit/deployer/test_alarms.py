"""CloudWatch's alarms on the arms of a rollout: a candidate that is broken outright goes back before there is evidence."""

from datetime import timedelta
from typing import Any

import pytest

from services.deployer.alarms import OURS, AlarmChanged
from services.deployer.reactions import follow
from tests.unit.deployer.house import AGENT, House


@pytest.fixture
def house() -> House:
    return House().started()


def alarm(
    house: House, about: str = "candidate-errors", state: str = "ALARM", minutes: float = 1, account: str = "local", agent: str = AGENT,
) -> dict[str, Any]:
    """An alarm's change in CloudWatch's envelope, so many minutes after the rollout began."""
    metric = {"namespace": f"ReferralEmailSystem/{account}", "name": "DraftsFailed", "dimensions": {"agent": agent, "arm": "candidate"}}
    return {"source": "aws.cloudwatch", "detail-type": AlarmChanged.detail_type(), "detail": {
        "alarmName": f"referral-{account}-{about}",
        "state": {"value": state, "reason": "Thresholds Crossed", "timestamp": (house.at + timedelta(minutes=minutes)).isoformat()},
        "previousState": {"value": "OK"},
        "configuration": {"description": "What to do", "metrics": [
            {"id": "watched", "expression": "100 * failed", "returnData": True},
            {"id": "failed", "metricStat": {"metric": metric, "period": 3600, "stat": "Average"}, "returnData": False},
        ]},
    }}


def hears(house: House, *alarms: dict[str, Any]) -> list[str]:
    return [failed for one in alarms for failed in house.room.when(one["detail"], **one)]


@pytest.mark.parametrize("about", ["candidate-errors", "candidate-latency"])
def test_an_alarm_on_the_candidate_takes_it_back(house: House, about: str) -> None:
    assert hears(house, alarm(house, about)) == []
    [back] = house.said("RolloutRolledBack")
    assert (back["reason"], back["by"], back["percent"]) == (f"alarm {about}", "cloudwatch", 0)
    assert house.rollout.status == "rolled_back"


@pytest.mark.parametrize("kind", ["errors", "latency"])
def test_where_control_suffers_as_well_a_person_is_asked(house: House, kind: str) -> None:
    hears(house, alarm(house, f"control-{kind}"), alarm(house, f"candidate-{kind}", minutes=2))
    [held] = house.said("RolloutHeld")
    assert (held["by"], house.rollout.status) == ("cloudwatch", "held")
    assert f"control-{kind}" in held["reason"]


def test_a_held_rollout_goes_back_when_only_the_candidate_suffers_any_more(house: House) -> None:
    hears(house, alarm(house, "control-errors"), alarm(house, minutes=2))
    hears(house, alarm(house, "control-errors", "OK", 3), alarm(house, state="OK", minutes=3), alarm(house, minutes=9))
    assert house.rollout.status == "rolled_back"


def test_the_other_kind_of_alarm_on_control_excuses_nothing(house: House) -> None:
    hears(house, alarm(house, "control-latency"), alarm(house, "candidate-errors", minutes=2))
    assert house.rollout.status == "rolled_back"


@pytest.mark.parametrize("about, state", [
    ("candidate-errors", "OK"), ("candidate-errors", "INSUFFICIENT_DATA"), ("control-errors", "ALARM"),
])
def test_an_alarm_that_ends_and_one_on_control_alone_change_nothing(house: House, about: str, state: str) -> None:
    hears(house, alarm(house, about, state))
    assert house.rollout.status == "running"


def test_an_alarm_that_is_told_twice_and_one_that_is_told_late_count_once(house: House) -> None:
    ended = alarm(house, "control-errors", "OK", 5)
    hears(house, ended, ended, alarm(house, "control-errors", "ALARM", 1), alarm(house, minutes=6))
    assert (house.rollout.status, len(house.said("RolloutRolledBack"))) == ("rolled_back", 1)


@pytest.mark.parametrize("other", [{"account": "dev"}, {"agent": "another-writer"}, {"minutes": -90}])
def test_an_alarm_of_another_account_another_agent_or_before_the_rollout_is_not_its_business(house: House, other: dict[str, Any]) -> None:
    assert hears(house, alarm(house, **other)) == []
    assert house.rollout.status == "running"


def test_before_its_first_customer_and_after_its_end_an_alarm_changes_nothing() -> None:
    waiting = House().asked()
    hears(waiting, alarm(waiting))
    assert waiting.rollout.status == "waiting"
    ended = House().started()
    ended.order("rollback")
    hears(ended, alarm(ended))
    assert [said["by"] for said in ended.said("RolloutRolledBack")] == ["op-1"]


def test_a_person_may_let_it_go_on_and_a_new_alarm_asks_again(house: House) -> None:
    hears(house, alarm(house, "control-errors"), alarm(house, minutes=2))
    house.order("resume")
    assert house.rollout.status == "running"
    hears(house, alarm(house, state="OK", minutes=3), alarm(house, minutes=4))
    assert house.rollout.status == "held"


def test_only_alarms_on_arms_are_listened_for(house: House) -> None:
    suffixes = tuple(one["suffix"] for one in OURS["alarmName"])
    names = [f"referral-local-{name}" for name in ("candidate-errors", "draft-errors", "unwell", "prep-dead-letters")]
    assert [name for name in names if name.endswith(suffixes)] == ["referral-local-candidate-errors"]
    assert follow.patterns()[AlarmChanged.detail_type()]["source"] == ["aws.cloudwatch"]


def test_what_names_no_agent_is_a_dead_letter(house: House) -> None:
    told = alarm(house)
    told["detail"]["configuration"]["metrics"] = []
    assert len(hears(house, told)) == 1


def test_the_share_of_the_candidate_is_measured_while_it_serves(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.later(minutes=1)
    assert '"RolloutShare":[10.0]' in capsys.readouterr().out.replace(" ", "")
