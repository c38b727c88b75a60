"""Run MiniStack, with the one condition key of EventBridge that it does not evaluate by itself.

AWS checks ``events:source`` of every entry of a PutEvents call against the caller's policies. MiniStack enforces policies
but does not know this key, so here the request's sources are told to it. A call with several sources is checked as one
that no policy allows: the laptop is then stricter than AWS, never laxer.
"""

import json
from typing import Any

from ministack import app
from ministack.core import iam_actions

_tags_of_request = iam_actions.request_tag_context


def main() -> None:
    iam_actions.request_tag_context = context_with_sources
    app.main()


def context_with_sources(service: str, action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    known = dict(_tags_of_request(service, action, body, params))
    return known | ({"events:source": source_of(body)} if action == "events:PutEvents" else {})


def source_of(body: bytes) -> str:
    """The one source of all entries, or all of them in a form that no policy can name."""
    sources = {str(entry.get("Source", "")) for entry in json.loads(body or b"{}").get("Entries", [])}
    return sources.pop() if len(sources) == 1 else " and ".join(sorted(sources))


if __name__ == "__main__":
    main()
