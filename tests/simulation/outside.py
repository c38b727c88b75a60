"""The clients of everything outside: a model, a mail provider, buckets, parameters; each call may go wrong."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.harness import outside
from tests.simulation.clock import VirtualClock
from tests.simulation.faults import READ, Faults
from tests.simulation.history import History

_UNUSABLE = (
    lambda: outside.written(subject=""), lambda: outside.answer("max_tokens"),
    lambda: outside.answer("end_turn", {"text": "I would rather not."}),
)
_FATES = (
    ("Email Delivered", "delivery", {}),
    ("Email Bounced", "bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),
    ("Email Complaint Received", "complaint", {"complaintFeedbackType": "abuse"}),
)


class Outside:
    """Every client by the name of its service; ``undeliverable`` is where relays park what the bus will never take."""

    def __init__(self, clock: VirtualClock, faults: Faults, history: History, random: Random, bus: Any) -> None:
        self.clock, self.faults, self.history, self.random = clock, faults, history, random
        self.undeliverable: list[dict[str, Any]] = []
        self.objects: dict[str, bytes] = {}
        self.mails: dict[str, str] = {}  # message id -> referral
        self._clients: dict[str, Any] = {"events": bus}

    def client(self, name: str, **_: Any) -> Any:
        """What ``shared.aws.client`` answers; one object plays all services but the bus."""
        return self._clients.get(name, self)

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        return {"SecretString": "agreed for tests"}

    def converse(self, **_: Any) -> dict[str, Any]:
        """A good mail, sometimes an answer that nobody can use."""
        unusable = self.random.random() < 0.05 and self.random.choice(_UNUSABLE)
        return self.faults.call("converse", unusable or outside.written)

    def send_email(self, **mail: Any) -> dict[str, str]:
        """Now and then a mail is refused for good."""
        if self.random.random() < 0.03:
            self.history.add(self.clock.seconds, "refused mail", mail=mail)
            raise outside.refused("MessageRejected", 400)
        return self.faults.call("send_email", lambda: self._accepted(mail))

    def retrieve(self, **_: Any) -> dict[str, Any]:
        return self.faults.call("retrieve", lambda: {"retrievalResults": []}, READ)

    def put_parameter(self, **asked: Any) -> dict[str, Any]:
        return self.faults.call("put_parameter", lambda: self._kept(asked["Name"], asked["Value"].encode()))

    def put_object(self, **asked: Any) -> dict[str, Any]:
        return self.faults.call("put_object", lambda: self._kept(asked["Key"], asked["Body"]))

    def delete_object(self, **asked: Any) -> dict[str, Any]:
        return self.faults.call("delete_object", lambda: {"gone": self.objects.pop(asked["Key"], None) is None})

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, *, Prefix: str, **_: Any) -> list[dict[str, Any]]:
        return [{"Contents": [{"Key": key} for key in list(self.objects) if key.startswith(Prefix)]}]

    def send_message(self, **asked: Any) -> dict[str, Any]:
        return self.faults.call("send_message", lambda: self._parked(json.loads(asked["MessageBody"])))

    def redrive(self, put: Callable[..., None]) -> int:
        """What was parked goes on the bus once more."""
        parked, self.undeliverable = self.undeliverable, []
        for entry in (one["entry"] for one in parked):
            put(entry["Source"], entry["DetailType"], entry["Detail"])
        return len(parked)

    def _accepted(self, mail: dict[str, Any]) -> dict[str, str]:
        [tag] = [tag["Value"] for tag in mail["EmailTags"] if tag["Name"] == "referral_id"]
        message_id = f"mail-{len(self.mails) + 1}"
        self.mails[message_id] = tag
        self.history.add(self.clock.seconds, "accepted", referral=tag, message_id=message_id, mail=mail)
        self._tell(message_id, mail)
        return {"MessageId": message_id}

    def _tell(self, message_id: str, mail: dict[str, Any]) -> None:
        """What becomes of a mail is on the bus, perhaps before we know that it was taken."""
        kind, part, told = self.random.choices(_FATES, (8, 1, 1))[0]
        tags = {tag["Name"]: [tag["Value"]] for tag in mail["EmailTags"]}
        tags["ses:configuration-set"] = [mail["ConfigurationSetName"]]
        at = self.clock.true().isoformat()
        said = {"mail": {"messageId": message_id, "timestamp": at, "tags": tags}, part: {"timestamp": at, **told}}
        self._clients["events"].take("aws.ses", kind, json.dumps(said))

    def _kept(self, key: str, body: bytes) -> dict[str, Any]:
        self.objects[key] = body
        return {}

    def _parked(self, said: dict[str, Any]) -> dict[str, Any]:
        self.undeliverable.append(said)
        return {}
