"""How people name things."""

import getpass
import os
import re
from typing import Annotated

import typer

Id = Annotated[str, typer.Argument(metavar="ID", help="The referral, or the service id of its job.")]
_WHO = "Who decides; your login name otherwise."
Reviewer = Annotated[str | None, typer.Option(envvar="REFERRAL_REVIEWER", help=_WHO)]

_REFERRAL = re.compile(r"r-[0-9a-f]{20}")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def referral(named: str) -> str:
    """The referral that is named by its own id or by its job's."""
    from shared.events.upstream import referral_id  # the contracts are slow to import, and help needs none

    return named if _REFERRAL.fullmatch(named) else referral_id(named)


def person(named: str | None) -> str:
    """Who acts: as named, or whoever is logged in, in the form that services take."""
    return named or _NOT_IN_A_NAME.sub("-", _login()).strip("-._") or "operator"


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return os.environ.get("USERNAME", "")
