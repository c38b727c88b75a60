"""The wishes of a customer, as an operator passes them on."""

from typing import Any

from services.evaluation.api import app as evaluation
from services.features.api import app as features
from services.features.reactions import routes
from services.orchestrator.api import app as orchestrator
from services.prep.api import app as prep
from tests.harness.facts import job
from tests.harness.http import Http
from tests.harness.room import Room
from tests.unit.cli.laptop import Bus, Laptop, laptop, referral, told


def account(bus: Bus | None = None) -> Laptop:
    """Services of which the feature store has counted a job of c-1."""
    known = Http(features, Room(routes).given(job("s-1")).store)
    others = {"prep_api": Http(prep), "review_api": Http(orchestrator), "evaluations_api": Http(evaluation)}
    return laptop(bus, features_api=known, **others)


def put(bus: Bus) -> list[dict[str, Any]]:
    return [entry for call in bus.calls for entry in call]


def test_an_opt_out_goes_to_everybody_as_upstream_says_it() -> None:
    bus = Bus()
    said = told("customers", "opt-out", "c-1", "--email", "dana@example.com", account=account(bus))
    [entry] = put(bus)
    assert (entry["Source"], entry["DetailType"]) == ("upstream.referral-cli", "CustomerOptedOut")
    assert bus.details[0]["email"] == "dana@example.com"
    assert (said["opted_out"], said["correlation_id"]) == (True, "customer-c-1")
    assert "dana" not in str(said)


def test_an_erasure_shows_what_is_kept_and_does_nothing_without_a_yes() -> None:
    bus = Bus()
    said = told("customers", "erase", "c-1", account=account(bus))
    assert (said["erased"], put(bus)) == (False, [])
    assert said["kept"]["features"] == {"jobs": 1, "versions": 1}
    asked = referral("customers", "erase", "c-1", account=account(bus), input="n\n")
    assert "versions" in asked.stdout
    assert put(bus) == []


def test_an_erasure_that_is_confirmed_is_put() -> None:
    for arguments, typed in ((["--yes"], None), ([], "y\n")):
        bus = Bus()
        done = referral("customers", "erase", "c-1", *arguments, account=account(bus), input=typed)
        assert done.exit_code == 0, done.output
        assert [entry["DetailType"] for entry in put(bus)] == ["CustomerErased"]


def test_what_can_not_be_a_customer_is_refused_without_repeating_it() -> None:
    bus = Bus()
    done = referral("customers", "opt-out", "canary@example.com", account=account(bus))
    assert (done.exit_code, put(bus)) == (1, [])
    assert "customer_id" in done.stderr and "canary" not in done.stderr


def test_what_the_bus_refuses_is_told() -> None:
    done = referral("customers", "opt-out", "c-1", account=account(Bus(lambda entry: "MalformedDetail")))
    assert done.exit_code == 1
    assert "MalformedDetail" in done.stderr
