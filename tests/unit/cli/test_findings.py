"""What was found in a draft is seen at its place, and a refusal says what to do."""

import io

import pytest
from rich.console import Console

from infra.cli import draft_views
from tests.harness.outside import BODY, written
from tests.unit.cli.laptop import Laptop, laptop, referral, told
from tests.unit.orchestrator.story import House

EVIL = f"{BODY}\n\nOr see https://evil.example/refer."


@pytest.fixture
def desk() -> Laptop:
    return laptop(review_api=House(written(subject="Thanks from evil.com", body=EVIL)).drafted())


def drawn(desk: Laptop) -> str:
    """The page of the draft as a terminal with colours gets it."""
    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=200)
    console.print(draft_views.page(told("drafts", "show", "s-1", account=desk)))
    return console.file.getvalue()


def test_a_list_says_how_many(desk: Laptop) -> None:
    assert "2 hard, 1 soft" in referral("drafts", "list", account=desk).stdout


def test_a_draft_names_each_with_its_words_and_what_to_do(desk: Laptop) -> None:
    shown = referral("drafts", "show", "s-1", account=desk).stdout
    lines = [line for line in shown.splitlines() if "foreign_link" in line]
    assert ["subject 12-20" in line or "body " in line for line in lines] == [True, True]
    assert "evil.com" in lines[0] and "https://evil.example/refer" in lines[1]
    assert all("Take the link out" in line for line in lines)


def test_what_is_hard_is_marked_in_the_text(desk: Laptop) -> None:
    red = "\x1b[1;37;41m"
    assert f"{red}https://evil.example/refer\x1b[0m" in drawn(desk)
    assert f"{red}evil.com\x1b[0m" in drawn(desk)


def test_a_refused_approval_says_why_and_what_to_do(desk: Laptop) -> None:
    refused = referral("drafts", "approve", "s-1", "--yes", account=desk)
    assert refused.exit_code == 1
    assert "foreign_link" in refused.stderr and "edit the draft" in refused.stderr


def test_where_nothing_is_found_that_is_said() -> None:
    body = f"{BODY}\n\nWe wish you many dry days, and would be glad to help somebody whom you know and like as well."
    fine = laptop(review_api=House(written(body=body)).drafted())
    assert "Nothing was found." in referral("drafts", "show", "s-1", account=fine).stdout
    assert " hard" not in referral("drafts", "list", account=fine).stdout
