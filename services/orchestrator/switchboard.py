"""What operators do with sending as a whole: look, stop all mails, and let them leave again."""

from typing import Any

from services.orchestrator import pause
from services.orchestrator.impossible import NotPossible
from services.orchestrator.limits import Limits, Switch
from shared.unit import Unit


def looked(unit: Unit, limits: Limits) -> dict[str, Any]:
    """Whether mails leave, and what became of the last ones."""
    unit.load([pause.SWITCH, pause.TALLY])
    return _shown(unit, pause.switch(unit), limits)


def stopped(unit: Unit, by: str, limits: Limits) -> dict[str, Any]:
    if pause.switch(unit).paused:
        raise NotPossible("paused_already", "Sending is paused already: `referral mail status` says since when and why.")
    return _shown(unit, pause.stop(unit, "by_hand", by, limits), limits)


def resumed(unit: Unit, by: str, limits: Limits) -> dict[str, Any]:
    if not pause.switch(unit).paused:
        raise NotPossible("not_paused", "Sending is not paused: there is nothing to resume.")
    return _shown(unit, pause.resume(unit, by), limits)


def _shown(unit: Unit, switch: Switch, limits: Limits) -> dict[str, Any]:
    counted = pause.tally(unit).total.model_dump()
    return {**switch.model_dump(mode="json"), "counted": counted, "limits": limits.model_dump()}
