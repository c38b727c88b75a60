"""Why a message could not be handled: what its function logged at each try, or what EventBridge wrote on it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from infra.cli.letters import Letter
from infra.cli.session import Account

_SAYS = "comes again"
_EARLIER = timedelta(minutes=1)  # clocks of queue and log may differ


@dataclass(frozen=True)
class Reason:
    """What went wrong the last time, where, how often it was tried, and when first and last; no message of an error."""

    error: str = "unknown"  # the function died before it could say why, or its log is gone
    place: str | None = None
    attempts: int = 0
    first: str | None = None
    last: str | None = None


Tries = dict[str, list[dict[str, Any]]]


class Reasons:
    """Looks the letters of each service up in its log group, in one go."""

    def __init__(self, account: Account, letters: Sequence[Letter]) -> None:
        self._account = account
        self._tries: Tries = defaultdict(list)
        for service in {letter.service for letter in letters if not letter.refused}:
            self._look(service, [letter for letter in letters if letter.service == service and not letter.refused])

    def of(self, letter: Letter) -> Reason:
        if letter.refused:
            return Reason(str(letter.said.get("reason") or _given_up(letter.said)))
        undelivered = letter.message.get("MessageAttributes", {}).get("ERROR_CODE")
        if undelivered:  # the rule itself could not put it into the mailbox
            return Reason(undelivered["StringValue"], "EventBridge")
        return _reason(self._tries.get(letter.id, []), int(letter.message["Attributes"]["ApproximateReceiveCount"]))

    def _look(self, service: str, letters: Sequence[Letter]) -> None:
        wanted = letters[0].id if len(letters) == 1 else _SAYS
        since = min(letter.sent_at for letter in letters) - _EARLIER
        for line in self._lines(service, wanted, round(since.timestamp() * 1000)):
            if line.get("message_id"):
                self._tries[line["message_id"]].append(line)

    def _lines(self, service: str, wanted: str, since: int) -> Iterator[dict[str, Any]]:
        pages = self._account.client("logs").get_paginator("filter_log_events").paginate(
            logGroupName=f"/referral/{self._account.name}/{service}", filterPattern=f'"{wanted}"', startTime=since,
        )
        return _parsed(event["message"] for page in pages for event in page["events"])


def _parsed(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue  # Lambda's own lines
        if isinstance(told, dict):
            yield told


def _reason(tries: list[dict[str, Any]], received: int) -> Reason:
    """Looking at a letter is counted as receiving it, so what was logged tells more exactly how often it was tried."""
    if not tries:
        return Reason(attempts=received - 1)
    in_time = sorted(tries, key=lambda line: str(line.get("timestamp")))
    last = in_time[-1]
    return Reason(str(last.get("error")), last.get("place"), len(tries), in_time[0].get("timestamp"), last.get("timestamp"))


def _given_up(said: dict[str, Any]) -> str:
    """What Lambda tells of records that it gave up: the relay failed until the stream had no more of them."""
    return str(said.get("requestContext", {}).get("condition", "unknown"))
