"""The services are deployed one after the other, in any order, while jobs arrive: what came too early is in the log."""

from pathlib import Path
from typing import Any

import pytest

from shared.events.upstream import referral_id
from tests.harness import cloud as clouds
from tests.harness.cloud import Cloud
from tests.harness.templates import BASE
from tests.integration.lambdas import account_of, answered
from tests.integration.story import drafts, heard_as, jobs, production, writing
from tests.unit.cli.laptop import referral

ALONG = ("features", "prep", "registry", "orchestrator", "evaluation", "deployer")
JOBS = {0: "s-0", 2: "s-2", 4: "s-4", 6: "s-6"}  # by how many services are there when it is done


def arrive(house: Cloud, there: int) -> list[dict[str, Any]]:
    """The job of this moment, of a customer of its own; answers all that was said since the last one."""
    if there in JOBS:
        jobs(house, JOBS[there], customer__customer_id=f"c-{there}", customer__email=f"c{there}@example.com")
    return house.settle().heard()


def grow(house: Cloud, order: tuple[str, ...]) -> set[str]:
    """Deploy one service after the other; answers which referrals were prepared when nobody was there who writes."""
    missed: set[str] = set()
    for there, service in enumerate(order):
        told = arrive(house, there)
        missed |= {one["referral_id"] for one in heard_as(told, "ReferralPrepared") if "orchestrator" not in order[:there]}
        house.deploy(service)
        if service == "registry":
            production(house)
    arrive(house, len(order))
    return missed


def said_again(house: Cloud, folder: Path) -> dict[str, int]:
    """All that the log knows, to everybody, and what follows from it; answers how much could not be handled."""
    file = folder / "events.ndjson"
    file.write_text(referral("events", "export", "--from", "2020-01-01", "--unredacted", account=account_of(house)).stdout)
    failed = answered(referral("replay", str(file), "--yes", "--json", account=account_of(house)))["failed"]
    house.later()
    return {service: count for service, count in failed.items() if count}


@pytest.mark.parametrize("order", [ALONG, ALONG[::-1]], ids=["along the story", "against it"])
def test_in_whatever_order_services_come_no_job_is_lost_and_none_becomes_two(order: tuple[str, ...], tmp_path: Path) -> None:
    with clouds.cloud() as house, writing(len(JOBS)):
        missed = grow(house.deploy(*BASE), order)
        assert said_again(house, tmp_path) == {}
        counted = [house.call("features_api", "GET", f"/customers/c-{there}/features").body for there in JOBS]
        assert [known["service_count"] for known in counted] == [1] * len(JOBS)
        written = sorted(line["referral_id"] for line in drafts(house))
        assert written == sorted({referral_id(job) for job in JOBS.values()} - missed)  # a replay asks no model
        assert [name for name, known in house.deployed.functions.items() if known.queue and house.dead(name)] == []
