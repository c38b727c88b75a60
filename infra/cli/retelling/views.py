"""Live rows and sums in the form in which the log tells them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from infra.cli.retelling.projection import FIGURES, kind
from services.deployer import counters as evidence
from services.registry import counters
from shared.store import Item, Key, Store
from shared.unit import Unit


def performances(table: Store, keys: Iterable[Key]) -> Iterator[tuple[Key, Item]]:
    """What is counted of each version, over its shards and in the generation that counts now."""
    for pk in sorted({key[0] for key in keys if kind(key) == "PERFORMANCE/V"}):
        for version, found in counters.performances(table, pk.partition("#")[2]).items():
            yield (f"{pk}#{version:09d}", FIGURES), json.loads(json.dumps(asdict(found), default=lambda money: str(money.normalize())))


def tallies(table: Store, keys: Iterable[Key]) -> Iterator[tuple[Key, Item]]:
    """The outcomes that count in each rollout, over its shards."""
    for pk in sorted({key[0] for key in keys if kind(key) == "ROLLOUT/COUNTS"}):
        tally = evidence.tally(Unit(table, "referral.deployer"), pk.partition("#")[2])
        cells = {f"{metric} at {share} %": [*counts] for metric, shares in tally.items() for share, counts in shares.items()}
        yield (pk, FIGURES), cells


def referral(row: Item) -> Item:
    """A mail that is being sent was approved; one that somebody settled as not sent is looked at once more."""
    approved = row["status"] == "sending" or (row["status"] == "in_review" and row.get("settled_by"))
    return {"customer_id": row["customer_id"], "status": "approved" if approved else row["status"], "message_id": row.get("message_id")}


def evaluation(row: Item) -> Item:
    verdict = json.loads(row["result"])["verdict"] if row.get("result") else None
    names = ("agent", "candidate", "candidate_hash", "baseline", "baseline_hash", "dataset", "cases")
    return {name: row[name] for name in names} | {"verdict": verdict}


def rollout(row: Item) -> Item:
    """Until it starts or ends it is not said how far it is."""
    return {} if row["change"] in ("requested", "registered") else row
