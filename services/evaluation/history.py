"""Table Evaluations, the half that follows what happens: past cases with what people decided, and agents' versions."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from services.evaluation.case import Case, Part, decided
from shared import persons
from shared.events.orchestrator import ReferralDrafted, ReferralReviewed
from shared.events.prep import ReferralPrepared
from shared.events.registry import AgentConfig, AgentRegistered, AliasMoved
from shared.events.upstream import ServiceCompleted
from shared.store import Item, Key, Store
from shared.unit import Unit
from shared.writing.crew import Crew, crew

CASE = "case"  # what is listed under a person
RECENT = "recent"  # the index
KEPT = timedelta(days=400)  # a year and a bit: a case is a person's, and goes
_CASE = "CASE#"


class Version(Part):
    """An agent version with its content."""

    agent: str
    number: int
    config_hash: str
    config: AgentConfig


def case_key(case_id: str, part: str) -> Key:
    return f"{_CASE}{case_id}", part


def version_key(agent: str, number: int) -> Key:
    return f"AGENT#{agent}", f"V#{number:09d}"


def production_key(agent: str) -> Key:
    return f"AGENT#{agent}", "PRODUCTION"


def reads_of_part(customer_id: str, case_id: str, part: str) -> list[Key]:
    return [case_key(case_id, part), persons.erased_key(customer_id)]


def keep_crew(unit: Unit, job: ServiceCompleted) -> None:
    """Technician and notes; the address is nobody's business here."""
    _keep(unit, job.customer.customer_id, job.correlation(), "CREW", crew(job).model_dump())


def keep_prepared(unit: Unit, prepared: ReferralPrepared) -> None:
    place = {"recent_pk": "CASES", "recent_sk": _place(prepared.service.completed_at, prepared.referral_id)}
    row = prepared.model_dump(mode="json") | place
    _keep(unit, prepared.customer_id, prepared.referral_id, "PREPARED", row)


def _keep(unit: Unit, customer_id: str, case_id: str, part: str, row: Item) -> None:
    if not persons.erased(unit, customer_id):
        unit.once(case_key(case_id, part), row | expiring(unit.now()))
        persons.own(unit, customer_id, CASE, f"{case_id}#{part}")


def keep_draft(unit: Unit, drafted: ReferralDrafted) -> None:
    """What production asked and got."""
    _learn(unit, drafted.referral_id, "production", {drafted.prompt_hash: drafted.content_hash}, {})


def keep_review(unit: Unit, said: ReferralReviewed) -> None:
    """What a person decided on exactly these words; the case is preferred from now on."""
    place = _place(unit.cause.occurred_at, said.referral_id)
    label = said.model_dump(include={"decision", "edited", "reason", "version"}) | {"at": place}
    known = unit.item(case_key(said.referral_id, "PEOPLE")) or {}
    last = max(label, known.get("people", {}).get(said.content_hash, {}), key=decided)
    found = {"recent_pk": "REVIEWED", "recent_sk": max(known.get("recent_sk", ""), place)}
    _learn(unit, said.referral_id, "people", {said.content_hash: last}, found)


def _learn(unit: Unit, case_id: str, name: str, what: Item, found: Item) -> None:
    """Add to what is known of a case and how it is found; what is known already changes nothing."""
    key = case_key(case_id, "PEOPLE")
    before = unit.item(key) or {}
    after = before | {name: before.get(name, {}) | what} | found
    if after != before:
        unit.put(key, after | expiring(unit.now()))


def keep_version(unit: Unit, said: AgentRegistered) -> None:
    row = {"config_hash": said.config_hash, "config": said.config.model_dump(mode="json")}
    unit.once(version_key(said.agent, said.version), row)


def point(unit: Unit, moved: AliasMoved) -> None:
    """Production is where the newest move says, in whatever order they arrive."""
    known = unit.item(production_key(moved.agent))
    if known is None or known["revision"] < moved.revision:
        unit.put(production_key(moved.agent), {"version": moved.to_version, "revision": moved.revision})


def version(unit: Unit, agent: str, number: int) -> Version | None:
    row = unit.item(version_key(agent, number))
    return Version(agent=agent, number=number, **row) if row else None


def production(unit: Unit, agent: str) -> int | None:
    row = unit.item(production_key(agent))
    return int(row["version"]) if row else None


def newest(store: Store, most: int) -> list[str]:
    """So many cases that are complete: those that people decided on first, then the others, each newest first.

    The same history gives the same cases. Both lists are read further than needed, because a case of which a part has
    not arrived is left out.
    """
    named = (
        row["pk"].removeprefix(_CASE) for kind in ("REVIEWED", "CASES")
        for row in store.query(kind, index=RECENT, newest_first=True, limit=2 * most)
    )
    waiting, chosen = list(dict.fromkeys(named)), list[str]()
    while waiting and len(chosen) < most:
        some, waiting = waiting[:most], waiting[most:]
        chosen += cases(store, some)
    return chosen[:most]


def cases(store: Store, case_ids: Sequence[str]) -> dict[str, Case]:
    """Those of the cases that are complete, in the order in which they are asked for."""
    found = store.get(case_key(case_id, part) for case_id in case_ids for part in ("PREPARED", "CREW", "PEOPLE"))
    parts = {case_id: [found.get(case_key(case_id, p)) for p in ("PREPARED", "CREW", "PEOPLE")] for case_id in case_ids}
    return {case_id: _case(*known) for case_id, known in parts.items() if known[0] and known[1]}


def _case(prepared: Item, about: Item, people: Item | None) -> Case:
    known = people or {}
    return Case(
        prepared=ReferralPrepared.model_validate(prepared), crew=Crew.model_validate(about),
        people={words: label["decision"] for words, label in known.get("people", {}).items()},
        production=known.get("production", {}),
    )


def expiring(at: datetime, after: timedelta = KEPT) -> dict[str, int]:
    return {"expires_at": int((at + after).timestamp())}


def _place(at: datetime, case_id: str) -> str:
    """Sorts by time; two of the same moment by id."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')}#{case_id}"
