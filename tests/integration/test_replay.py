"""What was said once can be said again: to the same house, or to one that knows nothing yet."""

from typing import Any

from tests.harness import cloud as clouds
from tests.harness.facts import job_detail, survey

JOBS = [
    job_detail(f"s-{number}", satisfaction=number % 5 + 1, completed_at=f"2026-11-{number + 1:02}T10:00:00Z")
    for number in range(5)
]
FACTS = [
    *(("ServiceCompleted", detail) for detail in JOBS),
    ("SatisfactionReported", survey("s-3", score=1).model_dump(mode="json")),
    ("SatisfactionReported", survey("s-3", score=4, at="2026-11-22T09:00:00+00:00").model_dump(mode="json")),
]


def learned(facts: list[tuple[str, Any]], replay: bool) -> dict[str, Any]:
    """What an empty feature store knows of the customer after it heard these."""
    with clouds.cloud() as house:
        house.deploy("features")
        for kind, detail in facts:
            house.put(kind, detail)
        if replay:
            house.settle()
            for kind, detail in facts:
                house.put(kind, detail)
        return house.settle().call("features_api", "GET", "/customers/c-1/features").body


def test_a_house_that_hears_everything_in_reverse_and_twice_learns_the_same() -> None:
    straight, backwards = learned(FACTS, replay=False), learned([*reversed(FACTS)], replay=True)
    assert (straight.pop("version"), backwards.pop("version")) == (7, 5)  # a survey ahead of its job waits for it
    assert straight == backwards
    assert (straight["service_count"], straight["satisfaction_avg"]) == (5, "3.0000")
    assert straight["lifetime_value"] == {"EUR": "500.00"}
