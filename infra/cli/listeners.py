"""Who listens to what: the mailboxes of a service with the functions that empty them."""

import importlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from infra import deploy
from infra.cli.recorded import Envelope
from infra.cli.say import Problem
from shared.app import Route, Routes

_OUTSIDE = {("evaluation", "CustomerErased")}  # a fold that also takes objects out of a bucket: it is never tried
_AWS = "aws."


class Listener(NamedTuple):
    """A function and what it does with events."""

    service: str
    function: str
    routes: Routes

    def route(self, envelope: Envelope) -> Route | None:
        """What happens with an event here; None where its rule would not let it in."""
        route = self.routes.routes.get(envelope["detail-type"])
        lets_in = route and route.contract.came_from(envelope["source"]) and _fits(route.where, envelope["detail"])
        return route if lets_in else None

    def can_be_tried(self, envelope: Envelope) -> bool:
        """Whether nothing but the table that it is given can feel it."""
        route = self.route(envelope)
        return bool(route and not route.effect and (self.service, envelope["detail-type"]) not in _OUTSIDE)

    def rules(self, account: str) -> list[str]:
        """Those on our bus; what AWS itself says comes over another one, which has no archive."""
        ours = (kind for kind, route in self.routes.routes.items() if not route.contract.source.startswith(_AWS))
        return [f"referral-{account}-{self.routes.mailbox}-{kind}" for kind in ours]


def listeners(service: str = "") -> list[Listener]:
    """The listeners of one service, or of all; raises Problem where there is no such service."""
    known = deploy.services()
    if service and service not in known:
        raise Problem(f"There is no service {service!r}. Choose one of: {', '.join(known)}.")
    return [one for name in ([service] if service else known) for one in _of(name)]


def _of(service: str) -> list[Listener]:
    functions = vars(importlib.import_module(f"services.{service}.functions"))
    handlers = {name: getattr(known, "__self__", None) for name, known in functions.items()}
    return [Listener(service, name, routes) for name, routes in handlers.items() if isinstance(routes, Routes)]


def _fits(pattern: dict[str, Any], told: Any) -> bool:
    """Whether a rule's pattern, as routes write them, lets this in."""
    if not isinstance(told, dict):
        return not pattern
    return all(
        _fits(wanted, told.get(name)) if isinstance(wanted, dict) else _one_of(wanted, name, told)
        for name, wanted in pattern.items()
    )


def _one_of(wanted: Sequence[Any], name: str, told: dict[str, Any]) -> bool:
    return told[name] in wanted if name in told else {"exists": False} in wanted
