"""The names that OpenTelemetry gives to what a generative model does; only here, for the convention still moves.

Written against version 1.37 of its semantic conventions. Prompts and answers are left out on purpose: they tell of persons.
"""

from typing import Any, Protocol

AGENT, VERSION = "gen_ai.agent.name", "gen_ai.agent.version"
OPERATION, PROVIDER, MODEL = "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model"
INPUT_TOKENS, OUTPUT_TOKENS = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"
_NAMESPACE = "gen_ai"


class Span(Protocol):
    """What a trace offers, whatever it is kept in."""

    def put_metadata(self, key: str, value: Any, namespace: str) -> None: ...


class Usage(Protocol):
    """What an answer took."""

    input_tokens: int
    output_tokens: int


def span_name(model_id: str) -> str:
    return f"chat {model_id}"


def note(span: Span | None, model_id: str, agent: str, version: int | None, used: Usage) -> None:
    """Tell a trace which version asked which model, and what it took; nothing where nobody traces."""
    told = {
        OPERATION: "chat", PROVIDER: "aws.bedrock", MODEL: model_id, AGENT: agent, VERSION: str(version),
        INPUT_TOKENS: used.input_tokens, OUTPUT_TOKENS: used.output_tokens,
    }
    if span:
        for name, value in told.items():
            span.put_metadata(name, value, _NAMESPACE)
