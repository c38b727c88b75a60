"""The mail as the provider gets it."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.stub import Stubber
from pydantic import ValidationError

from services.orchestrator.mail import InDoubt, Mailer, compose, ses
from services.orchestrator.way_out import link
from shared import aws
from shared.writing.content import Content
from tests.harness.outside import BODY, SUBJECT
from tests.unit.orchestrator.story import COMPANY


def letter(body: str = BODY) -> dict[str, Any]:
    return compose(Content(subject=SUBJECT, body=body), "dana@example.com", "r-1", COMPANY)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    aws.client.cache_clear()
    yield ses()
    aws.client.cache_clear()


def test_the_mail_says_who_writes_and_how_to_stop_it() -> None:
    mail = letter()
    simple = mail["Content"]["Simple"]
    assert mail["FromEmailAddress"] == COMPANY.sender
    assert simple["Subject"]["Data"] == SUBJECT
    for part in simple["Body"].values():
        assert "1 Example Street, Exampletown" in part["Data"]
        assert "write to unsubscribe@example.com" in part["Data"]
    assert simple["Headers"] == [
        {"Name": "List-Unsubscribe", "Value": f"<{link('r-1')}>, <mailto:unsubscribe@example.com?subject=unsubscribe%20r-1>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
    assert mail["EmailTags"] == [{"Name": "referral_id", "Value": "r-1"}]


def test_the_text_part_begins_with_exactly_what_was_approved() -> None:
    assert letter()["Content"]["Simple"]["Body"]["Text"]["Data"].startswith(BODY + "\n\n-- \n")


def test_every_character_of_the_text_is_escaped_in_html() -> None:
    html = letter(BODY + '\n\n5 < 6 & "so" on\nand on')["Content"]["Simple"]["Body"]["Html"]["Data"]
    assert "<p>5 &lt; 6 &amp; &quot;so&quot; on<br>and on</p>" in html


def html_of(body: str) -> str:
    return letter(body)["Content"]["Simple"]["Body"]["Html"]["Data"]


def test_both_parts_say_the_same_words() -> None:
    parts = letter()["Content"]["Simple"]["Body"]
    page = parts["Html"]["Data"].partition("</head>")[2]
    shown = unescape(re.sub(r"<[^>]*>", " ", page)).split()
    assert shown == parts["Text"]["Data"].replace("\n-- \n", "\n").split()


def test_a_link_of_ours_can_be_followed_and_another_one_is_text() -> None:
    page = html_of(BODY + "\n\nOr https://example.com.evil.test/refer, http://example.com@evil.test/, javascript:alert(1).")
    assert re.findall(r'href="([^"]*)"', page) == ["https://example.com/refer", link("r-1")]
    assert "https://example.com.evil.test/refer, http://example.com@evil.test/, javascript:alert(1)." in page


def test_a_link_can_not_break_out_of_its_place() -> None:
    page = html_of(BODY + '\n\nhttps://example.com/?a="onclick=alert(1)&b=< script >')
    assert '<a href="https://example.com/?a=">https://example.com/?a=</a>&quot;onclick' in page
    assert "<script" not in page


def test_the_page_loads_nothing_and_fits_a_telephone() -> None:
    page = html_of(BODY)
    assert not re.search(r"<(?:img|link|script|iframe|style)\b|url\(|\bsrc=", page)
    assert 'name="viewport"' in page and "max-width:600px" in page


def test_the_provider_is_told_where_to_report_to() -> None:
    content = Content(subject=SUBJECT, body=BODY)
    assert compose(content, "dana@example.com", "r-1", COMPANY, "referral-dev")["ConfigurationSetName"] == "referral-dev"
    assert "ConfigurationSetName" not in letter()


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\u2028"])
def test_a_subject_can_not_carry_another_header(line_break: str) -> None:
    with pytest.raises(ValidationError):
        Content(subject=f"Hi{line_break}Bcc: x@example.com", body=BODY)


def test_the_provider_knows_every_parameter(client: Any) -> None:
    with Stubber(client) as stub:
        stub.add_response("send_email", {"MessageId": "m-1"}, letter())
        assert Mailer(lambda: client).send(letter()) == "m-1"


def test_a_call_that_got_no_good_answer_is_not_repeated(client: Any) -> None:
    calls: list[str] = []

    def broken(request: Any, **_: Any) -> AWSResponse:
        calls.append(request.url)
        return AWSResponse(request.url, 503, {}, Body())

    client.meta.events.register("before-send.sesv2", broken)
    with pytest.raises(InDoubt):
        Mailer(lambda: client).send(letter())
    assert len(calls) == 1


class Body:
    """An HTTP body with nothing in it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield b"{}"
