"""What a function is made of: one service, the shared package, what it needs beside them, and bytecode; nothing else."""

import compileall
import hashlib
import importlib.util
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from infra.accounts import ROOT

BUILD = ROOT / ".build"
_PARTS = {"relay": [], **{name: [f"infra/{name}"] for name in ("platform", "knowledge", "console", "monitoring")}}
_RUNTIME = "python3.13"
_SOURCES = (".py", ".yaml", ".json", ".html", ".css", ".js", ".svg")
LIBRARIES = {  # by whom they are needed
    "tzdata": ("evaluation", "orchestrator", "prep"),  # Lambda's image has no time zones; without, all live in UTC
}


def build(name: str) -> Path:
    """The folder that becomes the zip of a service, of a base stack, or of the relay; made anew each time."""
    target = BUILD / name
    shutil.rmtree(target, ignore_errors=True)
    for part in ["shared", *parts(name)]:
        _copy(part, target)
    for library in (library for library, users in LIBRARIES.items() if name in users):
        _copy_library(library, target)
    _compile(target)
    return target


def parts(name: str) -> list[str]:
    """The packages of a bundle beside ``shared``."""
    return _PARTS.get(name, [f"services/{name}"])


def content_hash(name: str) -> str:
    """The identity of a bundle: the hash of the sources that go into it and of the templates that deploy it."""
    digest = hashlib.sha256()
    for part in ["shared", "infra/service", *parts(name)]:
        for path in sorted((ROOT / part).rglob("*")):
            if path.is_file() and path.suffix in _SOURCES and ".local." not in path.name:
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _copy(part: str, target: Path) -> None:
    for parent in Path(part).parents:
        package = ROOT / parent / "__init__.py"
        if str(parent) != "." and package.exists():
            (target / parent).mkdir(parents=True, exist_ok=True)
            shutil.copy(package, target / parent)
    ignored = shutil.ignore_patterns("__pycache__", "*.yaml", "README.md")
    shutil.copytree(ROOT / part, target / part, ignore=ignored, dirs_exist_ok=True)


def _copy_library(name: str, target: Path) -> None:
    found = importlib.util.find_spec(name)
    if not found or not found.origin:
        raise ModuleNotFoundError(f"{name} goes into a bundle and is not installed: run `make setup`.")
    shutil.copytree(Path(found.origin).parent, target / name, ignore=shutil.ignore_patterns("__pycache__"))


def _compile(target: Path) -> None:
    """Bytecode for this interpreter, and for Lambda's where one is at hand; a missing one costs a slower cold start."""
    unchecked = compileall.py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(target, quiet=1, invalidation_mode=unchecked)
    if runtime := _lambdas_interpreter():
        command = [runtime, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(target)]
        subprocess.run(command, check=False, capture_output=True)


@cache
def _lambdas_interpreter() -> str | None:
    """Lambda's Python, where it is here and is another one than this; a version manager's stand-in may not know it."""
    found = shutil.which(_RUNTIME)
    if not found or Path(found).resolve() == Path(sys.executable).resolve():
        return None
    works = subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode == 0
    return found if works else None
