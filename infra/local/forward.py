"""Hand a Converse request to any server that speaks OpenAI's chat completions: Ollama, vLLM, llama.cpp."""

import json
import os
import re
import urllib.error
import urllib.request
from typing import Any

from infra.local import converse
from infra.local.converse import Json, Request

_TIMEOUT_SECONDS = 120
_SHOWN = 300  # bytes of what a server says about an error
_FENCED = re.compile(r"^\s*```(?:json)?\s*(.*?)\s*```\s*$", re.DOTALL)
_STOPS = {"length": "max_tokens", "content_filter": "content_filtered"}
_ERRORS = {
    400: "ValidationException", 401: "AccessDeniedException", 403: "AccessDeniedException",
    404: "ResourceNotFoundException", 429: "ThrottlingException",
}


class Failed(Exception):
    """The server gave no answer; ``kind`` is the error that Bedrock would have raised."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def forwarded(asked: Request, url: str) -> Json:
    """The server's answer in the shape of Converse; raises Failed with what to do."""
    return _translated(asked, _post(address(url), completion(asked)))


def address(url: str) -> str:
    base = url.rstrip("/")
    if base.endswith("/chat/completions"):
        return base
    return f"{base}/chat/completions" if base.endswith("/v1") else f"{base}/v1/chat/completions"


def completion(asked: Request) -> Json:
    """The request as chat completions take it; the tool, whichever it is, becomes the answer's format."""
    given = {
        "model": os.environ.get("REFERRAL_MODEL_NAME") or asked.model_id,
        "messages": [{"role": "system", "content": asked.system}, {"role": "user", "content": asked.user}],
        "temperature": asked.inference.get("temperature"),
        "top_p": asked.inference.get("topP"),
        "max_tokens": asked.max_tokens,
        "response_format": _format(asked) if asked.tool else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _format(asked: Request) -> Json:
    told = {"description": asked.task} if asked.task else {}
    return {"type": "json_schema", "json_schema": {"name": asked.tool, "schema": closed(asked.schema), "strict": True, **told}}


def closed(schema: Any) -> Any:
    """The schema with every object in it closed and complete, which is what strict servers demand of one."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {name: closed(part) for name, part in schema.items()}
    if not isinstance(schema.get("properties"), dict):
        return inside
    return inside | {"required": list(schema["properties"]), "additionalProperties": False}


def _post(url: str, body: Json) -> Json:
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("REFERRAL_MODEL_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    call = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(call, timeout=_TIMEOUT_SECONDS) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        said = error.read(_SHOWN).decode(errors="replace")
        raise Failed(_ERRORS.get(error.code, "ModelErrorException"), f"{url} answers {error.code}: {said}") from None
    except TimeoutError:
        raise Failed("ModelTimeoutException", f"{url} did not answer in {_TIMEOUT_SECONDS} s.") from None
    except (OSError, ValueError) as error:
        advice = "start that server, or correct REFERRAL_MODEL_URL and start the laptop's AWS again"
        raise Failed("ServiceUnavailableException", f"{url} can't be used ({error}): {advice}.") from None


def _translated(asked: Request, answer: Json) -> Json:
    try:
        choice = answer["choices"][0]
        text = choice["message"].get("content") or choice["message"].get("refusal") or ""
    except (KeyError, IndexError, TypeError):
        raise Failed("ModelErrorException", "The model server's answer is no chat completion.") from None
    said = _block(asked, text, _STOPS.get(choice.get("finish_reason")))
    return said | {"usage": _usage(answer.get("usage") or {}, said["usage"])}


def _block(asked: Request, text: str, stop: str | None) -> Json:
    given = _object(text) if asked.tool else None
    if given is None:
        return converse.said(asked, text, stop or "end_turn")
    return converse.used(asked, given, stop or "tool_use")


def _object(text: str) -> Any:
    """The JSON that was said, also where a small model puts it between fences."""
    try:
        given = json.loads(_FENCED.sub(r"\1", text))
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _usage(told: Json, counted: Json) -> Json:
    """As the server counted; some leave a figure out, or say null."""
    inward = told.get("prompt_tokens") or counted["inputTokens"]
    outward = told.get("completion_tokens") or counted["outputTokens"]
    return {"inputTokens": inward, "outputTokens": outward, "totalTokens": inward + outward}
