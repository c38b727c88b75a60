"""How a simulated rollout looks while it lasts, and what is said of it in the end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.cli import rollout_views, say
from infra.cli.simulation import Simulation, Told

SIMULATED = "simulated: customers and reviewers are made up, and a program decided; services, events and decisions are real"
_EVERY = 10.0  # seconds between two lines where nobody looks at a terminal
_ARMS = ("control", "candidate")


@contextmanager
def live() -> Iterator[Told]:
    """Where a terminal is, one picture that changes; else a line whenever the rollout does, and now and then."""
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _Lines()
        return
    with Live(console=console, auto_refresh=False, transient=True) as drawn:
        yield lambda simulation: drawn.update(picture(simulation), refresh=True)


class _Lines:
    def __init__(self) -> None:
        self._said: Any = None
        self._at = 0.0

    def __call__(self, simulation: Simulation) -> None:
        rollout = simulation.rollout
        state = rollout["status"], rollout["percent"], rollout["revision"]
        if state == self._said and time.monotonic() - self._at < _EVERY:
            return
        why = f": {rollout['reason']}" if state != self._said else ""
        self._said, self._at = state, time.monotonic()
        say.note(f"(simulated) {_line(simulation)}{why}")


def picture(simulation: Simulation) -> Any:
    from rich.console import Group

    rollout, seen = simulation.rollout, simulation.seen
    rows = [(arm, *seen.of(arm).values()) for arm in _ARMS]
    about = {
        "rollout": f"{rollout['rollout_id']}, {rollout['status']} at {rollout['percent']} %",
        "customers": f"{simulation.put} of {simulation.customers}, {seen.in_flight} under way",
        "withdrawn, written anew": f"{len(seen.withdrawn)}, {len(seen.redrafted)}",
    }
    return Group(
        say.text(SIMULATED), "", say.facts(about), "", say.table(("arm", *seen.of("control")), rows), "",
        say.facts(rollout_views.evidence(rollout["standing"])) if rollout.get("standing") else "",
        *(say.text(f"missing: {text}") for text in rollout.get("missing", [])),
        *(say.text(f"{change['change']} to {change['percent']} %: {change['reason']}") for change in rollout.get("changes", [])[1:]),
    )


def _line(simulation: Simulation) -> str:
    rollout, seen = simulation.rollout, simulation.seen
    verdicts = ", ".join(f"{arm} {seen.of(arm)['approved']} approved {seen.of(arm)['rejected']} rejected" for arm in _ARMS)
    evidence = f"evidence {rollout['standing']['e']:.3g}" if rollout.get("standing") else "no evidence"
    return f"{rollout['status']} at {rollout['percent']} %, {simulation.put} customers, {verdicts}, {evidence}"
