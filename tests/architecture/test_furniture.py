"""Every room has the same furniture, its pages tell the truth, and nothing of its making is left lying about."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, services, told

FURNITURE = ("__init__.py", "README.md", "template.yaml", "model.py", "table.py", "functions.py", "api.py")
MENTIONED = re.compile(r"`([^`\s]+)`|\]\(([^)\s]+)\)")
TOP = {"services", "shared", "infra", "tests", "docs", "examples", "benchmarks"}
ENDS = (".py", ".md", ".yaml", ".toml", ".sh", ".sql", ".json", ".txt", ".csv", ".ipynb")
NOT_OURS = {".git", ".venv", ".build", ".local", ".aws-sam", ".hypothesis", ".pytest_cache", "__pycache__"}
LEFTOVERS = {
    "a place on somebody's machine": re.compile(r"(?<![\w.])/(work|home|root|Users)/\w"),
    "unfinished work": re.compile(r"\b(TODO|FIXME|XXX)\b"),
    "somebody's package index": re.compile(r"--(extra-)?index-url"),
    "talk about how it was written": re.compile(r"\b(as (requested|instructed|you asked)|the brief)\b", re.IGNORECASE),
}


def pages() -> list[Path]:
    places = ("*.md", "docs/**/*.md", "services/*/README.md", "infra/**/*.md", "examples/**/*.md")
    return [page for place in places for page in ROOT.glob(place)]


@cache
def lines() -> list[tuple[str, str]]:
    """Every line of every text of the repository with its place; not this file's, which names what it looks for."""
    return [
        (f"{path.relative_to(ROOT)}:{number}", line) for path in _texts(ROOT) if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
    ]


@pytest.mark.parametrize("service", services())
def test_a_room_has_its_furniture(service: str) -> None:
    room = ROOT / "services" / service
    listens = "AWS::Events::Rule" in (room / "template.yaml").read_text()
    wanted = [*FURNITURE, *(["reactions.py"] if listens else [])]
    assert [name for name in wanted if not (room / name).exists()] == []


@pytest.mark.parametrize("page", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_path_that_a_page_mentions_exists(page: Path) -> None:
    lost = [path for path in _mentioned(page) if not _exists(page.parent, path)]
    assert not lost, told(lost)


@pytest.mark.parametrize("what", LEFTOVERS)
def test_nothing_is_left_lying_about(what: str) -> None:
    found = [f"{place} {line.strip()[:80]}" for place, line in lines() if LEFTOVERS[what].search(line)]
    assert not found, told(found)


def _texts(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in NOT_OURS and not path.name.endswith(".egg-info"):
            yield from _texts(path)
        elif path.is_file() and path.suffix in (*ENDS, "") and ".local." not in path.name:
            yield path


def _exists(place: Path, path: str) -> bool:
    """From the page, from the root, or, as a bare name, anywhere below the page."""
    below = "/" not in path and place != ROOT and any(place.rglob(path))
    return below or (place / path).exists() or (ROOT / path).exists()


def _mentioned(page: Path) -> Iterator[str]:
    """What looks like a file of this repository: a path with a known end, or one that starts in a known folder."""
    for found in MENTIONED.finditer(page.read_text()):
        path = (found[1] or found[2]).partition("#")[0].removeprefix("./")
        known = path.endswith(ENDS) or ("/" in path and path.split("/")[0] in TOP)
        if known and "://" not in path and not re.search(r"[<>{}*$]|\.\.\.", path) and not path.startswith("-"):
            yield path
