"""Invariant about when mails leave: by the hour, the pause, the age of the draft, the consent and the last ask of a customer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from tests.simulation import told
from tests.simulation.terms import Terms
from tests.simulation.world import World

_ZONES = available_timezones()
_SKEW = timedelta(days=2)  # two clocks, each wrong by a day
_SATURDAY = 5


def every_gate_was_open(world: World) -> Iterator[str]:
    """I12: at the moment of the claim, by the clock of the function that claimed; for the cap of asks what really left."""
    people = told.customers(world)
    for referral in _claims(world):
        name, customer, at = referral["referral_id"], people[referral["referral_id"]], _moment(referral["claimed_at"])
        if referral["paused"]:
            yield f"{name} was claimed while sending was paused"
        if _quiet(world.terms, customer.get("time_zone"), at):
            yield f"{name} was claimed at {at:%A %H:%M} UTC, when it is quiet there"
        if at - _moment(referral["drafted_at"]) > world.terms.mailing.review_window:
            yield f"{name} was claimed when its draft was too old"
        if customer["marketing_consent"] is False or (world.terms.require_consent and not customer["marketing_consent"]):
            yield f"{name} was claimed without consent"
    yield from _too_often(world, people)


def _claims(world: World) -> Iterator[dict[str, Any]]:
    """Every referral as it was claimed, and whether sending was paused then."""
    paused, status = False, {}
    for _, write in world.history.written("orchestrator"):
        if write.check or write.item is None:
            continue
        if write.key == ("SENDING", "SWITCH"):
            paused = write.item["paused"]
        elif write.key[1] == "STATE":
            if write.item["status"] == "sending" != status.get(write.key[0]):
                yield write.item | {"paused": paused}
            status[write.key[0]] = write.item["status"]


def _too_often(world: World, people: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Between two mails to one customer there is the time that the company asks for."""
    between = world.terms.mailing.between_asks
    left = [(people[entry.what["referral"]]["customer_id"], entry.at) for entry in world.history.of("accepted")]
    for (one, first), (other, second) in combinations(left, 2):
        if between and one == other and timedelta(seconds=abs(second - first)) < between - _SKEW:
            yield f"{one} was asked twice within {(second - first) / 86_400:.1f} days"


def _quiet(terms: Terms, zone: str | None, at: datetime) -> bool:
    there = at.astimezone(ZoneInfo(zone if zone in _ZONES else terms.mailing.time_zone))
    starts, ends, clock = terms.mailing.quiet_from, terms.mailing.quiet_until, there.time()
    by_clock = starts <= clock < ends if starts <= ends else clock >= starts or clock < ends
    return by_clock or (terms.mailing.quiet_weekends and there.weekday() >= _SATURDAY)


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said)
