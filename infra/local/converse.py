"""The Converse API's requests and answers, without the network; pure."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from infra.local import judge, prompt
from infra.local.writer import Mail, write

Json = dict[str, Any]

_CHARACTERS_PER_TOKEN = 4
_SUBJECT = ("subject", "title", "headline")
_BODY = ("body", "text", "message", "mail", "content")
_EMPTY: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}


@dataclass(frozen=True)
class Request:
    """What a Converse call asks, as far as whoever answers it cares; ``task`` is what the tool says of itself."""

    model_id: str
    system: str
    user: str
    max_tokens: int | None
    tool: str | None
    task: str | None
    schema: Json
    inference: Json


class Invalid(Exception):
    """No Converse request; the message says what is wrong."""


def request(model_id: str, body: Any) -> Request:
    """The request in a body; raises Invalid."""
    if not isinstance(body, dict) or not body.get("messages"):
        raise Invalid("messages must hold at least one message of the user")
    tools = (body.get("toolConfig") or {}).get("tools") or []
    spec = next((tool["toolSpec"] for tool in tools if "toolSpec" in tool), {})
    inference = body.get("inferenceConfig") or {}
    return Request(
        model_id=model_id,
        system=_texts(body.get("system") or []),
        user="\n".join(_texts(message["content"]) for message in body["messages"] if message["role"] == "user"),
        max_tokens=inference.get("maxTokens"),
        tool=spec.get("name"),
        task=spec.get("description"),
        schema=(spec.get("inputSchema") or {}).get("json") or {},
        inference=inference,
    )


def answered(asked: Request) -> Json:
    """The answer of the laptop's own writer or judge, cut where the request allows no more tokens."""
    if not asked.tool:
        mail = _mail(asked)
        return said(asked, f"Subject: {mail.subject}\n\n{mail.body}", "end_turn")
    given = _input(asked)
    if asked.max_tokens and tokens(json.dumps(given)) > asked.max_tokens:
        return half(asked)
    return used(asked, given, "tool_use")


def filled(schema: Json, mail: Mail) -> Json:
    """The mail as the input that the tool's schema asks for."""
    fields = schema.get("properties") or {"subject": {"type": "string"}, "body": {"type": "string"}}
    return {name: _value(name, field, mail) for name, field in fields.items()}


def half(asked: Request) -> Json:
    """An answer that ends in the middle, as where the tokens run out."""
    if not asked.tool:
        return said(asked, "Subject: A small fav", "max_tokens")
    return used(asked, dict(list(_input(asked).items())[:1]), "max_tokens")


def refused(asked: Request) -> Json:
    return said(asked, "I can't help with this request.", "content_filtered")


def used(asked: Request, given: Json, stop: str) -> Json:
    """An answer that calls the tool."""
    digest = hashlib.blake2b(json.dumps([asked.user, given]).encode(), digest_size=11).hexdigest()
    block = {"toolUse": {"toolUseId": f"tooluse_{digest}", "name": asked.tool, "input": given}}
    return answer(block, stop, tokens(asked.system + asked.user), tokens(json.dumps(given)))


def said(asked: Request, text: str, stop: str) -> Json:
    """An answer in plain text."""
    return answer({"text": text}, stop, tokens(asked.system + asked.user), tokens(text))


def answer(block: Json, stop: str, inward: int, outward: int) -> Json:
    return {
        "output": {"message": {"role": "assistant", "content": [block]}},
        "stopReason": stop,
        "usage": {"inputTokens": inward, "outputTokens": outward, "totalTokens": inward + outward},
        "metrics": {"latencyMs": 0},
    }


def tokens(text: str) -> int:
    """About as many as a real model would count."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def _input(asked: Request) -> Json:
    """What the request's tool is given."""
    return judge.verdicts(asked.user) if asked.tool == judge.TOOL else filled(asked.schema, _mail(asked))


def _mail(asked: Request) -> Mail:
    return write(prompt.read(asked.system, asked.user))


def _texts(blocks: list[Json]) -> str:
    return "\n".join(block["text"] for block in blocks if "text" in block)


def _value(name: str, field: Json, mail: Mail) -> Any:
    if field.get("type") == "array" and "paragraph" in name:
        return mail.body.split("\n\n")
    if name in (*_SUBJECT, *_BODY):
        return mail.subject if name in _SUBJECT else mail.body
    return field["enum"][0] if field.get("enum") else _EMPTY.get(field.get("type", "string"))
