"""What was deployed to an account, stack by stack: a parameter of the account that its next account may read."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from infra import Problem
from infra.promotion.target import Target

_KEPT = 10  # releases of a stack that one can go back to


class NotPromoted(Problem):
    """A release that was not deployed where it has to be tried first."""


@dataclass(frozen=True)
class Release:
    """What was deployed once: the artifact, the hash of its file, the commit it was built from, when, and by whom."""

    id: str
    sha256: str
    commit: str
    at: str
    by: str

    def __str__(self) -> str:
        return f"{self.id} (commit {self.commit[:12]}, {self.at})"


@dataclass(frozen=True)
class Record:
    """The releases of a stack in an account, the one that runs first; what was taken back is no longer among them."""

    account: str
    stack: str
    releases: tuple[Release, ...] = ()

    @property
    def current(self) -> Release | None:
        return self.releases[0] if self.releases else None

    def deployed(self, release: Release) -> "Record":
        """The same release once more only moves to the front."""
        others = tuple(one for one in self.releases if one.id != release.id)
        return replace(self, releases=(release, *others)[:_KEPT])

    def taken_back(self) -> "Record":
        return replace(self, releases=self.releases[1:])

    def previous(self) -> Release:
        if len(self.releases) < 2:
            raise NotPromoted(f"There is nothing to go back to: {self._told()}")
        return self.releases[1]

    def admitted(self, wanted: str, after: str) -> Release:
        """The release with this id, which the account after this one may take; raises NotPromoted."""
        for release in self.releases:
            if release.id == wanted:
                return release
        take = f" Or take what runs there: ./infra/deploy.sh --account {after} --promote" if self.releases else ""
        raise NotPromoted(
            f"{self.stack} {wanted} was not deployed to {self.account}, so that {after} does not take it. {self._told()} "
            f"First: ./infra/deploy.sh --account {self.account} --service {self.stack}.{take}"
        )

    def _told(self) -> str:
        ran = ", ".join(str(release) for release in self.releases)
        return f"What is known of {self.stack} in {self.account}: {ran or 'nothing'}."


def read(target: Target, stack: str) -> Record:
    ssm = target.client("ssm")
    try:
        told = json.loads(ssm.get_parameter(Name=_name(target, stack))["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        told = []
    return Record(target.name, stack, tuple(Release(**one) for one in told))


def write(target: Target, record: Record) -> None:
    told = json.dumps([asdict(release) for release in record.releases])
    known: dict[str, Any] = {"Name": _name(target, record.stack), "Value": told, "Type": "String", "Overwrite": True}
    target.client("ssm").put_parameter(**known)


def _name(target: Target, stack: str) -> str:
    return f"/referral/{target.name}/releases/{stack}"
