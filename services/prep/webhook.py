"""The way in for upstream systems that can't put events on the bus: signed webhooks (standardwebhooks.com).

A sender hears 2xx once its fact is in the outbox, in the transaction that proves that its message was received.
Everything else makes it send again, which is harmless.
"""

import base64
import hashlib
import json
from functools import partial
from http import HTTPStatus
from typing import Any

from services.prep import reasons, webhook_table
from services.prep.webhook_fact import NoFact, Said
from services.prep.webhook_secrets import Secrets
from services.prep.webhook_signature import Message, Unbelieved
from shared.commit import run
from shared.clock import Clock, derived_id, now
from shared.events.prep import Reason
from shared.observe import Observer
from shared.store import Store
from shared.unit import MAX_DETAIL_BYTES, Duplicate, Unit

SOURCE = "upstream.webhook"  # the source of every fact that comes this way
MAX_BYTES = MAX_DETAIL_BYTES
_STATUS = {
    "not_signed": HTTPStatus.BAD_REQUEST, "no_json": HTTPStatus.BAD_REQUEST, "no_fact": HTTPStatus.BAD_REQUEST,
    "out_of_time": HTTPStatus.UNAUTHORIZED, "wrong_signature": HTTPStatus.UNAUTHORIZED,
    "unknown_type": HTTPStatus.UNPROCESSABLE_ENTITY,
}
Answer = dict[str, Any]


class Refused(Exception):
    """A request that is not accepted, and what its sender has to do."""

    def __init__(self, status: HTTPStatus, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details


class Webhook:
    """Receives messages into a service's outbox."""

    def __init__(self, store: Store, secrets: Secrets, clock: Clock = now) -> None:
        self.store = store
        self.secrets = secrets
        self.clock = clock
        self.observer = Observer("prep")

    def receive(self, request: dict[str, Any]) -> Answer:
        """The answer to an HTTP request of a Lambda function URL."""
        try:
            return _answer(HTTPStatus.OK, self._accepted(request))
        except Refused as refused:
            return self._refused(refused)
        except (Unbelieved, NoFact) as told:
            return self._refused(Refused(_STATUS[told.code], told.code, str(told)))
        except Exception as error:
            self.observer.failure("webhook failed", error)
            self.observer.count("WebhooksFailed")
            return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, _said("internal", "Our own fault: send it again later."))
        finally:
            self.observer.flush()

    def _accepted(self, request: dict[str, Any]) -> Answer:
        message = self._believed(request)
        said = Said.of(message.body)
        problems = said.problems(self.clock())
        if problems and not said.repairable:
            raise Refused(
                HTTPStatus.UNPROCESSABLE_ENTITY, "broken", "This would have no effect: mend every problem, then send "
                "it under a new webhook-id.", problems=_explained(problems),
            )
        status, story = self._commit(message, said), said.story()
        self.observer.info("webhook", status=status, detail_type=said.kind, correlation_id=story)
        return {"status": status, "correlation_id": story, "problems": _explained(problems)}

    def _believed(self, request: dict[str, Any]) -> Message:
        if request["requestContext"]["http"]["method"] != "POST":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "not_served", "Send a POST.")
        message = Message.of(request.get("headers") or {}, _body(request))
        secrets = self.secrets.known()
        if not secrets:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "no_secret", "An operator has to make a secret first.")
        message.verify(secrets, self.clock())
        return message

    def _commit(self, message: Message, said: Said) -> str:
        """``accepted``, or ``known`` where the same message was accepted before."""
        sha256 = hashlib.sha256(message.body).hexdigest()
        try:
            run(partial(_keep, message.id, sha256, said), self._unit)
        except Duplicate:
            self._same(message.id, sha256)
            self.observer.count("WebhooksRepeated")
            return "known"
        self.observer.count("WebhooksAccepted")
        return "accepted"

    def _same(self, message_id: str, sha256: str) -> None:
        if webhook_table.received(self.store, message_id) != sha256:
            raise Refused(
                HTTPStatus.CONFLICT, "id_taken", "Another body came under this webhook-id before, and that one counts: "
                "send this one under an id of its own.",
            )

    def _unit(self) -> Unit:
        return Unit(self.store, "referral.prep", self.clock)

    def _refused(self, refused: Refused) -> Answer:
        self.observer.count("WebhooksRefused")
        self.observer.warn("webhook refused", code=refused.code, status=int(refused.status))
        return _answer(refused.status, _said(refused.code, str(refused)) | refused.details)


def _keep(message_id: str, sha256: str, said: Said, unit: Unit) -> None:
    event_id, customer_id = derived_id(SOURCE, message_id), said.customer_id()
    webhook_table.receive_once(unit, message_id, sha256)
    unit.publish(event_id, SOURCE, said.kind, said.detail)
    if customer_id:
        webhook_table.is_told_by(unit, customer_id, event_id)


def _body(request: dict[str, Any]) -> bytes:
    text = request.get("body") or ""
    body = base64.b64decode(text) if request.get("isBase64Encoded") else text.encode()
    if len(body) > MAX_BYTES:
        message = f"The body has {len(body)} bytes, and at most {MAX_BYTES} are taken: shorten its text."
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", message)
    return body


def _explained(found: list[Reason]) -> list[dict[str, str]]:
    return [{"field": reason.field, "code": reason.code, "advice": reasons.sentence(reason)} for reason in found]


def _said(code: str, message: str) -> Answer:
    return {"code": code, "message": message}


def _answer(status: HTTPStatus, said: Answer) -> Answer:
    return {"statusCode": int(status), "headers": {"content-type": "application/json"}, "body": json.dumps(said)}
