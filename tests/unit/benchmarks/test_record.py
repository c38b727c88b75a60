"""The table of benchmarks: what is compared, what counts as worse, and what a part that fails leaves behind."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import PARTS, page
from benchmarks.__main__ import main
from benchmarks.measure import Figure
from benchmarks.record import Change, Machine, Part, Record, changes
from benchmarks.running import run
from infra.accounts import ROOT

HERE = Machine("a processor", 2, 8, "Linux", {"python": "3.13"})
RATIO, TIME = Figure("ratio", 1.0, "x"), Figure("time", 100.0, "ms")
RATE, CALLS = Figure("rate", 50.0, "jobs/s"), Figure("calls", 3, "calls")


def part(*figures: Figure, **changed: Any) -> Part:
    return replace(Part("warm", "2026-11-23T00:00:00+00:00", 1.0, 0.1, HERE, figures), **changed)


def compared(then: Part, now: Part) -> list[Change]:
    return list(changes(Record().with_parts(then), now))


def worse(then: Figure, value: float) -> bool:
    [change] = compared(part(then), part(replace(then, value=value)))
    return change.beyond_noise and change.by > 0


@pytest.mark.parametrize(
    ("figure", "noise", "too_much"), [(RATIO, 1.09, 1.12), (TIME, 124, 126), (RATE, 38, 37), (CALLS, 3, 4)],
)
def test_worse_is_what_is_beyond_its_noise_in_its_own_direction(figure: Figure, noise: float, too_much: float) -> None:
    assert not worse(figure, noise)
    assert worse(figure, too_much)
    assert not worse(figure, figure.value - (too_much - figure.value))


def test_a_figure_may_say_its_own_noise() -> None:
    assert not worse(replace(CALLS, noise=0.5), 4)


def test_what_was_none_is_worse_as_soon_as_there_is_one() -> None:
    assert worse(Figure("network calls", 0, "calls"), 1)


def test_times_of_another_machine_are_not_compared_but_ratios_and_counts_are() -> None:
    elsewhere = part(RATIO, TIME, RATE, CALLS, machine=replace(HERE, cores=64))
    assert [change.now.name for change in compared(elsewhere, part(RATIO, TIME, RATE, CALLS))] == ["ratio", "calls"]


def test_other_versions_are_no_other_machine() -> None:
    older = part(TIME, machine=replace(HERE, versions={"python": "3.11"}))
    assert len(compared(older, part(TIME))) == 1


def test_what_failed_keeps_its_last_figures_with_their_date_and_the_page_says_so() -> None:
    failed = part(at="2026-12-24T00:00:00+00:00", error="no memory left")
    record = Record().with_parts(part(TIME)).with_parts(failed)
    told = page.text(record, [failed], [])
    assert record.parts["warm"].at.startswith("2026-11-23")
    assert "**warm could not be measured**: `no memory left`" in told
    assert "| warm | time | 100 ms |" in told
    assert "Not measured yet: cold, lookup" in told


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = Record().with_parts(part(RATIO, TIME), replace(part(CALLS), name="cold"))
    record.save(tmp_path / "kept.json")
    assert Record.last(tmp_path / "kept.json") == record
    assert Record.last(tmp_path / "never.json") == Record()


def test_a_part_that_is_gone_leaves_the_record(tmp_path: Path) -> None:
    Record().with_parts(replace(part(TIME), name="gone"), part(TIME)).save(tmp_path / "kept.json")
    assert list(Record.last(tmp_path / "kept.json").parts) == ["warm"]


def test_a_part_that_does_not_end_is_stopped() -> None:
    assert run("assignment", longest=0.01).error == "not done after 0.01 s"


def test_what_is_measured_is_written_though_another_part_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    answers = {"cold": part(TIME, name="cold"), "warm": part(error="no memory left")}
    assert main(["warm", "cold", "--write"], answers.__getitem__, tmp_path / "kept.json") == 1
    assert list(Record.last(tmp_path / "kept.json").parts) == ["warm", "cold"]
    assert "no memory left" in (tmp_path / "kept.md").read_text()
    assert "100 ms" in capsys.readouterr().out


def test_the_page_names_what_became_worse_and_when_the_machine_was_busy() -> None:
    then, now = part(TIME), part(replace(TIME, value=200.0), others=1.5)
    told = page.text(Record().with_parts(now), [now], compared(then, now))
    assert "Worse: time: 100 ms before, 200 ms now (+100%, noise 25%)." in told
    assert "| 100 | +100% (!) |" in told
    assert "Others kept more than a quarter of the machine busy" in told


def test_a_part_that_fails_says_why_and_raises_nothing() -> None:
    failed = run("of_nothing")
    assert failed.figures == ()
    assert "There is no benchmark of_nothing" in failed.error


def test_every_part_is_a_module_with_figures_and_no_module_with_figures_is_forgotten() -> None:
    said = {path.stem: path.read_text() for path in (ROOT / "benchmarks").glob("*.py")}
    assert {name for name, text in said.items() if "\ndef figures() -> list[Figure]:" in text} == set(PARTS)
