"""The OpenAPI that is committed is the one that the code gives."""

from pathlib import Path
from typing import Any

import pytest

from infra import openapi
from shared.access import ROUTES

PAGES = list(openapi.pages())


@pytest.mark.parametrize(("path", "text"), PAGES, ids=[path.stem for path, _ in PAGES])
def test_what_is_committed_is_current(path: Path, text: str) -> None:
    assert path.exists() and path.read_text() == text, "write it anew: make contracts"


def test_no_file_is_left_of_a_service_that_is_gone() -> None:
    assert sorted(openapi.FOLDER.glob("*.json")) == sorted(path for path, _ in PAGES)


def test_every_route_of_people_says_who_they_are() -> None:
    told = {
        f"{method.upper()} {where}": operation.get("x-groups")
        for path, _ in PAGES for where, operations in openapi.schema(path.stem)["paths"].items()
        for method, operation in operations.items()
    }
    assert {route: list(right.groups) for route, right in ROUTES.items()}.items() <= told.items()


@pytest.mark.parametrize("path", [path for path, _ in PAGES], ids=lambda path: path.stem)
def test_every_operation_says_in_words_what_it_does(path: Path) -> None:
    silent: list[Any] = [
        f"{method} {where}" for where, operations in openapi.schema(path.stem)["paths"].items()
        for method, told in operations.items() if not told.get("description")
    ]
    assert silent == []
