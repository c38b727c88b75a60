"""Policies name a role, whoever's session it is."""

from infra.local.identities import role_of


def test_a_session_is_the_role_that_was_assumed() -> None:
    session = "arn:aws:sts::111111111111:assumed-role/referral-dev-deploy/pipeline"
    assert role_of(session) == "arn:aws:iam::111111111111:role/referral-dev-deploy"


def test_anybody_else_is_who_he_is() -> None:
    for arn in ("arn:aws:iam::111111111111:root", "arn:aws:iam::111111111111:user/robin"):
        assert role_of(arn) == arn
