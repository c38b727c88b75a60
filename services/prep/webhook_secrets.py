"""The secrets with which webhooks may be signed: an encrypted parameter, so that no template, variable or log has one."""

import json
import time
from collections.abc import Callable
from functools import cache

from services.prep.webhook_signature import UnusableSecret, key
from shared import aws
from shared.settings import required

FRESH_SECONDS = 60.0  # after which the parameter is read again, so that a rotation needs no deployment


class Secrets:
    """The secrets of this account, the newest first; several while one replaces another."""

    def __init__(self, read: Callable[[], str], clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._known: tuple[str, ...] = ()
        self._until: float | None = None

    def known(self) -> tuple[str, ...]:
        """Empty where nobody made one yet. Raises UnusableSecret where the parameter is not a list of secrets."""
        if self._until is None or self._clock() >= self._until:
            self._known = parsed(self._read())
            self._until = self._clock() + FRESH_SECONDS
        return self._known


def parsed(text: str) -> tuple[str, ...]:
    """The secrets in a parameter's JSON list, each of them usable. Raises UnusableSecret."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, list):
        raise UnusableSecret("The parameter is no JSON list.")
    for secret in found:
        key(str(secret))
    return tuple(found)


@cache
def secrets() -> Secrets:
    """The one of this process."""
    return Secrets(_parameter)


def _parameter() -> str:
    client = aws.client("ssm")
    try:
        return str(client.get_parameter(Name=required("WEBHOOK_SECRETS"), WithDecryption=True)["Parameter"]["Value"])
    except client.exceptions.ParameterNotFound:
        return "[]"
