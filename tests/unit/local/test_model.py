"""The laptop's model speaks to a real bedrock-runtime client."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from infra.local.model import Handler, Server
from tests.unit.local.prompts import COMPANY, FACTS, SYSTEM, body

PROFILE = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0"
Serve = Callable[[type[BaseHTTPRequestHandler]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[HTTPServer] = []

    def start(handler: type[BaseHTTPRequestHandler]) -> str:
        server = Server(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def bedrock(serve: Serve) -> Any:
    return boto3.client(
        "bedrock-runtime", endpoint_url=serve(Handler), region_name="eu-west-1",
        aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=0.4),
    )


VERDICT = {
    "type": "object",
    "properties": {"approved": {"type": "boolean"}, "reason": {"type": ["string", "null"]}},
    "required": ["approved"],
}


def to_judge(*drafts: str) -> dict[str, Any]:
    """A request for verdicts on two drafts, without the model's id."""
    known = "".join(f"<{tag}>{json.dumps(data)}</{tag}>" for tag, data in (("facts", FACTS), ("company", COMPANY)))
    texts = (json.dumps({"subject": "Your roof repair", "body": draft}) for draft in drafts)
    schema = {"type": "object", "properties": {"first": VERDICT, "second": VERDICT}}
    spec = {"name": "judge_drafts", "description": "Says of each draft what a reviewer would.", "inputSchema": {"json": schema}}
    return body(text=known + "".join(f"<draft_{n}>{text}</draft_{n}>" for n, text in enumerate(texts, 1))) | {
        "toolConfig": {"tools": [{"toolSpec": spec}], "toolChoice": {"tool": {"name": "judge_drafts"}}},
    }


def given(answer: dict[str, Any]) -> dict[str, Any]:
    [block] = answer["output"]["message"]["content"]
    return block["toolUse"]["input"]


def test_any_model_id_writes_a_mail_through_the_tool(bedrock: Any) -> None:
    answer = bedrock.converse(modelId=PROFILE, **body(maxTokens=800, temperature=0.0))
    [block] = answer["output"]["message"]["content"]
    assert (block["toolUse"]["name"], answer["stopReason"]) == ("write_mail", "tool_use")
    assert set(given(answer)) == {"subject", "body"}
    assert "Robin" in given(answer)["body"]
    usage = answer["usage"]
    assert usage["inputTokens"] + usage["outputTokens"] == usage["totalTokens"] > 100


@pytest.mark.parametrize("model", ["local.judge", PROFILE])
def test_any_model_id_judges_drafts_through_their_tool(bedrock: Any, model: str) -> None:
    good = given(bedrock.converse(modelId="local.writer", **body(SYSTEM)))["body"]
    answer = bedrock.converse(modelId=model, **to_judge(good, "Buy now!"))
    [block] = answer["output"]["message"]["content"]
    assert (block["toolUse"]["name"], answer["stopReason"]) == ("judge_drafts", "tool_use")
    assert given(answer) == {
        "first": {"approved": True, "reason": None}, "second": {"approved": False, "reason": "not_personal"},
    }
    assert answer["usage"]["inputTokens"] > answer["usage"]["outputTokens"] > 10


def test_a_judge_fails_on_purpose_as_a_writer_does(bedrock: Any) -> None:
    asked = to_judge("one", "two")
    assert bedrock.converse(modelId="local.refuse", **asked)["stopReason"] == "content_filtered"
    half = bedrock.converse(modelId="local.half-json", **asked)
    assert (half["stopReason"], set(given(half))) == ("max_tokens", {"first"})
    with pytest.raises(bedrock.exceptions.ThrottlingException):
        bedrock.converse(modelId="local.throttle", **asked)


def test_without_a_tool_the_mail_is_text(bedrock: Any) -> None:
    asked = {name: part for name, part in body().items() if name != "toolConfig"}
    answer = bedrock.converse(modelId=PROFILE, **asked)
    assert answer["stopReason"] == "end_turn"
    assert answer["output"]["message"]["content"][0]["text"].startswith("Subject: ")


def test_too_few_tokens_cut_the_answer(bedrock: Any) -> None:
    assert bedrock.converse(modelId=PROFILE, **body(maxTokens=10))["stopReason"] == "max_tokens"


def test_a_model_that_is_throttled_says_so(bedrock: Any) -> None:
    with pytest.raises(bedrock.exceptions.ThrottlingException):
        bedrock.converse(modelId="local.throttle", **body())


def test_a_flaky_model_throttles_half_of_the_calls(bedrock: Any) -> None:
    outcomes = []
    for _ in range(6):
        try:
            outcomes.append(bedrock.converse(modelId="local.flaky", **body())["stopReason"])
        except bedrock.exceptions.ThrottlingException:
            outcomes.append("throttled")
    assert sorted(outcomes) == ["throttled"] * 3 + ["tool_use"] * 3
    assert all(one != other for one, other in pairwise(outcomes))


def test_a_model_that_refuses_writes_no_mail(bedrock: Any) -> None:
    answer = bedrock.converse(modelId="local.refuse", **body())
    assert answer["stopReason"] == "content_filtered"
    assert "toolUse" not in answer["output"]["message"]["content"][0]


def test_a_model_that_stops_in_the_middle_leaves_half_a_mail(bedrock: Any) -> None:
    answer = bedrock.converse(modelId="local.half-json", **body())
    assert answer["stopReason"] == "max_tokens"
    assert "body" not in given(answer)


def test_a_model_that_hangs_outlasts_the_client(bedrock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_MODEL_HANG_SECONDS", "1")
    with pytest.raises(ReadTimeoutError):
        bedrock.converse(modelId="local.timeout", **body())


def test_latency_can_be_added(bedrock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_MODEL_LATENCY_MS", "30")
    assert bedrock.converse(modelId=PROFILE, **body())["metrics"]["latencyMs"] >= 30


def test_a_request_without_messages_is_refused(bedrock: Any) -> None:
    with pytest.raises(bedrock.exceptions.ValidationException, match="at least one message"):
        bedrock.converse(modelId=PROFILE, messages=[])


class Chat(BaseHTTPRequestHandler):
    """A server for chat completions that remembers what it was asked."""

    asked: list[dict[str, Any]] = []
    content = json.dumps({"subject": "From elsewhere", "body": "Hello"})
    usage: Any = {"prompt_tokens": 7, "completion_tokens": 5}
    status = 200

    def do_POST(self) -> None:
        self.asked.append({"path": self.path, **json.loads(self.rfile.read(int(self.headers["Content-Length"])))})
        choice = {"message": {"content": self.content}, "finish_reason": "stop"}
        said = json.dumps({"choices": [choice], "usage": self.usage}).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def test_another_server_writes_where_one_is_named(bedrock: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere(Chat):
        asked: list[dict[str, Any]] = []

    monkeypatch.setenv("REFERRAL_MODEL_URL", serve(Elsewhere))
    monkeypatch.setenv("REFERRAL_MODEL_NAME", "small-model")
    answer = bedrock.converse(modelId=PROFILE, **body(maxTokens=800, temperature=0.0))

    assert given(answer)["subject"] == "From elsewhere"
    assert answer["usage"] == {"inputTokens": 7, "outputTokens": 5, "totalTokens": 12}
    [asked] = Elsewhere.asked
    assert (asked["path"], asked["model"], asked["max_tokens"]) == ("/v1/chat/completions", "small-model", 800)
    assert asked["response_format"]["json_schema"]["schema"]["properties"].keys() == {"subject", "body"}
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]


@pytest.mark.parametrize("counted", [None, {}, {"prompt_tokens": None, "completion_tokens": None}])
def test_tokens_that_another_server_does_not_count_are_counted_here(
    counted: Any, bedrock: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Elsewhere(Chat):
        usage = counted

    monkeypatch.setenv("REFERRAL_MODEL_URL", serve(Elsewhere))
    usage = bedrock.converse(modelId=PROFILE, **body())["usage"]
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"] > 100


def test_another_server_judges_too(bedrock: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = {"approved": False, "reason": "other"}

    class Elsewhere(Chat):
        asked: list[dict[str, Any]] = []
        content = f"```json\n{json.dumps({'first': verdict, 'second': verdict})}\n```"

    monkeypatch.setenv("REFERRAL_MODEL_URL", serve(Elsewhere))
    answer = bedrock.converse(modelId="local.judge", **to_judge("one", "two"))

    assert given(answer) == {"first": verdict, "second": verdict}
    [asked] = Elsewhere.asked
    form = asked["response_format"]["json_schema"]
    assert (form["name"], form["description"]) == ("judge_drafts", "Says of each draft what a reviewer would.")
    for part in (form["schema"], form["schema"]["properties"]["first"]):
        assert (part["required"], part["additionalProperties"]) == (list(part["properties"]), False)


def test_a_server_that_writes_no_json_has_not_used_the_tool(
    bedrock: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Chatty(Chat):
        content = "Sure, here is your mail."

    monkeypatch.setenv("REFERRAL_MODEL_URL", f"{serve(Chatty)}/v1")
    answer = bedrock.converse(modelId=PROFILE, **body())
    assert (answer["stopReason"], answer["output"]["message"]["content"]) == ("end_turn", [{"text": Chatty.content}])


def test_a_server_that_is_too_busy_throttles(bedrock: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy(Chat):
        status = 429

    monkeypatch.setenv("REFERRAL_MODEL_URL", serve(Busy))
    with pytest.raises(bedrock.exceptions.ThrottlingException):
        bedrock.converse(modelId=PROFILE, **body())


def test_a_server_that_is_not_there_is_named(bedrock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_MODEL_URL", "http://127.0.0.1:1")
    with pytest.raises(ClientError, match=r"127\.0\.0\.1:1.*correct REFERRAL_MODEL_URL"):
        bedrock.converse(modelId=PROFILE, **body())
