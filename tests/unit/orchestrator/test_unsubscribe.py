"""Whoever got a mail stops them with one click; nobody else can, and nobody learns who may."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from services.orchestrator import table, way_out
from services.orchestrator.unsubscribe import MAX_BODY, Unsubscribe
from shared.events.upstream import referral_id
from tests.harness.facts import erased, job
from tests.unit.orchestrator.story import COMPANY, REFERRAL, House, opted_out, prepared

ONE_CLICK = "List-Unsubscribe=One-Click"
UNKNOWN = ["", "x", "r-1.abc", f"{REFERRAL}.{'0' * 32}", f".{'0' * 32}", "é" * 40, "a" * 100_000, "r-1."]


def link_of(house: House) -> str:
    """The link in the header of the mail that left last."""
    headers = {one["Name"]: one["Value"] for one in house.ses.accepted[-1]["Content"]["Simple"]["Headers"]}
    assert headers["List-Unsubscribe-Post"] == ONE_CLICK
    return headers["List-Unsubscribe"].partition(">")[0].removeprefix("<")


def open_(house: House, method: str, token: str, body: str | None = None) -> dict[str, Any]:
    request = {"requestContext": {"http": {"method": method}}, "rawPath": f"/{token}", "body": body}
    return Unsubscribe(house.store, COMPANY).serve(request)


def token_of(link: str) -> str:
    return link.removeprefix("https://unsubscribe.example.com/")


def written() -> House:
    """A customer got a mail."""
    house = House().approved()
    house.pass_on()
    return house


def test_the_mail_names_a_link_in_its_header_and_in_both_parts() -> None:
    house = written()
    link = link_of(house)
    assert link == f"https://unsubscribe.example.com/{way_out.token(REFERRAL)}"
    for part in house.ses.accepted[0]["Content"]["Simple"]["Body"].values():
        assert link in part["Data"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_page_changes_nothing(method: str) -> None:
    house = written()
    before, reads = json.dumps(house.store.items[table.referral_key(REFERRAL)], default=str), house.store.reads
    assert open_(house, method, token_of(link_of(house)))["statusCode"] == 200
    assert json.dumps(house.store.items[table.referral_key(REFERRAL)], default=str) == before
    assert (house.store.reads, house.events("CustomerOptedOut")) == (reads, [])
    assert table.suppressions("c-1")[0] not in house.store.items


@pytest.mark.parametrize("body", [ONE_CLICK, None, "", 'Content-Disposition: form-data; name="List-Unsubscribe"'])
def test_one_click_acts_at_once_and_sends_nobody_elsewhere(body: str | None) -> None:
    house = written()
    answer = open_(house, "POST", token_of(link_of(house)), body)
    assert (answer["statusCode"], "location" in answer["headers"]) == (200, False)
    assert all(key in house.store.items for key in table.suppressions("c-1", "dana@example.com"))
    assert house.events("CustomerOptedOut") == [{"customer_id": "c-1", "reason": "unsubscribed"}]


def test_the_event_has_no_address_and_belongs_to_the_story_of_the_mail() -> None:
    house = written()
    open_(house, "POST", token_of(link_of(house)))
    [told] = house.details("CustomerOptedOut")
    assert told["metadata"]["correlation_id"] == REFERRAL
    assert "dana" not in json.dumps(told).lower()


def test_clicking_twice_is_fine_and_told_once() -> None:
    house = written()
    token = token_of(link_of(house))
    assert open_(house, "POST", token) == open_(house, "POST", token)
    assert len(house.events("CustomerOptedOut")) == 1


def test_an_approved_draft_that_waits_to_be_sent_stays_here() -> None:
    house = written()
    token = token_of(link_of(house))
    house.room.given(job("s-2"), prepared("s-2"))
    second = referral_id("s-2")
    shown = house.get(f"/drafts/{second}").body
    assert house.post(f"/drafts/{second}/approve", {"reviewer": "r-1", "content_hash": shown["content_hash"]}).status == 200
    open_(house, "POST", token)
    house.pass_on()
    assert len(house.ses.accepted) == 1
    assert [event["reason"] for event in house.events("ReferralSuppressed")] == ["opted_out"]


def test_nothing_is_drafted_for_the_same_address_under_another_name() -> None:
    house = written()
    open_(house, "POST", token_of(link_of(house)))
    house.room.given(job("s-2", customer__customer_id="c-2", customer__email="DANA@example.com"), prepared("s-2", customer_id="c-2"))
    assert [event["reason"] for event in house.events("ReferralSuppressed")] == ["opted_out"]


def test_a_replay_of_what_was_said_before_subscribes_nobody_again() -> None:
    house = written()
    open_(house, "POST", token_of(link_of(house)))
    suppressed = {key: dict(house.store.items[key]) for key in table.suppressions("c-1", "dana@example.com")}
    house.room.when(job("s-1"), prepared(), **{"replay-name": "again"})
    assert {key: house.store.items[key] for key in suppressed} == suppressed
    house.room.given(job("s-2"), prepared("s-2"))
    assert len(house.events("ReferralDrafted")) == 1


def test_the_link_works_after_the_customer_is_forgotten_and_address_stays_suppressed() -> None:
    house = written()
    token = token_of(link_of(house))
    house.room.given(erased())
    assert open_(house, "POST", token)["statusCode"] == 200
    assert all(key in house.store.items for key in table.suppressions("c-1", "dana@example.com"))
    assert house.events("CustomerOptedOut") == []


def test_who_opted_out_otherwise_is_not_told_again() -> None:
    house = written()
    token = token_of(link_of(house))
    house.room.given(opted_out())
    open_(house, "POST", token)
    assert house.events("CustomerOptedOut") == []
    assert table.suppressions("c-1", "dana@example.com")[1] in house.store.items


@pytest.mark.parametrize("unknown", UNKNOWN)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_we_did_not_make_gets_the_same_pages_and_changes_nothing(method: str, unknown: str) -> None:
    house = written()
    right = open_(written(), method, token_of(link_of(house)))
    before = set(house.store.items)
    assert open_(house, method, unknown) == right
    assert set(house.store.items) == before


def test_a_seal_for_another_purpose_or_referral_opens_nothing() -> None:
    from services.orchestrator.seal import seal

    wrong = f"{REFERRAL}.{seal('suppression', REFERRAL)[:32]}", f"r-2.{way_out.token(REFERRAL).rpartition('.')[2]}"
    assert [way_out.referral_of(token) for token in wrong] == [None, None]
    assert way_out.referral_of(way_out.token(REFERRAL)) == REFERRAL


def test_more_than_a_click_is_refused() -> None:
    house = written()
    assert open_(house, "POST", token_of(link_of(house)), "x" * (MAX_BODY + 1))["statusCode"] == 413
    assert house.events("CustomerOptedOut") == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_other_methods_do_nothing(method: str) -> None:
    house = written()
    assert open_(house, method, token_of(link_of(house)))["statusCode"] == 405
    assert house.events("CustomerOptedOut") == []


def test_our_own_fault_is_admitted_with_another_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    house = written()
    token = token_of(link_of(house))
    house.store.get = None  # type: ignore[assignment, method-assign]
    answer = open_(house, "POST", token)
    assert answer["statusCode"] == 500
    assert "unsubscribe@example.com" in answer["body"]
    said = capsys.readouterr().out
    assert "UnsubscribesFailed" in said
    assert token not in said


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_is_small_has_one_button_and_loads_nothing() -> None:
    answer = open_(House(), "GET", "any")
    tags = Page(answer["body"]).tags
    assert [tag for tag, _ in tags].count("button") == 1
    assert ("html", {"lang": "en"}) in tags
    assert ("form", {"method": "post"}) in tags
    assert not any({"src", "href", "action"} & set(attributes) for _, attributes in tags)
    assert len(answer["body"]) < 2000
    assert answer["headers"]["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer["headers"]["content-security-policy"]


def test_a_mail_whose_link_no_program_would_follow_can_not_be_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House().drafted()
    monkeypatch.setenv("UNSUBSCRIBE_URL", "http://unsubscribe.example.com/")
    refused = house.approve()
    assert [found["code"] for found in refused.body["findings"]] == ["no_unsubscribe"]
