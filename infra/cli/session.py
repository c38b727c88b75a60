"""Which account a command talks to, and its clients: made once, and only when something is to be called."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

from infra.accounts import account as settings_of
from infra.local import bridge

LOCAL = "local"


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

    @property
    def qualifier(self) -> dict[str, str]:
        """Which code of a function is called: on AWS what its alias says, so that new code takes over gradually."""
        return {} if self.local else {"Qualifier": "live"}

    def client(self, service: str) -> Any:
        """The client of this process for an AWS service of the account."""
        return _client(self, service)

    def upstream_events(self) -> Any:
        """An EventBridge client that may put upstream facts and nothing else, renewed as long as the command runs."""
        from infra.cli import upstream

        return upstream.events(self)


@cache
def _client(account: Account, service: str) -> Any:
    return _session(account).create_client(service, **options(account))


@cache
def _session(account: Account) -> Any:
    from botocore.session import Session

    session = Session()
    if account.local:
        session.set_credentials(*bridge.CREDENTIALS.values())
    return session


def options(account: Account) -> dict[str, Any]:
    """How any client of an account is made."""
    from botocore.config import Config

    tries = {"mode": "standard", "total_max_attempts": 2 if account.local else 6}
    config = Config(retries=tries, connect_timeout=3, max_pool_connections=32)
    return {"region_name": account.region, "endpoint_url": account.endpoint, "config": config}
