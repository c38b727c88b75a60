"""A sender of webhooks, as its own system would be one: it signs with nothing but the standard library."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from services.prep.webhook import Webhook
from services.prep.webhook_secrets import Secrets
from tests.harness.http import Answer, event
from tests.harness.memory import MemoryStore

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()


def signature(message_id: str, timestamp: str, body: bytes, secret: str = SECRET) -> str:
    """As the specification describes it, written down a second time."""
    secret_bytes = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(secret_bytes, message_id.encode() + b"." + timestamp.encode() + b"." + body, hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()


def request(
    body: bytes, message_id: str = "msg_1", at: datetime = NOW, secrets: tuple[str, ...] = (SECRET,), **headers: str,
) -> dict[str, Any]:
    """What Lambda makes of a signed POST; headers given by name (with _ for -) replace the right ones."""
    timestamp = str(int(at.timestamp()))
    signed = {
        "webhook-id": message_id, "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signature(message_id, timestamp, body, secret) for secret in secrets),
    }
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    made = event("POST", "/") | {"headers": signed | changed, "body": base64.b64encode(body).decode()}
    return made | {"isBase64Encoded": True}


def fact(kind: str, data: Any) -> bytes:
    return json.dumps({"type": kind, "timestamp": "2026-11-22T10:00:00Z", "data": data}, ensure_ascii=False).encode()


class Upstream:
    """One sender and the webhook that it talks to, over a table in memory and a clock that a story moves."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.store = store or MemoryStore()
        self.time = NOW
        self.parameter = json.dumps([SECRET])
        self.asked = 0
        self.webhook = Webhook(self.store, Secrets(self._parameter, lambda: self.time.timestamp()), lambda: self.time)

    def _parameter(self) -> str:
        self.asked += 1
        return self.parameter

    def later(self, **passed: float) -> "Upstream":
        self.time += timedelta(**passed)
        return self

    def sends(self, body: bytes, **signed: Any) -> Answer:
        return self.hands(request(body, **{"at": self.time} | signed))

    def hands(self, asked: dict[str, Any]) -> Answer:
        answer = self.webhook.receive(asked)
        return Answer(answer["statusCode"], json.loads(answer["body"]))

    @property
    def published(self) -> list[tuple[str, str, Any]]:
        """Source, type and content of what is on its way to the bus."""
        rows = [row for (_, kind), row in self.store.items.items() if kind == "OUTBOX"]
        return [(row["source"], row["detail_type"], json.loads(row["detail"])) for row in rows]
