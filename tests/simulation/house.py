"""All services as they are deployed, found by looking for them: functions, mailboxes, APIs and what time starts."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import FunctionType
from typing import Any

import services
from services.deployer.rounds import decide_all
from services.orchestrator.desk import Desk
from services.orchestrator.reactions import drafting_routes
from services.orchestrator.rounds import Round
from services.orchestrator.terms import terms
from shared.api import Api
from shared.app import Routes
from shared.store import Store

TIMED: dict[str, Callable[[Store], Any]] = {  # what a schedule starts, by the name of its function
    "decide_rollouts": decide_all,
    "watch_drafts": lambda store: Round(store, terms().mailing).go(),
}
ANEW = {"orchestrator-drafting": lambda: drafting_routes(Desk())}  # a desk remembers its latest answer
SERVICES = tuple(sorted(module.name for module in iter_modules(services.__path__)))
ELSEWHERE = {"receive_webhook", "unsubscribe"}  # ways in for strangers, with stories of their own


@cache
def apis() -> dict[str, Api]:
    return {service: import_module(f"services.{service}.api").app for service in SERVICES}


def mailboxes() -> Iterator[Routes]:
    """The routing table of every function that has a mailbox."""
    for _, _, entry in entries():
        routes = getattr(entry, "__self__", None)
        if isinstance(routes, Routes):
            yield ANEW[routes.mailbox]() if routes.mailbox in ANEW else routes


@cache
def folding(service: str) -> list[Routes]:
    """The mailboxes of a service in which something is folded."""
    mine = (routes for routes in mailboxes() if routes.service == service)
    return [routes for routes in mine if not all(route.effect for route in routes.routes.values())]


def timed() -> Iterator[tuple[str, Callable[[Store], Any]]]:
    return ((service, TIMED[name]) for service, name, _ in entries() if name in TIMED)


@cache
def entries() -> list[tuple[str, str, Any]]:
    """Service, name and entry point of every deployed function but the relays."""
    return list(_entries())


def _entries() -> Iterator[tuple[str, str, Any]]:
    for service in SERVICES:
        module = import_module(f"services.{service}.functions")
        for name, known in vars(module).items():
            own = isinstance(known, FunctionType) and known.__module__ == module.__name__
            if own or isinstance(getattr(known, "__self__", None), Routes):
                yield service, name, known


def unknown() -> list[str]:
    """Functions that the simulation does not know how to run."""
    known = {*TIMED, *ELSEWHERE, "agent_deployer", "register_agent"}  # the last two are APIs
    return [
        name for _, name, entry in entries()
        if isinstance(entry, FunctionType) and name not in known and not name.endswith("_api")
    ]
