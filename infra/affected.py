"""Which stacks a change concerns: those that one of the changed files goes into."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from infra import bundle, deploy
from infra.accounts import ROOT

OF_ALL = (  # by what everything is built or deployed
    "infra/accounts.py", "infra/accounts.toml", "infra/bundle.py", "infra/deploy.py", "infra/promotion/", "requirements.txt",
)  # fmt: skip
_NESTED = re.compile(r"Location: (\S+)")


def affected(changed: Iterable[str]) -> list[str]:
    """The stacks that these paths, from the root, go into, in the order in which they are deployed."""
    paths = list(changed)
    if any(_within(path, OF_ALL) for path in paths):
        return deploy.stacks()
    return [stack for stack in deploy.stacks() if any(_within(path, tuple(ingredients(stack))) for path in paths)]


def ingredients(stack: str) -> Iterator[str]:
    """The files and folders that a stack is made of; a folder ends with a slash."""
    template = deploy.template(stack)
    yield f"{_name(template.parent)}/"
    for location in _NESTED.findall(template.read_text()):
        yield _name((template.parent / location).resolve())
    yield from (f"{part}/" for part in ["shared", *bundle.parts(stack)])


def _within(path: str, places: tuple[str, ...]) -> bool:
    """Pages change nothing that runs."""
    folders = tuple(place for place in places if place.endswith("/"))
    return not path.endswith(".md") and (path in places or path.startswith(folders))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
