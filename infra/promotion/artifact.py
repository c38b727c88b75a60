"""What is deployed of one stack: templates and bundles in one file, which is built once and known by its hash."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from typing import Any

from infra import bundle, deploy
from infra.accounts import ROOT
from infra.console import publish
from infra.promotion.aspects import bounded, gradual

KEPT = bundle.BUILD / "releases"
BUNDLES = "bundles/"
Files = dict[str, bytes]
_NESTED = "AWS::Serverless::Application"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same files make the same zip, whenever they were written
_DIGITS = 16  # of a hash; among the releases of one stack no two will ever share them


@dataclass(frozen=True)
class Artifact:
    """One file; ``id`` is the hash of what is in it, bytecode apart, and ``sha256`` the hash of the file itself."""

    stack: str
    id: str
    path: Path

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @property
    def key(self) -> str:
        return key(self.stack, self.id)

    @cached_property
    def files(self) -> Files:
        """By their paths from the root of the checkout; bundles by their names, zipped."""
        with zipfile.ZipFile(self.path) as packed:
            return {name: packed.read(name) for name in packed.namelist()}

    @property
    def template(self) -> str:
        """The name of the stack's own template among the files."""
        return _name(deploy.template(self.stack))


def make(stack: str) -> Artifact:
    """Build what this checkout says of a stack; the relay's bundle must have been built."""
    bundle.build(stack)
    templates = {name: json.dumps(parsed, indent=1, default=str).encode() for name, parsed in _templates(deploy.template(stack))}
    bundles = {name: _folder(bundle.BUILD / name) for name in (stack, "relay")}
    site = _within(_name(publish.SITE), publish.pages()) if stack == publish.STACK else {}
    code = [_within(name, files) for name, files in bundles.items()]
    known = _identity(reduce(or_, code, templates | site))
    made = Artifact(stack, known, KEPT / stack / f"{known}.zip")
    if not made.path.exists():  # built once
        packed = {f"{BUNDLES}{name}.zip": _zipped(files) for name, files in bundles.items()}
        made.path.parent.mkdir(parents=True, exist_ok=True)
        made.path.write_bytes(_zipped(templates | site | packed))
    return made


def key(stack: str, release: str) -> str:
    """Where an account's bucket keeps it."""
    return f"releases/{stack}/{release}.zip"


def _templates(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A template and those that it nests, by their paths from the root."""
    from samcli.yamlhelper import yaml_parse

    parsed = gradual(bounded(yaml_parse(path.read_text())))
    yield _name(path), parsed
    nested = {made["Properties"]["Location"] for made in parsed["Resources"].values() if made["Type"] == _NESTED}
    for location in sorted(nested):
        yield from _templates((path.parent / location).resolve())


def _within(folder: str, files: Files) -> Files:
    return {f"{folder}/{name}": content for name, content in files.items()}


def _folder(folder: Path) -> Files:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _identity(files: Files) -> str:
    told = hashlib.sha256()
    for name, content in sorted(files.items()):
        if not name.endswith(".pyc"):  # which depends on the interpreters at hand
            told.update(f"{name}\0{len(content)}\0".encode() + content)
    return told.hexdigest()[:_DIGITS]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _zipped(files: Files) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.external_attr = 0o644 << 16  # Lambda runs as somebody else, who must be able to read it
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
