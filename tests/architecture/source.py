"""The source tree as the laws of the house see it: files, what they import, the functions in them."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file; ``name`` is its path from the root, which is how a law that it breaks names it."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def length(self) -> int:
        return len(self.text.splitlines())

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def imports(self) -> set[str]:
        """Every module that is imported anywhere in the file; of ``from a import b`` both ``a`` and ``a.b``."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {self._absolute(node), *(f"{self._absolute(node)}.{alias.name}" for alias in node.names)}
        return found

    def _absolute(self, node: ast.ImportFrom) -> str:
        package = self.module.split(".") if self.path.name == "__init__.py" else self.module.split(".")[:-1]
        above = package[: len(package) - node.level + 1] if node.level else []
        return ".".join([*above, node.module or ""]).strip(".")


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file in these folders."""
    return tuple(Source(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def product() -> tuple[Source, ...]:
    return sources("shared", "services", "infra")


def services() -> list[str]:
    """Every room that has a template."""
    return sorted(path.parent.name for path in (ROOT / "services").glob("*/template.yaml"))


def reached(start: Source) -> set[str]:
    """The names of all modules that importing this one imports, own ones followed."""
    own = {source.module: source for source in product()}
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = waiting.pop().imports() - seen
        seen |= fresh
        waiting += [own[name] for name in fresh if name in own]
    return seen


def within(names: set[str], *packages: str) -> list[str]:
    """Those of the names that are one of these packages or lie in one."""
    return sorted(name for name in names if any(name == p or name.startswith(f"{p}.") for p in packages))


def told(broken: Iterable[str]) -> str:
    """Everything that breaks a law, a line each, where pytest would cut the list."""
    return "\n".join(["", *broken])
