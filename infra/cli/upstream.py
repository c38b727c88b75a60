"""The principal that upstream systems are: it may put `upstream.*` events on the bus, and nothing else."""

from functools import cache
from typing import Any

from infra.cli.say import Problem
from infra.cli.session import Account, options

_SECONDS = 3600  # for which the role is taken on; it is taken on again as long as the command runs


@cache
def events(account: Account) -> Any:
    """The EventBridge client of this principal, made once."""
    from botocore.credentials import CredentialResolver
    from botocore.session import Session

    session = Session()
    session.register_component("credential_provider", CredentialResolver([_assumed(account)]))
    return session.create_client("events", **options(account))


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
        taken = sts.assume_role(RoleArn=role, RoleSessionName="referral", DurationSeconds=_SECONDS)
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
