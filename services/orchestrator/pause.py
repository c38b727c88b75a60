"""Table Referrals, its part about sending as a whole: what became of the mails of the last days, and whether any leave."""

from datetime import UTC

from services.orchestrator.gates import Wait
from services.orchestrator.limits import Count, Limits, Switch, Tally, Why
from shared.events.orchestrator import SendingPaused, SendingResumed
from shared.store import Key, Store
from shared.unit import Unit

TALLY: Key = ("SENDING", "TALLY")
SWITCH: Key = ("SENDING", "SWITCH")


def wait(unit: Unit) -> Wait | None:
    """Whether a mail has to wait until somebody resumes; the commit requires that this still holds."""
    unit.require(SWITCH)
    return Wait("paused", unit.now()) if switch(unit).paused else None


def stands(store: Store) -> bool:
    """Whether nothing leaves now."""
    return Switch.model_validate(store.get([SWITCH]).get(SWITCH) or {}).paused


def switch(unit: Unit) -> Switch:
    return Switch.model_validate(unit.item(SWITCH) or {})


def tally(unit: Unit) -> Tally:
    return Tally.model_validate(unit.item(TALLY) or {})


def count(unit: Unit, more: Count, limits: Limits) -> None:
    """Count what became of a mail; where that is too much, nothing leaves from this commit on."""
    after = tally(unit).counted(more, unit.now().astimezone(UTC).date(), limits)
    unit.put(TALLY, after.model_dump(mode="json"))
    reason = after.total.exceeds(limits)
    if reason and not switch(unit).paused:
        stop(unit, reason, None, limits)


def stop(unit: Unit, reason: Why, by: str | None, limits: Limits) -> Switch:
    stopped = Switch(paused=True, reason=reason, by=by, at=unit.now())
    unit.put(SWITCH, stopped.model_dump(mode="json"))
    seen = tally(unit).total
    unit.announce(SendingPaused(reason=reason, by=by, days=limits.days, **seen.model_dump()))
    return stopped


def resume(unit: Unit, by: str) -> Switch:
    """A person has looked into it: what was counted before does not stop sending once more."""
    going = Switch(by=by, at=unit.now())
    unit.put(SWITCH, going.model_dump(mode="json"))
    unit.put(TALLY, Tally().model_dump(mode="json"))
    unit.announce(SendingResumed(by=by))
    return going
