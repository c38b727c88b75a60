"""The file of rejected rows never costs anybody another file."""

from pathlib import Path

from infra.cli.rejects import Rejects


def write(path: Path, *notes: str) -> None:
    with Rejects(path, ["service_id", "notes"]) as rejects:
        for number, note in enumerate(notes, start=1):
            rejects.add(number, ["notes are odd", "so is the rest"], {"service_id": f"s-{number}", "notes": note})


def test_a_row_keeps_its_number_its_reasons_and_its_columns(tmp_path: Path) -> None:
    write(tmp_path / "r.csv", "line\nbreak", None)
    assert (tmp_path / "r.csv").read_text() == (
        "rejected_row,rejected_because,service_id,notes\n"
        '1,notes are odd; so is the rest,s-1,"line\nbreak"\n'
        "2,notes are odd; so is the rest,s-2,\n"
    )


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    write(tmp_path / "r.csv", "x")
    assert (tmp_path / "r.csv").stat().st_mode & 0o077 == 0


def test_nothing_to_reject_removes_what_an_earlier_import_left(tmp_path: Path) -> None:
    write(tmp_path / "r.csv", "x")
    write(tmp_path / "r.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_somebody_else_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("my list")
    write(tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_text() == "my list"


def test_an_import_that_failed_leaves_the_earlier_rejects(tmp_path: Path) -> None:
    write(tmp_path / "r.csv", "x")
    try:
        with Rejects(tmp_path / "r.csv", ["service_id"]):
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert (tmp_path / "r.csv").exists()


def test_a_device_is_written_to_and_stays_a_device(tmp_path: Path) -> None:
    device = tmp_path / "device"
    device.symlink_to("/dev/null")
    write(device, "x")
    write(device)
    assert device.is_symlink()
    assert device.is_char_device()
