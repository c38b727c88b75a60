"""The shape of the code: small files, small functions, everything annotated, nothing done at import, nothing twice."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from statistics import median

from tests.architecture.source import Function, Source, product, services, sources, told

LONGEST_FUNCTION = 40
LONGEST_FILE = 150
MEDIAN_FUNCTION = 5
MEDIAN_FILE = 75  # what is aimed at is 45
AT_IMPORT = {"shared/__init__.py:5"}  # how often imports are searched for garbage can only be said before them (decision 72)
LONGER_FILES = {  # most lines, and why; a file that became shorter must leave this table
    "shared/unit.py": (155, "two lines over; every method is one promise of the same transaction"),
    "shared/events/orchestrator.py": (260, "the contracts of one service are one file"),
    "infra/local/cloud.py": (175, "starting, waiting for and stopping the emulator is one story"),
}
RUN = 6  # code lines in a row that two services may not share
HARMLESS = {
    "re.compile", "str.maketrans", "type", "frozenset", "field", "timedelta", "datetime", "time", "dict", "tuple",
    "set", "list", "range", "TypeVar", "nullcontext",
}
MADE_BY_CLASS = re.compile(r"^(_?[A-Z]\w*|detail_type|items|join)$")
DECLARES = re.compile(r"^app\.add_typer\(")
PATHS = re.compile(r"^Path\([^()]*\)(\.\w+(\(\)|\[\d\])?)*$")


def length(function: Function) -> int:
    return function.end_lineno - function.lineno + 1


def named(source: Source, function: Function) -> str:
    return f"{source.name}:{function.lineno} {function.name}"


def test_no_function_is_longer_than_a_screen() -> None:
    long = [named(s, f) for s in product() for f in s.functions() if length(f) > LONGEST_FUNCTION]
    assert not long, told(long)


def test_functions_are_small() -> None:
    assert median(length(function) for source in product() for function in source.functions()) <= MEDIAN_FUNCTION


def test_no_file_is_longer_than_what_one_reads_at_once() -> None:
    allowed = {name: most for name, (most, _) in LONGER_FILES.items()}
    long = [f"{s.name}: {s.length} lines" for s in product() if s.length > allowed.get(s.name, LONGEST_FILE)]
    assert not long, told(long)


def test_every_exception_for_a_long_file_is_still_needed() -> None:
    lengths = {source.name: source.length for source in product()}
    assert [name for name in LONGER_FILES if lengths.get(name, 0) <= LONGEST_FILE] == []


def test_files_are_small() -> None:
    assert median(source.length for source in product() if source.length > 1) <= MEDIAN_FILE


def test_every_function_is_annotated() -> None:
    bare = [
        named(source, function) for source in (*product(), *sources("tests")) for function in source.functions()
        if not _annotated(function)
    ]
    assert not bare, told(bare)


def test_nothing_is_done_at_import() -> None:
    work = {f"{source.name}:{line}" for source in product() for line in _work(source.tree)}
    assert work == AT_IMPORT, told(sorted(work ^ AT_IMPORT))


def test_two_services_share_no_run_of_lines() -> None:
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for service in services():
        for source in sources(f"services/{service}"):
            for run, line in _runs(source):
                homes[run].add(f"{source.name}:{line}")
    shared = [sorted(places) for places in homes.values() if _in_two_rooms(places)]
    assert not shared, told(map(str, shared))


def _in_two_rooms(places: set[str]) -> bool:
    return any(one.split("/")[1] != other.split("/")[1] for one, other in combinations(places, 2))


def _runs(source: Source) -> Iterator[tuple[str, int]]:
    """Every six code lines in a row, blank lines, comments and docstrings left out, with the line where they start."""
    silent = _docstring_lines(source.tree)
    code = [
        (line.strip(), number) for number, line in enumerate(source.text.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#") and number not in silent
    ]
    for start in range(len(code) - RUN + 1):
        yield "\n".join(text for text, _ in code[start : start + RUN]), code[start][1]


def _docstring_lines(tree: ast.Module) -> set[int]:
    owners = [node for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.ClassDef, Function))]
    strings = [owner.body[0] for owner in owners if owner.body and _is_docstring(owner.body[0])]
    return {line for string in strings for line in range(string.lineno, string.end_lineno + 1)}


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _annotated(function: Function) -> bool:
    known = function.args
    named_ones = [*known.posonlyargs, *known.args, *known.kwonlyargs, known.vararg, known.kwarg]
    own = [argument for argument in named_ones if argument and argument.arg not in ("self", "cls")]
    return function.returns is not None and all(argument.annotation for argument in own)


def _work(tree: ast.Module) -> list[int]:
    """The lines of what an import does beyond defining."""
    factories = _factories(tree)
    return [statement.lineno for statement in _statements(tree.body) if not _defines(statement, factories)]


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """What runs at import: the statements of a module, and those in the bodies of its classes."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.ClassDef):
            yield from _statements(statement.body)


def _defines(statement: ast.stmt, factories: frozenset[str]) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.ClassDef, Function)) or _is_docstring(statement):
        return True
    if isinstance(statement, ast.If):
        return ast.unparse(statement.test) in ("TYPE_CHECKING", "__name__ == '__main__'")
    if isinstance(statement, ast.Expr):
        return bool(DECLARES.match(ast.unparse(statement)))
    if isinstance(statement, ast.For):
        return all(DECLARES.match(ast.unparse(part)) for part in statement.body)
    return isinstance(statement, (ast.Assign, ast.AnnAssign)) and _is_constant(statement.value, factories)


def _is_constant(value: ast.expr | None, factories: frozenset[str]) -> bool:
    """A literal, a name, or something made of them by a constructor that does nothing else."""
    if value is None or PATHS.match(ast.unparse(value)):
        return True
    made_by = [ast.unparse(node.func) for node in _now(value) if isinstance(node, ast.Call)]
    return all(name in factories or name in HARMLESS or MADE_BY_CLASS.match(name.split(".")[-1]) for name in made_by)


def _factories(tree: ast.Module) -> frozenset[str]:
    """Functions of this file that do nothing but define and return what they defined."""
    none: frozenset[str] = frozenset()
    return frozenset(
        function.name for function in tree.body if isinstance(function, Function) and all(
            _defines(part, none) or (isinstance(part, ast.Return) and _is_constant(part.value, none))
            for part in function.body
        )
    )


def _now(value: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression that are evaluated at once: not what stands in a lambda."""
    yield value
    if not isinstance(value, ast.Lambda):
        for part in ast.iter_child_nodes(value):
            yield from _now(part)
