"""Where people and machines call in: commands and queries of one service, over HTTP events."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from re import Match
from typing import Any
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import ServiceError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError

from shared.access import NotAllowed, signed
from shared.commit import run
from shared.clock import new_id, now
from shared.events import Metadata
from shared.observe import Observer
from shared.refusal import Invalid as Invalid
from shared.refusal import Refusal as Refusal
from shared.refusal import Unknown as Unknown
from shared.settings import settings
from shared.store import DynamoStore, Store
from shared.unit import Conflict, TooLarge, Unit

_PLACES = {"path", "query", "header", "cookie", "body"}
_SAID = {
    "missing": "This is required.",
    "extra_forbidden": "There is no such field: look for a spelling mistake.",
}


class Api(APIGatewayHttpResolver):
    """A service's resolver: requests are validated by annotations, refusals answer with code and advice."""

    def __init__(self, service: str) -> None:
        super().__init__(enable_validation=True, response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR)
        self.service = service
        self.exception_handler(Refusal)(refused)
        self.exception_handler([RequestValidationError, RequestUnsupportedContentType])(_invalid)
        self.exception_handler(Conflict)(_contended)
        self.exception_handler(TooLarge)(_too_large)
        self.exception_handler(ServiceError)(_not_served)
        self.exception_handler(Exception)(self._failed)

    def resolve(self, event: Any, context: Any) -> dict[str, Any]:
        """Answer a call, in the name of whoever signed in where it comes through API Gateway."""
        try:
            return super().resolve(signed(event), context)
        except NotAllowed as refusal:
            said = refused(refusal)
            return {"statusCode": said.status_code, "headers": {"Content-Type": said.content_type}, "body": said.body}

    def command(self, work: Callable[[Unit], Any], correlation: str, command_id: str = "") -> Any:
        """Do the work in one transaction, as its own cause; the same command id has its effect once."""
        cause = Metadata(
            event_id=command_id or new_id(), occurred_at=now(), correlation_id=correlation, producer="command",
        )
        return run(work, partial(self._unit, self.store(), cause))

    def store(self) -> Store:
        """The service's table; a caller may put another store into the context of its request."""
        return self.context.get("store") or DynamoStore(settings().table)

    def _unit(self, store: Store, cause: Metadata) -> Unit:
        unit = Unit(store, f"referral.{self.service}")
        unit.begin(cause)
        return unit

    def _convert_matches_into_route_keys(self, match: Match[str]) -> dict[str, str]:
        """Path parameters as they were meant: the resolver hands on what stands in the path, percent-encoded."""
        return {name: unquote(value) for name, value in match.groupdict().items()}

    def _failed(self, error: Exception) -> Response[str]:
        """Our own fault: counted, and the log names its type and place, never what somebody sent."""
        observer = Observer(self.service)
        observer.failure("request failed", error)
        observer.count("RequestsFailed")
        observer.flush()
        message = "This failed for a reason of our own. The log of this function names the place; then repeat."
        return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", message)


def refused(refusal: Refusal) -> Response[str]:
    """The answer to a request that is refused; also for a service whose decisions have refusals of their own."""
    return _answer(refusal.status, refusal.code, str(refusal), refusal.details)


def _invalid(error: RequestValidationError | RequestUnsupportedContentType) -> Response[str]:
    return refused(Invalid([_problem(found) for found in error.errors()]))


def _problem(found: dict[str, Any]) -> dict[str, str]:
    if found["type"] == "json_invalid":
        said = f"This is no JSON: {found['ctx']['error']} at character {found['loc'][-1]}."
        return {"field": "body", "problem": said}
    place, *path = (str(part) for part in found["loc"])
    named = path if path and place in _PLACES else [place, *path]
    return {"field": ".".join(named), "problem": _SAID.get(found["type"], found["msg"])}


def _contended(_: Conflict) -> Response[str]:
    message = "Somebody else changed this at the same moment. Look again, then repeat."
    return _answer(HTTPStatus.CONFLICT, "contended", message)


def _too_large(error: TooLarge) -> Response[str]:
    return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"{error}: shorten it, then repeat.")


def _not_served(error: ServiceError) -> Response[str]:
    nowhere = error.status_code == HTTPStatus.NOT_FOUND
    message = "There is no such route: see the README of this service." if nowhere else error.msg
    return _answer(HTTPStatus(error.status_code), "not_served", message)


def _answer(status: HTTPStatus, code: str, message: str, details: Mapping[str, Any] | None = None) -> Response[str]:
    body = json.dumps({"code": code, "message": message, **(details or {})})
    return Response(status_code=int(status), content_type="application/json", body=body)
