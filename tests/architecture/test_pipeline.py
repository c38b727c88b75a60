"""The pipeline deploys in order, with nobody's keys, and only what was tested."""

import re

import pytest
import yaml

from tests.architecture.source import ROOT

PIPELINE = ROOT / ".github/workflows/pipeline.yml"
JOBS = yaml.safe_load(PIPELINE.read_text())["jobs"]


@pytest.mark.parametrize(("job", "before"), [("dev", ["tests", "templates"]), ("test", "dev"), ("prod", "test")])
def test_an_account_comes_after_the_one_before_it(job: str, before: str | list[str]) -> None:
    assert JOBS[job]["needs"] == before
    assert JOBS[job]["environment"] == job  # which is the subject of its token, and where prod waits for a person
    assert JOBS[job]["concurrency"]["cancel-in-progress"] is False
    assert JOBS[job]["permissions"] == {"contents": "read", "id-token": "write"}


def test_only_what_is_on_main_is_deployed() -> None:
    assert JOBS["dev"]["if"] == "github.ref == 'refs/heads/main' && github.event_name != 'pull_request'"


def test_what_only_looks_asks_for_no_right() -> None:
    assert not any("permissions" in JOBS[job] for job in ("tests", "templates"))
    assert yaml.safe_load(PIPELINE.read_text())["permissions"] == {"contents": "read"}


def test_foreign_actions_are_those_that_were_looked_at() -> None:
    used = [step["uses"] for job in JOBS.values() for step in job["steps"] if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", name)] == []


def test_there_is_no_secret() -> None:
    assert "secrets." not in PIPELINE.read_text()
