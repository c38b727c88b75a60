"""What can be asked of the event log and of what is measured: one story, counts of events, and the business dashboard."""

import json
from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query

from infra.platform import figures, funnel
from infra.platform.charts import business
from shared.api import Api, Unknown
from shared.clock import now
from shared.settings import settings

app = Api("platform")
_LONGEST_STORY = 1_000
_TOLD = ("event_id", "causation_id", "detail_type", "producer", "occurred_at")


@app.get("/stories/<correlation_id>")
def story(correlation_id: str) -> dict[str, Any]:
    """Everything that was said in one story, in the order in which it happened; each with the seconds since its cause."""
    rows = [row for row in app.store().query(correlation_id, limit=_LONGEST_STORY) if "event_id" in row]
    if not rows:
        raise Unknown(f"Nothing was said of {correlation_id!r}: name a referral or a rollout, or look again in a few seconds.")
    at = {row["event_id"]: datetime.fromisoformat(row["occurred_at"]) for row in rows}
    return {"correlation_id": correlation_id, "events": [_told(row, at) for row in rows]}


@app.get("/funnel")
def counts(days: Annotated[int, Query(ge=1, le=90)] = 14) -> dict[str, Any]:
    """How many events of each kind were recorded on each of the last days, today included; days are those of UTC."""
    return {"days": funnel.days(app.store(), now().date(), days)}


@app.get("/figures")
def dashboard(days: Annotated[int, Query(ge=1, le=90)] = 7) -> dict[str, Any]:
    """The business dashboard's charts with their figures of the last days, today included, and the state of every alarm.

    `{from, to, period_seconds, charts: [{key, title, unit, kind: line|bars|number|funnel, threshold,
    series: [{label, points: [[moment, number or null], ...]}]}], alarms: [{name, state, since, runbook}]}`.
    Up to two days come by the hour, more by the day of UTC; a number and each step of a funnel have one point.
    """
    return figures.figures(business(), settings().account, days, now())


def _told(row: dict[str, Any], at: dict[str, datetime]) -> dict[str, Any]:
    told = {name: row.get(name) for name in _TOLD}
    cause = at.get(row.get("causation_id", ""))
    later = (at[row["event_id"]] - cause).total_seconds() if cause else None
    return told | {"seconds": later, "data": json.loads(row["data"])}
