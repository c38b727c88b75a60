"""What changed decides what is deployed."""

import pytest

from infra import deploy
from infra.affected import affected
from infra.promotion.behind import changed_since


@pytest.mark.parametrize(("changed", "stacks"), [
    (["services/registry/model.py"], ["registry"]),
    (["services/registry/template.yaml", "services/prep/api.py"], ["prep", "registry"]),
    (["infra/console/site/index.html"], ["console"]),
    (["infra/platform/redaction.py"], ["platform"]),
    (["docs/runbook.md", "services/registry/README.md", "tests/conftest.py", "infra/cli/main.py", "infra/local/edge.py"], []),
    ([], []),
])
def test_a_file_goes_into_the_stacks_that_it_is_part_of(changed: list[str], stacks: list[str]) -> None:
    assert affected(changed) == stacks


@pytest.mark.parametrize("path", ["shared/unit.py", "infra/accounts.toml", "infra/promotion/aspects.py", "requirements.txt"])
def test_what_all_are_made_with_concerns_all(path: str) -> None:
    assert affected([path]) == deploy.stacks()


def test_what_is_nested_concerns_who_nests_it() -> None:
    assert affected(["infra/service/outbox.yaml"]) == deploy.services()
    assert set(affected(["infra/service/mailbox.yaml"])) >= {"platform", *deploy.services()}


def test_a_name_that_only_begins_alike_is_another_one() -> None:
    assert affected(["services/registry_of_boats/model.py"]) == []


@pytest.mark.parametrize("commit", ["", "0123456789abcdef0123456789abcdef01234567", "HEAD+"])
def test_of_a_commit_that_git_does_not_know_nobody_knows_what_changed(commit: str) -> None:
    assert changed_since(commit) is None
