"""`referral console`: an address that signs a local person in, and who may sign in at all."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.cli.session import Account
from tests.unit.cli.laptop import Laptop, referral, told


class Stacks:
    """The console's stack says what it made."""

    def __init__(self, made: dict[str, str]) -> None:
        self.made = made

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        said = [{"OutputKey": name, "OutputValue": value} for name, value in self.made.items()]
        return {"Stacks": [{"StackName": StackName, "Outputs": said}]}


class Pool:
    """A user pool with one client, which gives tokens that say who asked."""

    def __init__(self) -> None:
        self.people: dict[str, set[str]] = {}
        self.passwords: dict[str, str] = {}

    def get_paginator(self, operation: str) -> Any:
        assert operation in ("list_users", "list_users_in_group")
        return Pages(lambda group: [name for name in sorted(self.people) if group is None or group in self.people[name]])

    def admin_create_user(self, UserPoolId: str, Username: str, **_: Any) -> None:
        assert Username not in self.people, "UsernameExistsException"
        self.people[Username] = set()

    def admin_add_user_to_group(self, UserPoolId: str, Username: str, GroupName: str) -> None:
        self.people[Username].add(GroupName)

    def admin_delete_user(self, UserPoolId: str, Username: str) -> None:
        del self.people[Username]

    def admin_set_user_password(self, UserPoolId: str, Username: str, Password: str, Permanent: bool) -> None:
        self.passwords[Username] = Password

    def admin_initiate_auth(self, UserPoolId: str, ClientId: str, AuthFlow: str, AuthParameters: dict[str, str]) -> dict[str, Any]:
        name = AuthParameters["USERNAME"]
        assert self.passwords[name] == AuthParameters["PASSWORD"]
        said = json.dumps({"username": name, "cognito:groups": sorted(self.people[name])}).encode()
        return {"AuthenticationResult": {"AccessToken": f"e30.{base64.urlsafe_b64encode(said).decode().rstrip('=')}.x"}}


class Pages:
    """What a paginator answers."""

    def __init__(self, listed: Callable[[str | None], list[str]]) -> None:
        self.listed = listed

    def paginate(self, UserPoolId: str, GroupName: str | None = None) -> list[dict[str, Any]]:
        return [{"Users": [{"Username": name, "UserStatus": "CONFIRMED"}]} for name in self.listed(GroupName)]


@pytest.fixture
def account() -> Laptop:
    made = {"UserPool": "pool", "Client": "client", "Address": "https://console.example.com/"}
    return Laptop(clients={"cloudformation": Stacks(made), "cognito-idp": Pool()})


def claims(address: str) -> dict[str, Any]:
    """What the token in an address says."""
    part = address.strip().partition("#token=")[2].split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "==")))


def test_the_address_signs_a_person_in_who_need_not_be_known(account: Account) -> None:
    done = referral("console", "--as", "robin", "--group", "reviewers", account=account)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("http://127.0.0.1:")
    said = claims(done.stdout)
    assert said == {"username": "robin", "cognito:groups": ["reviewers"]}


def test_a_person_who_is_known_keeps_the_groups_that_were_given(account: Account) -> None:
    referral("console", "users", "add", "kim", "--group", "reviewers", account=account)
    said = claims(referral("console", "--as", "kim", account=account).stdout)
    assert said["cognito:groups"] == ["reviewers"], "an address makes nobody an operator who is none"


def test_who_may_sign_in_is_listed_and_taken_away(account: Account) -> None:
    for group in ("reviewers", "operators"):
        assert told("console", "users", "add", "kim", "--group", group, account=account) == {"name": "kim", "group": group}
    [kim] = told("console", "users", "list", account=account)
    assert (kim["name"], kim["groups"]) == ("kim", ["reviewers", "operators"])
    told("console", "users", "remove", "kim", account=account)
    assert told("console", "users", "list", account=account) == []


@pytest.mark.parametrize(("arguments", "advice"), [
    (("add", "kim@example.com", "--group", "reviewers"), "--email"),
    (("add", "kim", "--group", "bosses"), "reviewers or operators"),
    (("remove", "nobody"), "referral console users list"),
])
def test_what_can_not_be_is_refused_with_advice(account: Account, arguments: tuple[str, ...], advice: str) -> None:
    done = referral("console", "users", *arguments, account=account)
    assert done.exit_code == 1
    assert advice in done.stderr


def test_on_aws_an_invitation_needs_an_address_and_nobody_is_signed_in_by_a_command(account: Laptop) -> None:
    there = Laptop(name="dev", clients=account.clients)
    assert referral("console", account=there).stdout == "https://console.example.com/\n"
    refused = referral("console", "users", "add", "kim", "--group", "reviewers", account=there)
    assert "--email" in refused.stderr
    assert told("console", "users", "add", "kim", "--group", "reviewers", "--email", "kim@example.com", account=there)["name"] == "kim"
