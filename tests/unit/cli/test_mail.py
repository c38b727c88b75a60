"""Commands `mail`, over real HTTP: what the laptop's SES accepted, and where its recipient unsubscribes."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.unit.cli.laptop import Laptop, referral, told

LINK = "https://abc123.lambda-url.eu-west-1.on.aws/r-1.0123"


def kept(number: int, body: str) -> dict[str, object]:
    return {
        "MessageId": f"m-{number}", "Timestamp": number, "Source": "hello@example.com", "To": ["dana@example.com"],
        "Subject": "Thank you", "BodyText": body,
    }


class Ses(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # noqa: N802 - as the library names it
        mails = {"000000000000": [kept(2, f"Hello\n\n-- \nNo more mails like this: {LINK}\nor write to us."), kept(1, "Hi")]}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"messages": mails}).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Ses) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        yield endpoint
        server.shutdown()


@pytest.mark.parametrize("named", [["m-2"], ["last"], []])
def test_a_mail_is_shown_with_a_way_out_that_works_on_this_laptop(there: str, named: list[str]) -> None:
    mail = told("mail", "show", *named, account=Laptop())
    assert (mail["message_id"], mail["unsubscribe"]) == ("m-2", f"{there}/_aws/lambda-url/abc123/r-1.0123")


def test_a_mail_without_a_link_has_no_way_out(there: str) -> None:
    assert told("mail", "show", "m-1", account=Laptop())["unsubscribe"] is None


def test_an_unknown_mail_says_where_to_look(there: str) -> None:
    refused = referral("mail", "show", "m-9", account=Laptop())
    assert refused.exit_code == 1
    assert "referral mail list" in refused.output
