"""Where people and machines call in: commands and queries of one service, over HTTP events."""

import json
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from shared.app import run
from shared.clock import new_id, now
from shared.events import Metadata
from shared.settings import settings
from shared.store import DynamoStore, Store
from shared.unit import Conflict, Unit


class Refusal(Exception):
    """A command or query that can't be done; the message says what to do instead."""

    def __init__(self, code: str, message: str, status: HTTPStatus = HTTPStatus.CONFLICT) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class Unknown(Refusal):
    """What was asked for does not exist."""

    def __init__(self, message: str) -> None:
        super().__init__("not_found", message, HTTPStatus.NOT_FOUND)


class Api(APIGatewayHttpResolver):
    """A service's resolver: requests are validated by annotations, refusals answer with code and advice."""

    def __init__(self, service: str) -> None:
        super().__init__(enable_validation=True)
        self.service = service
        self.exception_handler(Refusal)(_refused)
        self.exception_handler(Conflict)(_contended)

    def command(self, work: Callable[[Unit], Any], correlation: str, command_id: str = "") -> Any:
        """Do the work in one transaction, as its own cause; the same command id has its effect once."""
        cause = Metadata(
            event_id=command_id or new_id(), occurred_at=now(), correlation_id=correlation, producer="command",
        )
        return run(work, partial(self._unit, cause))

    def store(self) -> Store:
        return DynamoStore(settings().table)

    def _unit(self, cause: Metadata) -> Unit:
        unit = Unit(self.store(), f"referral.{self.service}")
        unit.begin(cause)
        return unit


def _refused(refusal: Refusal) -> Response[str]:
    return _answer(refusal.status, refusal.code, str(refusal))


def _contended(_: Conflict) -> Response[str]:
    return _answer(HTTPStatus.CONFLICT, "contended", "Somebody else changed this at the same moment. Look again, then repeat.")


def _answer(status: HTTPStatus, code: str, message: str) -> Response[str]:
    body = json.dumps({"code": code, "message": message})
    return Response(status_code=int(status), content_type="application/json", body=body)
