"""An account that is deployed to: the rights of its deploy role, whoever asks for them."""

import os
from dataclasses import dataclass
from functools import cache, cached_property
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
        """Every template parameter; who makes an index is who makes everything, unless somebody else is named."""
        maker = self.settings["index_creator"] or access.role(self.name, "cloudformation", self.id)
        own = {"index_creator": maker} | ({"powertools": "none"} if self.emulated else {})  # the laptop's is installed
        return parameters(self.settings | own) | {"CodeShift": self.settings["code_shift"]}

    @cached_property
    def administrator(self) -> Any:
        """A session of whoever runs this."""
        return session(self.region)

    @cached_property
    def caller(self) -> dict[str, str]:
        """Who runs this: Account and Arn."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return self.administrator.client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            advice = "Sign in (`aws sso login`, or AWS_PROFILE) and try again."
            raise NotAllowed(f"There are no credentials for AWS: {error}. {advice}") from None

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

    @cached_property
    def clients(self) -> dict[str, Any]:
        """Those that were made: a client takes longer to make than to use."""
        return {}

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = self.session.client(service)
        return self.clients[service]

    def before(self) -> "Target | None":
        """The account whose releases this one takes, with the right to read them and nothing else."""
        name = self.settings.get("after")
        return Before(account(name), self) if name else None

    def _refused(self, error: Exception) -> NotAllowed:
        return NotAllowed(
            f"The role referral-{self.name}-deploy of AWS account {self.id} can't be assumed by {self.caller['Arn']}: "
            f"{error}. An administrator of that account makes it: ./infra/deploy.sh --account {self.name} --bootstrap"
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


def assumed(caller: Any, role: str, region: str, problem: Any) -> Any:
    """A session with the rights of a role; ``problem`` says why there is none."""
    from botocore.exceptions import ClientError

    try:
        keys = caller.client("sts").assume_role(RoleArn=role, RoleSessionName="referral-deploy")["Credentials"]
    except ClientError as error:
        raise problem(error) from None
    return session(region, keys)


def session(region: str, keys: dict[str, str] | None = None) -> Any:
    """A session with these keys, or with what the environment says."""
    import boto3
    from botocore.session import Session

    own = Session()
    own.register_component("data_loader", _descriptions())
    if keys:
        own.set_credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    return boto3.Session(botocore_session=own, region_name=region)


@cache
def _descriptions() -> Any:
    """What botocore knows of AWS: read once, for reading it takes longer than most calls."""
    from botocore.loaders import create_loader

    return create_loader()
