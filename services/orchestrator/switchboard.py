"""What operators do with sending as a whole: look, stop all mails, and let them leave again."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from services.orchestrator import pause
from services.orchestrator.limits import Limits, Switch
from services.orchestrator.words import Person
from shared.api import Api, Refusal
from shared.unit import Unit

_STORY = "sending"


class Operator(BaseModel):
    """Who stops or resumes."""

    by: Person


def serve(app: Api, limits: Callable[[], Limits]) -> None:
    """These routes of the API."""

    @app.get("/sending")
    def sending() -> dict[str, Any]:
        """Whether mails leave, and what became of the last ones."""
        unit = Unit(app.store(), "referral.orchestrator")
        unit.load([pause.SWITCH, pause.TALLY])
        return _shown(unit, pause.switch(unit), limits())

    @app.post("/sending/pause")
    def stop(asked: Operator) -> dict[str, Any]:
        """Nothing leaves from now on; what is approved waits."""
        return app.command(lambda unit: _stopped(unit, asked.by, limits()), correlation=_STORY)

    @app.post("/sending/resume")
    def resume(asked: Operator) -> dict[str, Any]:
        """Mails leave again, those first that waited; counting begins anew."""
        return app.command(lambda unit: _resumed(unit, asked.by, limits()), correlation=_STORY)


def _stopped(unit: Unit, by: str, limits: Limits) -> dict[str, Any]:
    if pause.switch(unit).paused:
        raise Refusal("paused_already", "Sending is paused already: `referral mail status` says since when and why.")
    return _shown(unit, pause.stop(unit, "by_hand", by, limits), limits)


def _resumed(unit: Unit, by: str, limits: Limits) -> dict[str, Any]:
    if not pause.switch(unit).paused:
        raise Refusal("not_paused", "Sending is not paused: there is nothing to resume.")
    return _shown(unit, pause.resume(unit, by), limits)


def _shown(unit: Unit, switch: Switch, limits: Limits) -> dict[str, Any]:
    counted = pause.tally(unit).total.model_dump()
    return {**switch.model_dump(mode="json"), "counted": counted, "limits": limits.model_dump()}
