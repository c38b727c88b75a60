"""Who may sign in to the console: the people of its user pool and the groups that they are in."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from infra import Problem
from shared.access import OPERATORS, REVIEWERS

GROUPS = (REVIEWERS, OPERATORS)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # as services take the id of a reviewer
_PASSWORD_BYTES = 24


@dataclass(frozen=True)
class People:
    """The user pool of an account; ``outputs`` are those of the console's stack."""

    cognito: Any
    outputs: dict[str, str]

    def add(self, name: str, group: str, email: str | None) -> None:
        """Invite somebody, or put somebody who is known into one more group; raises Problem for a name that can't be."""
        if not _NAME.fullmatch(name):
            raise Problem(f"{name!r} can't be a name: letters, digits, points and hyphens, and no @; the address goes into --email.")
        if name not in self._names():
            self.cognito.admin_create_user(**self._one(name), **_invitation(email))
        self.cognito.admin_add_user_to_group(**self._one(name), GroupName=group)

    def remove(self, name: str) -> None:
        """Nobody of this name can sign in any more; who is signed in stays so until the token ends."""
        if name not in self._names():
            raise Problem(f"There is nobody called {name!r}: see `referral console users list`.")
        self.cognito.admin_delete_user(**self._one(name))

    def all(self) -> list[dict[str, Any]]:
        """Everybody with groups and state, by name."""
        groups = {group: set(self._names(group)) for group in GROUPS}
        known = sorted(self._listed("list_users"), key=lambda user: user["Username"])
        return [
            {"name": name, "groups": [group for group in GROUPS if name in groups[group]], "status": user["UserStatus"]}
            for user in known if (name := user["Username"])
        ]

    def token(self, name: str, group: str) -> str:
        """An access token for somebody on the laptop, who is made where there is nobody of this name."""
        if name not in self._names():
            self.add(name, group, None)
        password = _password()  # good for this once
        self.cognito.admin_set_user_password(**self._one(name), Password=password, Permanent=True)
        answer = self.cognito.admin_initiate_auth(
            UserPoolId=self.outputs["UserPool"], ClientId=self.outputs["Client"], AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )
        return str(answer["AuthenticationResult"]["AccessToken"])

    def _names(self, group: str = "") -> list[str]:
        operation, named = ("list_users_in_group", {"GroupName": group}) if group else ("list_users", {})
        return [user["Username"] for user in self._listed(operation, **named)]

    def _listed(self, operation: str, **named: str) -> list[dict[str, Any]]:
        pages = self.cognito.get_paginator(operation).paginate(UserPoolId=self.outputs["UserPool"], **named)
        return [user for page in pages for user in page["Users"]]

    def _one(self, name: str) -> dict[str, str]:
        return {"UserPoolId": self.outputs["UserPool"], "Username": name}


def _invitation(email: str | None) -> dict[str, Any]:
    """By mail with a password that has to be changed; without an address nobody is told."""
    if not email:
        return {"MessageAction": "SUPPRESS", "TemporaryPassword": _password()}
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    return {"UserAttributes": attributes, "DesiredDeliveryMediums": ["EMAIL"]}


def _password() -> str:
    """One that nobody knows and the policy takes."""
    return secrets.token_urlsafe(_PASSWORD_BYTES) + "aA1"
