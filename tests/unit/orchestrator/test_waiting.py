"""How long the oldest draft waits for a reviewer is measured in every round, and nothing waits where nothing is drafted."""

import json
from datetime import timedelta

import pytest

from services.orchestrator.mailing import Mailing
from services.orchestrator.rounds import Round
from shared.clock import now
from tests.unit.orchestrator.story import House


def longest_wait(house: House, capsys: pytest.CaptureFixture[str], later: timedelta) -> float:
    """What a round so much later measures, in hours."""
    capsys.readouterr()
    Round(house.store, Mailing(), lambda: now() + later).go()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "OldestReview" in line]
    return round(lines[0]["OldestReview"][0] / 3600, 1)


def test_a_draft_waits_until_somebody_decides(capsys: pytest.CaptureFixture[str]) -> None:
    house = House().drafted()
    assert longest_wait(house, capsys, timedelta(hours=5)) == 5.0
    house.approve()
    assert longest_wait(house, capsys, timedelta(hours=6)) == 0.0
