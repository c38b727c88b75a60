"""An account that is deployed to: the rights of its deploy role, whoever asks for them."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from infra import Problem, access
from infra.accounts import account, parameters

_LOOPBACK = ("http://127.0.0.1:", "http://localhost:")


class NotAllowed(Problem):
    """Why nobody can deploy there, and what to do."""


@dataclass(frozen=True)
class Target:
    """One account, and the clients that work with its deploy role."""

    settings: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.settings["name"])

    @property
    def region(self) -> str:
        return str(self.settings["region"])

    @property
    def emulated(self) -> bool:
        """Whether the laptop's AWS plays this account, as AWS_ENDPOINT_URL says."""
        return os.environ.get("AWS_ENDPOINT_URL", "").startswith(_LOOPBACK)

    def parameters(self) -> dict[str, str]:
        """Every template parameter; the laptop's functions find Powertools installed."""
        return parameters(self.settings | ({"powertools": "none"} if self.emulated else {}))

    @cached_property
    def administrator(self) -> Any:
        """A session of whoever runs this."""
        import boto3

        return boto3.Session(region_name=self.region)

    @cached_property
    def caller(self) -> dict[str, str]:
        """Who runs this: Account and Arn."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return self.administrator.client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            raise NotAllowed(f"There are no credentials for AWS: {error}. Sign in (`aws sso login`, or AWS_PROFILE) and try again.") from None

    @cached_property
    def id(self) -> str:
        """The id of the AWS account that this one lies in."""
        return self.settings["account_id"] or self.caller["Account"]

    @property
    def artifacts(self) -> str:
        """The bucket of the access stack."""
        return f"referral-{self.name}-artifacts-{self.id}"

    @cached_property
    def session(self) -> Any:
        """With the rights of the deploy role: already assumed, by a pipeline, or assumed now."""
        if f":assumed-role/referral-{self.name}-deploy/" in self.caller["Arn"]:
            return self.administrator
        return assumed(self.administrator, access.role(self.name, "deploy", self.id), self.region, self._refused)

    def client(self, service: str) -> Any:
        return self.session.client(service)

    def before(self) -> "Target | None":
        """The account whose releases this one takes, with the right to read them and nothing else."""
        name = self.settings.get("after")
        return Before(account(name), self) if name else None

    def _refused(self, error: Exception) -> NotAllowed:
        return NotAllowed(
            f"The role referral-{self.name}-deploy of AWS account {self.id} can't be assumed by {self.caller['Arn']}: {error}. "
            f"An administrator of that account makes it: ./infra/deploy.sh --account {self.name} --bootstrap"
        )


@dataclass(frozen=True)
class Before(Target):
    """The account before another one, as the other one's deploy role may see it."""

    after: Target

    @cached_property
    def id(self) -> str:
        return self.settings["account_id"] or self.after.id

    @cached_property
    def session(self) -> Any:
        return assumed(self.after.session, access.role(self.name, "releases", self.id), self.region, self._unseen)

    def _unseen(self, error: Exception) -> NotAllowed:
        return NotAllowed(
            f"What was deployed to {self.name} can't be seen from {self.after.name}: {error}. An administrator of {self.name} lets it in: "
            f"./infra/deploy.sh --account {self.name} --bootstrap"
        )


def assumed(session: Any, role: str, region: str, problem: Any) -> Any:
    """A session with the rights of a role; ``problem`` says why there is none."""
    import boto3
    from botocore.exceptions import ClientError

    try:
        keys = session.client("sts").assume_role(RoleArn=role, RoleSessionName="referral-deploy")["Credentials"]
    except ClientError as error:
        raise problem(error) from None
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=region)
