"""The tree of commands: whole, and imported as far as somebody climbs it."""

import ast
import re
import subprocess
import sys

import pytest

from infra.accounts import ROOT
from infra.cli import tree
from tests.unit.cli.laptop import referral

_ROOMS = ROOT / "infra" / "cli"


def offers(text: str) -> bool:
    return any(isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "app" for line in ast.parse(text).body)


def test_every_module_with_commands_is_in_the_tree_or_in_one_that_is() -> None:
    texts = {path.stem: path.read_text() for path in _ROOMS.glob("*.py")}
    named = {tree.ELSEWHERE.get(name, name) for name in tree.NAMES}
    taking_in = [text for text in texts.values() if "add_typer" in text]
    taken_in = {name for name in texts if any(re.search(rf"\b{name}\b", text) for text in taking_in)}
    offering = {name for name, text in texts.items() if offers(text)} - {"main"}
    assert not offering - named - taken_in


@pytest.mark.parametrize("module", sorted({tree.ELSEWHERE.get(name, name) for name in tree.NAMES}))
def test_every_command_of_a_module_is_in_the_tree(module: str) -> None:
    assert set(tree.of_module(module)) == {name for name in tree.NAMES if tree.ELSEWHERE.get(name, name) == module}


def test_a_command_imports_no_other() -> None:
    look = "import sys; from infra.cli import tree; tree.Tree()['drafts']; print('infra.cli.rebuild' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", look], text=True) == "False\n"


def test_whoever_mistypes_a_command_is_told_the_next_one() -> None:
    assert "Did you mean 'drafts'?" in referral("draft").output
