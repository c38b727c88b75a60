"""What was said to the system in a run, taken together: what its state is compared with."""

from typing import Any

from shared.events.upstream import referral_id
from tests.simulation.world import World

VALID = 5  # the highest score that there is


def facts(world: World, detail_type: str) -> list[tuple[int, dict[str, Any]]]:
    """What upstream systems told, with the number of the entry in the history, repetitions included."""
    told = world.history.of("published", type=detail_type, source="upstream.crm")
    return [(entry.number, entry.what["said"]) for entry in told]


def jobs(world: World) -> dict[str, tuple[int, dict[str, Any]]]:
    """Every job that can be used, with when it was told first."""
    first: dict[str, tuple[int, dict[str, Any]]] = {}
    for number, detail in facts(world, "ServiceCompleted"):
        if detail["satisfaction"] <= VALID:
            first.setdefault(detail["service_id"], (number, detail))
    return first


def gone(world: World) -> set[str]:
    """Customers who were erased."""
    return {detail["customer_id"] for _, detail in facts(world, "CustomerErased")}


def customers(world: World) -> dict[str, dict[str, Any]]:
    """Whom the job of each referral was done for."""
    return {referral_id(name): detail["customer"] for name, (_, detail) in jobs(world).items()}


def outbox(world: World) -> dict[str, int]:
    """Every event that was ever put into an outbox, with when."""
    rows: dict[str, int] = {}
    for entry in world.history.of("stored"):
        for write in entry.what["writes"]:
            if write.key[1] == "OUTBOX" and write.item is not None and not write.check:
                rows.setdefault(write.key[0].removeprefix("OUTBOX#"), entry.number)
    return rows


def taken_out(world: World) -> set[str]:
    """Events that an erasure took out of an outbox before they had left, since they speak of somebody who is forgotten."""
    writes = (write for entry in world.history.of("stored") for write in entry.what["writes"])
    return {w.key[0].removeprefix("OUTBOX#") for w in writes if w.key[1] == "OUTBOX" and w.item is None and not w.check}
