"""What the event log says of a rollout, and what follows from it."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from infra.cli.curve import Curve, of_evidence
from infra.cli.explain import Judged, judged
from infra.cli.log import EventLog, Row
from infra.cli.replayed import Part, Point, behind, crossing, differences, passing, replayed
from infra.cli.retold import STARTED, Told, changes, outcomes
from infra.cli.say import Problem
from infra.cli.session import Account
from services.deployer.outcomes import Outcome
from services.deployer.plan import Plan
from shared import clock

_LOOKS, _CAUGHT_UP = 20, timedelta(minutes=2)


@dataclass(frozen=True)
class Explanation:
    """What the log says of a rollout, and what follows from it."""

    story: Sequence[Told]
    outcomes: Sequence[Outcome]
    outside: frozenset[str]
    now: datetime

    @cached_property
    def decisions(self) -> list[Judged]:
        return list(judged(self.story, self.outcomes, self.outside))

    @cached_property
    def parts(self) -> list[Part]:
        return replayed(self.story, self.outcomes)

    @cached_property
    def differences(self) -> list[str]:
        of_decisions = [f"revision {one.told.said.revision}: {text}" for one in self.decisions for text in one.differences]
        return [*of_decisions, *differences(self.parts, self.decisions, self.now)]

    @property
    def curve(self) -> Curve:
        plan = next((told.plan for told in self.story if told.kind == STARTED), Plan())
        ended = [(part.points[-1].number, part.until) for part in self.parts if part.until and part.points]
        marks = [(number, until.kind.removeprefix("Rollout")) for number, until in ended]
        return of_evidence([point.log_e for point in self._points], plan.false_rollbacks, marks)

    def public(self) -> dict[str, Any]:
        first = crossing(self.parts)
        last = self.story[-1].said
        return {
            "rollout_id": last.rollout_id, "agent": last.agent, "candidate": last.candidate, "baseline": last.baseline,
            "reproduced": not self.differences,
            "differences": self.differences,
            "decisions": [_decision(one) for one in self.decisions],
            "replay": {
                "outcomes": len(self._points),
                "first_crossing": first and {
                    "outcome": first.number, "at": first.at.isoformat(), "share": first.share, "log_e": first.log_e,
                },
                "parts": [_part(part) for part in self.parts],
                "between_looks": list(passing(self.parts)),
            },
            "curve": [[point.number, point.share, point.log_e] for point in self._points],
        }

    @property
    def _points(self) -> list[Point]:
        return [point for part in self.parts for point in part.points]


def explanation(account: Account, rollout_id: str, sleep: Callable[[float], Any] = time.sleep) -> Explanation:
    """What the event log has of a rollout; raises Problem where that is nothing.

    What was decided just now may rest on outcomes that the log does not show yet: it is read again for a while.
    """
    for _ in range(_LOOKS):
        found = _read(EventLog(account), rollout_id)
        if not found.differences or found.now - found.story[-1].at > _CAUGHT_UP:
            break
        sleep(1)
    return found


def _read(log: EventLog, rollout_id: str) -> Explanation:
    rows = log.rollout(rollout_id)
    story = changes(rows)
    if not story:
        raise Problem(f"The event log has no change of a rollout {rollout_id!r}: `referral rollouts list` tells those there are.")
    started = next((told for told in story if told.kind == STARTED), None)
    counted = list(outcomes(rows, started)) if started else []
    agent = log.story(f"agent-{story[0].said.agent}")
    return Explanation(story, counted, frozenset(_outside(agent, rollout_id)), clock.now())


def _outside(agent: list[Row], rollout_id: str) -> Iterator[str]:
    """The events that end a rollout whatever its evidence is: production moved otherwise, a version retired."""
    for row in agent:
        data = row["data"]
        moved = row["detail_type"] == "AliasMoved" and data["alias"] == "production" and data.get("rollout_id") != rollout_id
        if moved or row["detail_type"] == "AgentRetired":
            yield row["event_id"]


def _decision(one: Judged) -> dict[str, Any]:
    said, again = one.told.said, one.standing
    return {
        "revision": said.revision, "at": one.told.at.isoformat(), "change": one.told.kind, "percent": said.percent,
        "by": said.by, "reason": said.reason,
        "recorded": said.evidence and said.evidence.model_dump(mode="json", exclude={"counts"}),
        "recomputed": again and {
            "log_e": again.log_e, "log_trusted": again.log_trusted, "log_advance": again.log_advance,
            "step": one.found and one.found.step,
        },
        "in_flight": one.in_flight,
        "differences": list(one.differences),
    }


def _part(part: Part) -> dict[str, Any]:
    ended = part.until.kind if part.until else None
    return {"share": part.share, "outcomes": len(part.points), "ended": ended, "outcomes_behind": behind(part)}
