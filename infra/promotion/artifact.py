"""What is deployed of one stack: templates and bundles in one file, which is built once and known by its hash."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import access, bundle, deploy
from infra.accounts import ROOT
from infra.console import publish

KEPT = bundle.BUILD / "releases"
_NESTED = "AWS::Serverless::Application"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same files make the same zip, whenever they were written
_ID = 16  # hexadecimal digits; of so few stacks no two will ever share them


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

    def unpacked(self) -> Path:
        """The template in a folder of its own, with everything that it names."""
        folder = self.path.with_suffix("")
        with zipfile.ZipFile(self.path) as packed:
            packed.extractall(folder)
        return folder / deploy.template(self.stack).relative_to(ROOT)


def make(stack: str) -> Artifact:
    """Build what this checkout says of a stack; the relay's bundle must have been built."""
    bundle.build(stack)
    files = dict(sorted(_files(stack)))
    told = hashlib.sha256()
    for name, content in files.items():
        if not name.endswith(".pyc"):
            told.update(f"{name}\0{len(content)}\0".encode() + content)
    made = Artifact(stack, told.hexdigest()[:_ID], KEPT / stack / f"{told.hexdigest()[:_ID]}.zip")
    if not made.path.exists():  # built once
        _pack(made.path, files)
    return made


def key(stack: str, release: str) -> str:
    """Where an account's bucket keeps it."""
    return f"releases/{stack}/{release}.zip"


def bounded(parsed: dict[str, Any]) -> dict[str, Any]:
    """The template with every role inside the account's boundary, and under a path by which its maker may know it."""
    boundary = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/referral-${Account}-boundary"}
    for made in parsed["Resources"].values():
        if made["Type"] == "AWS::IAM::Role":
            named = "RoleName" in made["Properties"]
            path = {} if named else {"Path": {"Fn::Sub": access.PATH.format("${Account}")}}
            made["Properties"] |= path | {"PermissionsBoundary": boundary}
    return parsed


def _files(stack: str) -> Iterator[tuple[str, bytes]]:
    """Every file of an artifact, by its path from the root."""
    for path in _templates(deploy.template(stack)):
        yield _name(path), json.dumps(bounded(_parsed(path)), indent=1, default=str).encode()
    for folder in (bundle.BUILD / stack, bundle.BUILD / "relay", *([publish.SITE] if stack == publish.STACK else [])):
        yield from ((_name(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def _templates(path: Path) -> Iterator[Path]:
    """A template and those that it nests."""
    yield path
    nested = {made["Properties"]["Location"] for made in _parsed(path)["Resources"].values() if made["Type"] == _NESTED}
    for location in sorted(nested):
        yield from _templates((path.parent / location).resolve())


def _parsed(path: Path) -> dict[str, Any]:
    from samcli.yamlhelper import yaml_parse

    return yaml_parse(path.read_text())


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _pack(path: Path, files: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".fresh")
    with zipfile.ZipFile(fresh, "w") as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    fresh.replace(path)
