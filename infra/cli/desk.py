"""Drafts as a reviewer at the command line deals with them."""

import os
import sys
from dataclasses import dataclass
from typing import Any

import typer

from infra.cli import draft_views, ids, say
from infra.cli.call import Service
from infra.cli.session import Account


@dataclass(frozen=True)
class Desk:
    """The review API of an account; a draft is named by its referral or by its job."""

    account: Account

    def page(self, status: str, limit: int, after: str) -> dict[str, Any]:
        return self._api.get("drafts", status=status, limit=limit, after=after)

    def show(self, draft: str) -> dict[str, Any]:
        """The draft, and a person has it on the screen from now on."""
        return self.tell(draft, "open", reviewer=ids.person(os.environ.get("REFERRAL_REVIEWER")))

    def tell(self, draft: str, command: str, **said: Any) -> dict[str, Any]:
        """Give a command about a draft; answers what became of it."""
        return self._api.post("drafts", ids.referral(draft), command, **said)

    def agreed(self, draft: str, yes: bool, question: str) -> str:
        """The hash of the content that was shown and agreed to; with ``yes``, of the content as it is now."""
        if yes:
            return str(self._get(draft)["content_hash"])
        if not sys.stdin.isatty():
            raise say.Problem("Nobody is there to ask: name the content that you have seen with --hash, or say --yes.")
        page = self.show(draft)
        say.show(draft_views.page(page), err=True)
        typer.confirm(question, abort=True, err=True)
        return str(page["content_hash"])

    def _get(self, draft: str) -> dict[str, Any]:
        return self._api.get("drafts", ids.referral(draft))

    @property
    def _api(self) -> Service:
        return Service(self.account, "review_api")
