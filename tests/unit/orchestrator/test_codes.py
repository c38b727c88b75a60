"""The code in a mail's link: hard to guess, easy to read, and where it belongs."""

import re

import pytest

from services.orchestrator.codes import code_of, linked, understood, unlinked, with_code

URL = "https://example.com/refer"


def test_a_code_is_short_and_has_no_letters_that_look_alike() -> None:
    codes = [code_of(f"r-{number}") for number in range(500)]
    assert len(set(codes)) == 500
    assert all(re.fullmatch(r"[2-9BCDFGHJKMNPQRSTVWXYZ]{10}", code) for code in codes)
    assert set("".join(codes)) == set("23456789BCDFGHJKMNPQRSTVWXYZ")


def test_the_same_referral_has_the_same_code() -> None:
    assert code_of("r-1") == code_of("r-1") != code_of("r-2")


@pytest.mark.parametrize("typed", ["k7mxq-2pr9t", " K7MXQ2PR9T ", "k7mx q2pr 9t"])
def test_a_code_is_understood_as_people_type_it(typed: str) -> None:
    assert understood(typed) == "K7MXQ2PR9T"


@pytest.mark.parametrize("after", ["", ".", "\n\nBye", " or call", ")", "!?"])
def test_the_link_gets_the_code_whatever_follows_it(after: str) -> None:
    assert linked(f"See {URL}{after}", URL, "K7") == f"See {URL}?code=K7{after}"


@pytest.mark.parametrize("other", [f"{URL}/terms", f"{URL}ral", f"{URL}?code=OTHER", "https://example.com/"])
def test_another_link_stays_as_it_is(other: str) -> None:
    assert linked(f"See {other} now", URL, "K7") == f"See {other} now"


@pytest.mark.parametrize(("url", "wanted"), [
    ("https://example.com/?a=1", "https://example.com/?a=1&code=K7"),
    ("https://example.com/#friends", "https://example.com/?code=K7#friends"),
])
def test_what_the_link_has_already_stays(url: str, wanted: str) -> None:
    assert with_code(url, "K7") == wanted


def test_a_link_loses_its_code_again() -> None:
    assert unlinked(linked(f"See {URL}.", URL, "K7"), URL, "K7") == f"See {URL}."
