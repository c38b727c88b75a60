"""The terms come from the template, and what is missing is named."""

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from services.orchestrator.terms import terms
from shared.settings import MissingSetting
from tests.unit.orchestrator.story import COMPANY


@pytest.fixture(autouse=True)
def unread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("COMPANY", "AGENT", "REQUIRE_CONSENT"):
        monkeypatch.delenv(name, raising=False)
    terms.cache_clear()
    yield
    terms.cache_clear()


def test_the_template_sets_the_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANY", COMPANY.model_dump_json())
    monkeypatch.setenv("AGENT", "winter-writer")
    monkeypatch.setenv("REQUIRE_CONSENT", "true")
    said = terms()
    assert (said.company, said.agent, said.require_consent) == (COMPANY, "winter-writer", True)


def test_agent_and_consent_have_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANY", COMPANY.model_dump_json())
    assert (terms().agent, terms().require_consent) == ("referral-writer", False)


def test_a_missing_company_says_what_to_add() -> None:
    with pytest.raises(MissingSetting, match="COMPANY"):
        terms()


def test_a_company_without_a_postal_address_is_no_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANY", '{"name": "Example"}')
    with pytest.raises(ValidationError, match="postal_address"):
        terms()
