"""How agents are registered and pointed at in these stories."""

import json
from typing import Any

from tests.harness.http import Answer, Http


def config(**changes: Any) -> dict[str, Any]:
    """A complete config with what the story changes."""
    whole = {
        "model_id": "some.model-v1",
        "system_prompt": "You write short letters.",
        "user_prompt": "Write with {{facts}}.",
        "inference": {"max_tokens": 500, "temperature": "0.2"},
    }
    return whole | changes


def register(
    http: Http, content: dict[str, Any] | None = None, *, agent: str = "referral-writer", author: str = "an engineer",
    message: str = "a try",
) -> Answer:
    body = {"agent": agent, "config": config() if content is None else content, "author": author, "message": message}
    return http.post("/agents", body)


def point(http: Http, version: int, alias: str = "production", **given: Any) -> Answer:
    return http.put(f"/agents/referral-writer/aliases/{alias}", {"version": version, **given})


def announced(http: Http) -> list[dict[str, Any]]:
    rows = [row for key, row in http.store.items.items() if key[1] == "OUTBOX"]
    return [{"type": row["detail_type"], "source": row["source"], **json.loads(row["detail"])} for row in rows]
