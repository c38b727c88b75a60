"""EventBridge's own replay: from the archive to the rules of one service, in no order and some minutes behind."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.cli.listeners import Listener
from infra.cli.say import Problem
from infra.cli.session import Account

LAG = "The archive is up to ten minutes behind and keeps no order: replay what was said lately from an export."
_RUNNING = ("STARTING", "RUNNING", "CANCELLING")
_POLL_SECONDS = 2.0


class Archive:
    """The archive of an account's bus."""

    def __init__(self, account: Account, sleep: Callable[[float], None] = time.sleep) -> None:
        self._account = account
        self._events = account.client("events")
        self._sleep = sleep

    def refuse_while_one_runs(self) -> None:
        known = [one for page in self._pages() for one in page]
        running = [one["ReplayName"] for one in known if one["State"] in _RUNNING]
        if running:
            raise Problem(f"Replay {running[0]} is running: wait for its end, or `aws events cancel-replay --replay-name {running[0]}`.")

    def replay(
        self, name: str, listeners: list[Listener], since: datetime, until: datetime, told: Callable[[str], None],
    ) -> str:
        """Start, tell how far it is until it ends, and answer how it ended; only these listeners' rules get anything."""
        arn = self._events.describe_archive(ArchiveName=self._account.bus)
        self._events.start_replay(
            ReplayName=name, EventSourceArn=arn["ArchiveArn"], EventStartTime=since, EventEndTime=until,
            Destination={"Arn": arn["EventSourceArn"], "FilterArns": self.rules(listeners)},
        )
        while (known := self._events.describe_replay(ReplayName=name))["State"] in _RUNNING:
            told(f"{known['State'].lower()}, up to {known.get('EventLastReplayedTime', 'nothing yet')}")
            self._sleep(_POLL_SECONDS)
        if known["State"] != "COMPLETED":
            raise Problem(f"Replay {name} ended as {known['State']}: {known.get('StateReason', 'EventBridge gives no reason')}.")
        return str(known["State"])

    def rules(self, listeners: list[Listener]) -> list[str]:
        """The ARNs of the rules of these listeners, as they are deployed; raises Problem where one is missing."""
        wanted = [rule for listener in listeners for rule in listener.rules(self._account.name)]
        pages = self._events.get_paginator("list_rules").paginate(EventBusName=self._account.bus)
        known = {rule["Name"]: rule["Arn"] for page in pages for rule in page["Rules"]}
        missing = sorted(set(wanted) - set(known))
        if missing:
            raise Problem(f"There is no rule {missing[0]}: deploy the service, ./infra/deploy.sh --account {self._account.name}")
        return [known[rule] for rule in wanted]

    def _pages(self) -> Any:
        token: dict[str, str] = {}
        while True:
            answer = self._events.list_replays(**token)
            yield answer["Replays"]
            if "NextToken" not in answer:
                return
            token = {"NextToken": answer["NextToken"]}
