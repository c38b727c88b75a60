"""Which artifact a deployment takes: this checkout's, one that was tried before, or the one that ran before."""

import hashlib
import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra import Problem
from infra.accounts import ROOT
from infra.promotion import artifact, ledger
from infra.promotion.artifact import Artifact
from infra.promotion.ledger import Record, Release
from infra.promotion.target import Target


class Altered(Problem):
    """A file that is not what was deployed before under its name."""


@dataclass(frozen=True)
class Chosen:
    """An artifact, and what will be recorded once it is deployed."""

    artifact: Artifact
    release: Release


def of_checkout(target: Target, stack: str) -> Chosen:
    """What this checkout says, if the account before has had it; the file is the one that was built for that one."""
    made = artifact.make(stack)
    if before := target.before():
        return _promoted(before, target, ledger.read(before, stack), made.id)
    return Chosen(made, _release(target, made.id, made.sha256, _commit()))


def promoted(target: Target, stack: str) -> Chosen | None:
    """What runs in the account before this one; None for a stack that it has not."""
    before = target.before()
    if not before:
        raise ledger.NotPromoted(f"{target.name} is the first account: nothing is promoted to it.")
    record = ledger.read(before, stack)
    return _promoted(before, target, record, record.current.id) if record.current else None


def named(target: Target, stack: str, release: str) -> Chosen:
    """A release by its hash: of the account before, or of the account itself."""
    if before := target.before():
        return _promoted(before, target, ledger.read(before, stack), release)
    return fetched(target, stack, ledger.read(target, stack).admitted(release, target.name))


def previous(target: Target, stack: str) -> tuple[Chosen, Record]:
    """What ran here before, and the record without what runs now."""
    record = ledger.read(target, stack)
    return fetched(target, stack, record.previous()), record.taken_back()


def fetched(place: Target, stack: str, release: Release, kept: Path = artifact.KEPT) -> Chosen:
    """An artifact from the bucket of an account; raises Altered where it is not what was recorded."""
    path = kept / stack / f"{release.id}.zip"
    if not path.exists() or _sha256(path.read_bytes()) != release.sha256:
        found = place.client("s3").get_object(Bucket=place.artifacts, Key=artifact.key(stack, release.id))
        content = found["Body"].read()
        if _sha256(content) != release.sha256:
            known = f"{place.artifacts}/{artifact.key(stack, release.id)}"
            raise Altered(f"{known} is not the file that was deployed to {place.name}.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Chosen(Artifact(stack, release.id, path), release)


def _promoted(before: Target, target: Target, record: Record, release: str) -> Chosen:
    found = fetched(before, record.stack, record.admitted(release, target.name))
    return Chosen(found.artifact, _release(target, found.release.id, found.release.sha256, found.release.commit))


def _release(target: Target, known: str, sha256: str, commit: str) -> Release:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    by = os.environ.get("GITHUB_RUN_ID") or target.caller["Arn"].rsplit(":", 1)[-1]
    return Release(known, sha256, commit, at, by)


def _commit() -> str:
    """What git says of this checkout; a plus for what is not committed, empty without git."""
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", "--untracked-files=no") else "")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
