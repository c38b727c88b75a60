"""What a mail may say, and how somebody is told that it may not."""

import pytest
from pydantic import ValidationError

from shared.writing.content import Content

BODY = "Tell a friend about the new roof, if you like it."


@pytest.mark.parametrize(("subject", "body", "said"), [
    ("x" * 151, BODY, "String should have at most 150 characters"),
    ("Hi", BODY, "String should have at least 3 characters"),
    (" Hi\u200b ", BODY, "String should have at least 3 characters"),
    ("A small favour", "y" * 6_001, "String should have at most 6000 characters"),
], ids=["long subject", "short subject", "short when cleaned", "long body"])
def test_what_is_too_long_or_too_short_is_counted_in_characters(subject: str, body: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Content(subject=subject, body=body)
    assert [error["msg"] for error in refused.value.errors()] == [said]


def test_what_nobody_sees_is_taken_out() -> None:
    assert Content(subject="  A small\u200b favour ", body=BODY).subject == "A small favour"
