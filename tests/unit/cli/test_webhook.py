"""Commands `webhook`, over real HTTP: where it is, with which secret, and one try."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from infra import webhooks
from infra.accounts import ROOT
from infra.cli.webhook import address
from services.prep.webhook_secrets import parsed
from shared.events.upstream import FACTS
from tests.harness.pages import PAGE, program, run
from tests.unit.cli.laptop import Laptop, referral, told
from tests.unit.prep.webhooks import Upstream, signature

EXAMPLE = str(ROOT / "examples/webhook/service-completed.json")


class Parameters:
    """SSM: parameters by name, which only who asks for them decrypted can read."""

    class exceptions:
        class ParameterNotFound(Exception):
            pass

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def get_parameter(self, Name: str, WithDecryption: bool) -> dict[str, Any]:
        if Name not in self.values:
            raise self.exceptions.ParameterNotFound
        return {"Parameter": {"Value": self.values[Name] if WithDecryption else "encrypted"}}

    def put_parameter(self, Name: str, Value: str, Type: str, **_: Any) -> None:
        assert Type == "SecureString"
        self.values[Name] = Value


class Url:
    """Lambda: one function has a URL."""

    def get_function_url_config(self, FunctionName: str, Qualifier: str = "") -> dict[str, str]:
        assert FunctionName.endswith("-receive_webhook")
        assert bool(Qualifier) != FunctionName.startswith("referral-local-")  # on AWS an alias serves, which moves gradually
        return {"FunctionUrl": "https://abc123.lambda-url.eu-west-1.on.aws/"}


@pytest.fixture
def account() -> Laptop:
    return Laptop(clients={"ssm": Parameters(), "lambda": Url()})


class Receiver(BaseHTTPRequestHandler):
    """Believes what is signed with the newest secret, remembers it, and answers as it was told."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        message_id, timestamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        server: Any = self.server
        assert self.headers["webhook-signature"] == signature(message_id, timestamp, body, server.secret)
        server.received.append((message_id, body))
        self.send_response(server.answer[0])
        self.end_headers()
        self.wfile.write(json.dumps(server.answer[1]).encode())

    def log_message(self, *_: Any) -> None:
        """A test says nothing."""


@contextmanager
def receiving(account: Laptop, status: int, answer: dict[str, Any]) -> Iterator[Any]:
    """Somebody on this machine where the laptop's AWS would be."""
    server: Any = HTTPServer(("127.0.0.1", 0), Receiver)
    server.secret, server.received, server.answer = newest(account, "--rotate"), [], (status, answer)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
            yield server
    finally:
        server.shutdown()
        server.server_close()


def valid(account: Laptop) -> list[str]:
    return webhooks.known(account.client("ssm"), "local")


def newest(account: Laptop, *options: str) -> str:
    return referral("webhook", "secret", *options, account=account).stdout.strip()


def test_a_secret_is_made_shown_rotated_and_retired(account: Laptop) -> None:
    first = newest(account, "--rotate")
    assert (newest(account), valid(account)) == (first, [first])
    second = newest(account, "--rotate")
    assert valid(account) == [second, first]
    third = newest(account, "--rotate")
    assert valid(account) == [third, second]
    assert (newest(account, "--retire"), valid(account)) == (third, [third])
    fourth = newest(account, "--rotate", "--retire")
    assert valid(account) == [fourth]
    assert parsed(json.dumps([first, second, third, fourth]))
    assert len({first, second, third, fourth}) == 4


def test_without_a_secret_it_says_how_to_make_one(account: Laptop) -> None:
    result = referral("webhook", "secret", account=account)
    assert result.exit_code == 1
    assert "--rotate" in result.stderr


@pytest.mark.parametrize("spoilt", ["no json", "3", "null", '"whsec_x"', '["whsec_short"]', "[null]"])
def test_secrets_of_no_use_are_a_sentence_that_says_how_to_replace_them(account: Laptop, spoilt: str) -> None:
    account.client("ssm").put_parameter(webhooks.parameter("local"), spoilt, "SecureString")
    for asked in (["secret"], ["send", EXAMPLE]):
        refused = referral("webhook", *asked, account=account)
        assert refused.exit_code == 1
        assert "/referral/local/prep/webhook-secrets are of no use" in refused.stderr
        assert "referral webhook secret --rotate --retire" in refused.stderr
    assert [newest(account, "--rotate", "--retire")] == valid(account)


def test_on_aws_the_address_is_the_functions_own(account: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4600")
    assert address(Laptop("dev", account.clients)) == "https://abc123.lambda-url.eu-west-1.on.aws/"
    assert referral("webhook", "url", account=account).stdout == "http://127.0.0.1:4600/_aws/lambda-url/abc123/\n"


def test_a_file_is_sent_signed_byte_by_byte(account: Laptop) -> None:
    accepted = {"status": "accepted", "correlation_id": "r-1", "problems": []}
    with receiving(account, 200, accepted) as server:
        first = told("webhook", "send", EXAMPLE, account=account)
        again = told("webhook", "send", EXAMPLE, "--id", first["webhook_id"], account=account)
        shown = referral("webhook", "send", EXAMPLE, account=account).stdout
    assert first == again == {"webhook_id": first["webhook_id"]} | accepted
    assert "accepted" in shown
    ids, bodies = zip(*server.received, strict=True)
    assert ids[0] == ids[1] != ids[2]
    assert set(bodies) == {Path(EXAMPLE).read_bytes()}


def test_what_the_webhook_would_have_mended_is_shown(account: Laptop) -> None:
    problem = {"field": "satisfaction", "code": "int_parsing", "advice": "Give a number."}
    with receiving(account, 200, {"status": "accepted", "correlation_id": "r-1", "problems": [problem]}):
        assert "Give a number." in referral("webhook", "send", EXAMPLE, account=account).stdout


@pytest.mark.parametrize(("answer", "told_so"), [
    ({"message": "Mend it.", "problems": [{"field": "at", "advice": "No moment."}]}, "Mend it.\n  at: No moment."),
    ({"message": "Internal Server Error"}, "Internal Server Error"),
    (["?"], "[\"?\"]"),
])
def test_a_refusal_says_everything_that_is_wrong(account: Laptop, answer: Any, told_so: str) -> None:
    with receiving(account, 422, answer):
        result = referral("webhook", "send", EXAMPLE, account=account)
    assert (result.exit_code, told_so in result.stderr, "422" in result.stderr) == (1, True, True)


ACCEPTED = {"status": "accepted", "correlation_id": "customer-c-42", "problems": []}


@pytest.mark.parametrize("language", ["python", "js"])
def test_the_programs_of_the_page_for_integrators_send_every_fact(account: Laptop, language: str, tmp_path: Path) -> None:
    with receiving(account, 200, ACCEPTED) as server:
        where = {"WEBHOOK_URL": f"http://127.0.0.1:{server.server_port}/", "WEBHOOK_SECRET": server.secret}
        printed = run(program(language, "webhook-signature"), language, tmp_path, **where)
    assert [json.loads(line) for line in printed.splitlines()] == [ACCEPTED] * len(FACTS)
    upstream = Upstream()
    answers = [upstream.sends(body, message_id=message_id).body for message_id, body in server.received]
    assert [answer["problems"] for answer in answers] == [[]] * len(FACTS)
    assert ACCEPTED in answers and json.dumps(ACCEPTED) in PAGE


def test_where_nobody_listens_it_says_so(account: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    newest(account, "--rotate")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "does not answer" in referral("webhook", "send", EXAMPLE, account=account).stderr
