"""Command `events export`: of which time."""

import pytest

from tests.unit.cli.laptop import Laptop, referral


@pytest.mark.parametrize("named", [("--from", "2026-11-23", "--to", "2026-11-20"), ("--from", "2999-01-01")])
def test_a_time_that_ends_before_it_begins_is_refused(named: tuple[str, ...]) -> None:
    refused = referral("events", "export", *named, account=Laptop())
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "before it begins" in refused.stderr
    assert "--from and --to" in refused.stderr
