"""A model, asked through the Bedrock Converse API for an answer that fits a form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError
from pydantic import BaseModel, ValidationError

from shared import aws, clock
from shared.writing.faults import (
    ModelAnswerInvalid, ModelFault, ModelNotUsable, ModelRefused, ModelThrottled, ModelTimeout, ModelUnavailable,
)

Said = TypeVar("Said", bound=BaseModel)
_ASKS = 2  # once, and once more where the answer can't be used
_REFUSALS = {"content_filtered", "guardrail_intervened", "refusal"}
_THROTTLED = {
    "ModelNotReadyException", "ServiceQuotaExceededException", "ThrottlingException", "TooManyRequestsException",
}


@dataclass(frozen=True)
class Form(Generic[Said]):
    """What an answer has to look like: a tool that the model must use, and what its input is checked against."""

    tool: str
    task: str
    schema: Callable[[], dict[str, Any]]
    contract: type[Said]

    def as_tool(self) -> dict[str, Any]:
        """The ``toolConfig`` of a request."""
        spec = {"name": self.tool, "description": self.task, "inputSchema": {"json": self.schema()}}
        return {"tools": [{"toolSpec": spec}], "toolChoice": {"tool": {"name": self.tool}}}

    def read(self, answer: dict[str, Any]) -> Said | None:
        """What an answer says, None where it can't be used; words instead of a filled form are a refusal."""
        stopped = answer.get("stopReason")
        blocks = answer.get("output", {}).get("message", {}).get("content", [])
        handed = [block["toolUse"]["input"] for block in blocks if "toolUse" in block]
        if stopped in _REFUSALS or (stopped == "end_turn" and not handed and blocks):
            raise ModelRefused
        if stopped == "max_tokens" or not handed:
            return None
        try:
            return self.contract.model_validate(handed[0])
        except ValidationError:
            return None


@dataclass(frozen=True)
class Answer(Generic[Said]):
    """What was said, and what it took over all asks."""

    said: Said
    input_tokens: int
    output_tokens: int
    latency_ms: int


def bedrock() -> Any:
    """A client that asks once: what comes again is the message, so that latency and cost are those of one ask."""
    return aws.client("bedrock-runtime", attempts=1, read_timeout=60)


@dataclass(frozen=True)
class Model:
    """Asks for a filled form; where the answer can't be used, once more."""

    client: Callable[[], Any] = bedrock
    seconds: Callable[[], float] = clock.seconds

    def ask(self, request: dict[str, Any], form: Form[Said]) -> Answer[Said]:
        """The answer to a whole Converse request, or the ModelFault that says why there is none."""
        started, tokens = self.seconds(), [0, 0]
        for _ in range(_ASKS):
            answer = self._told(self.client().converse, request)
            usage = answer.get("usage", {})
            tokens = [tokens[0] + usage.get("inputTokens", 0), tokens[1] + usage.get("outputTokens", 0)]
            said = form.read(answer)
            if said:
                return Answer(said, *tokens, latency_ms=round(1000 * (self.seconds() - started)))
        raise ModelAnswerInvalid

    def let_pass(self, judgement: dict[str, Any]) -> None:
        """Nothing where a guardrail has nothing against a finished text; ModelRefused where it steps in."""
        if self._told(self.client().apply_guardrail, judgement).get("action") != "NONE":
            raise ModelRefused

    def _told(self, call: Callable[..., dict[str, Any]], request: dict[str, Any]) -> dict[str, Any]:
        try:
            return call(**request)
        except ClientError as refused:
            raise _fault(refused) from None
        except (ReadTimeoutError, ConnectTimeoutError):
            raise ModelTimeout from None
        except BotoCoreError:
            raise ModelUnavailable from None


def _fault(refused: ClientError) -> ModelFault:
    status = refused.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if status == 429 or refused.response["Error"]["Code"] in _THROTTLED:
        return ModelThrottled()
    if status == 408:
        return ModelTimeout()
    return ModelUnavailable() if status >= 500 or status == 424 else ModelNotUsable()
