"""Which account a command talks to, and its clients: made once, and only when something is to be called."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

from infra.accounts import account as settings_of
from infra.cli.say import Problem
from infra.local import bridge

LOCAL = "local"
_ASSUMED_SECONDS = 3600


@dataclass(frozen=True)
class Account:
    """One deployment target and the names of what is deployed there."""

    name: str = LOCAL

    @property
    def local(self) -> bool:
        return self.name == LOCAL

    @property
    def endpoint(self) -> str | None:
        """Where the laptop's AWS answers; None where botocore knows the way."""
        if not self.local:
            return None
        return os.environ.get("AWS_ENDPOINT_URL") or bridge.endpoint()

    @property
    def region(self) -> str:
        return str(settings_of(self.name)["region"])

    @property
    def bus(self) -> str:
        return f"referral-{self.name}"

    @property
    def event_log(self) -> str:
        return f"referral-{self.name}-EventLog"

    def function(self, name: str) -> str:
        return f"referral-{self.name}-{name}"

    def client(self, service: str) -> Any:
        """The client of this process for an AWS service of the account."""
        return _client(self, service)

    def upstream_events(self) -> Any:
        """An EventBridge client that may put upstream facts and nothing else, renewed as long as the command runs."""
        return _upstream(self)


@cache
def _client(account: Account, service: str) -> Any:
    return _session(account).create_client(service, **_options(account))


@cache
def _upstream(account: Account) -> Any:
    from botocore.credentials import CredentialResolver
    from botocore.session import Session

    session = Session()
    session.register_component("credential_provider", CredentialResolver([_assumed(account)]))
    return session.create_client("events", **_options(account))


@cache
def _session(account: Account) -> Any:
    from botocore.session import Session

    session = Session()
    if account.local:
        session.set_credentials(*bridge.CREDENTIALS.values())
    return session


def _options(account: Account) -> dict[str, Any]:
    from botocore.config import Config

    tries = {"mode": "standard", "total_max_attempts": 2 if account.local else 6}
    config = Config(retries=tries, connect_timeout=3, max_pool_connections=32)
    return {"region_name": account.region, "endpoint_url": account.endpoint, "config": config}


def _assumed(account: Account) -> Any:
    from botocore.credentials import CredentialProvider, RefreshableCredentials

    class Upstream(CredentialProvider):
        METHOD = "assume-role"

        def load(self) -> RefreshableCredentials:
            return RefreshableCredentials.create_from_metadata(
                _take_on(account), refresh_using=lambda: _take_on(account), method=self.METHOD,
            )

    return Upstream()


def _take_on(account: Account) -> dict[str, str]:
    sts = account.client("sts")
    _, partition, _, _, owner, _ = sts.get_caller_identity()["Arn"].split(":", 5)
    role = f"arn:{partition}:iam::{owner}:role/referral-{account.name}-upstream"
    try:
        taken = sts.assume_role(RoleArn=role, RoleSessionName="referral", DurationSeconds=_ASSUMED_SECONDS)
    except sts.exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        raise Problem(
            f"The role {role} can't be taken on ({code}): deploy the platform, or add your principal "
            f"to upstream_principals of {account.name} in infra/accounts.toml."
        ) from None
    keys = taken["Credentials"]
    return {
        "access_key": keys["AccessKeyId"], "secret_key": keys["SecretAccessKey"], "token": keys["SessionToken"],
        "expiry_time": keys["Expiration"].isoformat(),
    }
