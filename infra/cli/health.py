"""How an account is: what is deployed, what waits, what failed."""

from typing import Any

from infra import deploy
from infra.cli.session import Account
from infra.local import bridge, cloud

_DEPTHS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
_FAILED = ("-dead-letters", "-undeliverable")


class Health:
    """The state of an account, read from AWS."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def report(self) -> dict[str, Any]:
        queues = self.queues()
        failed = [queue for queue in queues if queue["name"].endswith(_FAILED)]
        return {
            "account": self.account.name,
            "endpoint": self.account.endpoint or f"AWS {self.account.region}",
            "bus": self.account.bus,
            "stacks": self.stacks(),
            "queues": [queue for queue in queues if queue not in failed],
            "dead_letters": [queue for queue in failed if queue["waiting"]],
            "left_out": [],
            **(self._laptop() if self.account.local else {}),
        }

    def stacks(self) -> list[dict[str, str]]:
        """Every stack that there should be, deployed or not."""
        pages = self.account.client("cloudformation").get_paginator("describe_stacks").paginate()
        found = {stack["StackName"]: stack["StackStatus"] for page in pages for stack in page["Stacks"]}
        wanted = [deploy.stack_name(self.account.name, service) for service in deploy.stacks()]
        return [{"name": name, "status": found.get(name, "not deployed")} for name in wanted]

    def queues(self) -> list[dict[str, Any]]:
        return [self._depth(url) for url in self._urls()]

    def busy(self) -> int:
        """How many messages wait or are being handled, failed ones apart."""
        working = [self._depth(url) for url in self._urls() if not url.endswith(_FAILED)]
        return sum(queue["waiting"] + queue["in_flight"] for queue in working)

    def _urls(self) -> list[str]:
        prefix = f"referral-{self.account.name}-"
        return sorted(self.account.client("sqs").list_queues(QueueNamePrefix=prefix).get("QueueUrls", []))

    def _depth(self, url: str) -> dict[str, Any]:
        sqs = self.account.client("sqs")
        depths = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_DEPTHS))["Attributes"]
        waiting, in_flight = (int(depths[name]) for name in _DEPTHS)
        return {"name": url.rsplit("/", 1)[1], "waiting": waiting, "in_flight": in_flight}

    def _laptop(self) -> dict[str, Any]:
        instead = bridge.LEFT_OUT | bridge.THROUGH_API
        return {
            "model": bridge.model_endpoint(),
            "console": f"{bridge.model_endpoint()}/ (`referral console` prints an address that signs you in)",
            "memory_mb": round(cloud.memory_bytes() / 1_000_000),
            "left_out": [{"type": kind, "instead": why} for kind, why in instead.items()],
        }


