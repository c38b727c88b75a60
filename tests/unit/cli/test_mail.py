"""Commands `mail`, over real HTTP: what the laptop's SES accepted, and where its recipient unsubscribes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.harness.outside import raising, refused
from tests.unit.cli.laptop import Laptop, laptop, referral, told
from tests.unit.orchestrator.ses import PERMANENT, TRANSIENT, said
from tests.unit.orchestrator.story import House

LINK = "https://abc123.lambda-url.eu-west-1.on.aws/r-1.0123"


def kept(number: int, body: str) -> dict[str, object]:
    return {
        "MessageId": f"m-{number}", "Timestamp": number, "Source": "hello@example.com", "To": ["dana@example.com"],
        "Subject": "Thank you", "BodyText": body,
    }


class Ses(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        mails = {"0": [kept(2, f"Hello\n\n-- \nNo more mails like this: {LINK}\nor write to us."), kept(1, "Hi")]}
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


def orchestrator(*heard: str, bounce: dict[str, str] = PERMANENT, lost: bool = False) -> House:
    """One mail was handed over as m-1, SES's answer may be lost, and this was heard of it."""
    house = House().approved()
    if lost:
        house.ses.after = raising(refused("InternalFailure", 500))
    house.pass_on()
    assert house.room.deliver([said(name, **bounce) for name in heard]) == []
    return house


@pytest.mark.parametrize(("heard", "status"), [
    ([], "sent"), (["Email Delivery Delayed"], "sent"), (["Email Delivered", "Email Clicked"], "delivered"),
    (["Email Bounced"], "bounced"), (["Email Rejected"], "bounced"),
    (["Email Delivered", "Email Complaint Received"], "complained"),
])
def test_the_list_says_what_became_of_each_mail(there: str, heard: list[str], status: str) -> None:
    mails = told("mail", "list", account=laptop(review_api=orchestrator(*heard)))
    assert {mail["message_id"]: mail["status"] for mail in mails} == {"m-1": status, "m-2": "in doubt"}


def test_a_mail_whose_reply_was_lost_is_in_doubt_until_ses_speaks_of_it(there: str) -> None:
    settled = orchestrator("Email Delivered", lost=True)
    for house, status in ((orchestrator(lost=True), "in doubt"), (settled, "delivered")):
        [first, _] = told("mail", "list", account=laptop(review_api=house))
        assert (first["message_id"], first["status"]) == ("m-1", status)


def test_people_see_the_status_beside_the_recipient(there: str) -> None:
    drawn = referral("mail", "list", account=laptop(review_api=orchestrator("Email Bounced", bounce=TRANSIENT))).stdout
    [line] = [line for line in drawn.splitlines() if "m-1" in line]
    assert "bounced" in line and "dana@example.com" in line


def test_in_an_account_on_aws_the_orchestrator_alone_is_asked() -> None:
    known = laptop(review_api=orchestrator("Email Delivered"))
    [mail] = told("mail", "list", account=replace(known, name="dev"))
    assert (mail["message_id"], mail["status"]) == ("m-1", "delivered")
    assert "@" not in json.dumps(mail)
