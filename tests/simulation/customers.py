"""What upstream systems tell of customers, and what customers do themselves."""

import json
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from tests.harness.facts import job_detail
from tests.harness.http import event
from tests.simulation.clock import START
from tests.simulation.world import World

CANARY = "Canary"  # in every surname, address, note and name of a technician, so that it can be looked for
_TRIES = 4
_MOST_OF_AN_ENTRY = 1_000_000  # bytes that EventBridge takes


def job(world: World, random: Random, service_id: str, customer_id: str) -> None:
    tell(world, "ServiceCompleted", _detail(world, service_id, customer_id))


def broken_job(world: World, random: Random, service_id: str, customer_id: str) -> None:
    tell(world, "ServiceCompleted", _detail(world, f"{service_id}-broken", customer_id) | {"satisfaction": 17})


def huge_job(world: World, random: Random, service_id: str, customer_id: str, kilobytes: int, _: str, where: str) -> None:
    """As large as an event may be: prose that nobody reads, or a property of a thousand values; perhaps broken besides."""
    prose = f"{CANARY} " + random.randbytes(kilobytes * 500).hex()
    values = {f"value {n}": prose[n * 900 : (n + 1) * 900] for n in range(len(prose) // 900)}
    more: dict[str, dict[str, Any]] = {
        "notes": {"service": {"type": "roof repair", "notes": prose}}, "property": {"property": values},
        "unknown": {"told_by": prose}, "broken": {"satisfaction": 17, "told_by": prose},
    }
    name = f"{service_id}-{'broken' if where == 'broken' else 'huge'}"
    tell(world, "ServiceCompleted", _detail(world, name, customer_id) | more[where])


def survey(world: World, random: Random, service_id: str, customer_id: str, score: int) -> None:
    said = {"service_id": service_id, "customer_id": customer_id, "score": score, "reported_at": _now(world)}
    tell(world, "SatisfactionReported", said)


def opt_out(world: World, random: Random, customer_id: str) -> None:
    tell(world, "CustomerOptedOut", {"customer_id": customer_id, "at": _now(world)})


def erase(world: World, random: Random, customer_id: str) -> None:
    tell(world, "CustomerErased", {"customer_id": customer_id, "email": _address(customer_id), "at": _now(world)})


def unsubscribe(world: World, random: Random) -> None:
    """Somebody follows the link of a mail: a program looks at it first, and clicks again if nobody answers."""
    mail = _some_mail(world, random)
    if not mail:
        return
    headers = {one["Name"]: one["Value"] for one in mail["Content"]["Simple"]["Headers"]}
    path = "/" + headers["List-Unsubscribe"].split(">")[0].rpartition("/")[2]
    world.follow(event("GET", path))
    for _ in range(_TRIES):
        if world.follow(event("POST", path, "List-Unsubscribe=One-Click")) == 200:
            world.history.add(world.clock.seconds, "unsubscribed", referral=path[1:].rpartition(".")[0])
            return


def book(world: World, random: Random) -> None:
    """A friend buys with the code of a mail, and upstream tells it twice."""
    mail = _some_mail(world, random)
    if mail:
        code = mail["Content"]["Simple"]["Body"]["Text"]["Data"].partition("code=")[2][:10]
        said = {"referral_code": code, "booked_at": _now(world), "booking_id": f"b-{random.randrange(10**6)}"}
        tell(world, "ReferralBooked", said)
        tell(world, "ReferralBooked", said)


def tell(world: World, detail_type: str, detail: dict[str, Any]) -> None:
    said = json.dumps(detail)
    if len(said) <= _MOST_OF_AN_ENTRY:
        world.bus.take("upstream.crm", detail_type, said)


def _some_mail(world: World, random: Random) -> dict[str, Any] | None:
    mails = [entry.what["mail"] for entry in world.history.of("accepted")]
    return random.choice(mails) if mails else None


def _detail(world: World, service_id: str, customer_id: str) -> dict[str, Any]:
    """The same job is always told in the same words."""
    done = START.replace(hour=0) - timedelta(days=1, minutes=int(service_id[2:].split("-")[0]))
    customer = {"customer_id": customer_id, "email": _address(customer_id), "name": f"Dana {CANARY}"}
    known = {f"customer__{name}": value for name, value in (customer | world.terms.customer(customer_id)).items()}
    return job_detail(
        service_id, completed_at=done.isoformat(), **known, service__technician=CANARY,
        service__notes=f"{CANARY} was there.",
    )


def _now(world: World) -> str:
    return world.clock.true().isoformat()


def _address(customer_id: str) -> str:
    return f"{CANARY.lower()}-{customer_id}@example.com"


VERBS: dict[str, Callable[..., None]] = {
    "job": job, "broken job": broken_job, "huge job": huge_job, "survey": survey, "opt out": opt_out, "erase": erase,
    "unsubscribe": unsubscribe, "book": book,
}
