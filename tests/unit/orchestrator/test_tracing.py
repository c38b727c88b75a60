"""What a trace says of a draft: which version asked which model, and what it took; nothing of what was written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from services.orchestrator.reactions import drafting_routes
from shared.observe import Observer
from tests.unit.orchestrator.story import House, prepared


class Tracer(Observer):
    """Keeps what X-Ray would."""

    def __init__(self) -> None:
        super().__init__("orchestrator")
        self.spans: dict[str, dict[str, Any]] = {}

    @contextmanager
    def span(self, name: str) -> Iterator[Any]:
        told = self.spans.setdefault(name, {})

        class Segment:
            def put_metadata(self, key: str, value: Any, namespace: str) -> None:
                told[key] = (namespace, value)

        yield Segment()


def test_a_draft_is_traced_under_the_names_of_opentelemetry() -> None:
    house, tracer = House().ready(), Tracer()
    follow, _, *others = house.room.routes
    house.room.routes = (follow, drafting_routes(replace(house.desk, observer=tracer)), *others)
    assert house.room.when(prepared()) == []
    [(name, told)] = tracer.spans.items()
    model = house.config.model_id
    assert name == f"chat {model}"
    assert {key: value for key, (_, value) in told.items()} == {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "aws.bedrock", "gen_ai.request.model": model,
        "gen_ai.agent.name": "referral-writer", "gen_ai.agent.version": "1",
        "gen_ai.usage.input_tokens": 400, "gen_ai.usage.output_tokens": 100,
    }
    assert {namespace for namespace, _ in told.values()} == {"gen_ai"}
