"""What the event log keeps whole: the events of a time as they came over the bus, in no order."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from infra.cli.session import Account

Envelope = dict[str, Any]
_LATE = timedelta(days=5)  # a mailbox keeps an event for four days until somebody can record it
_AT_ONCE = 16


def recorded(account: Account, since: datetime, until: datetime) -> Iterator[Envelope]:
    """Every event of the days around these moments."""
    return told_in(account, _keys(account, since, until))


def told_in(account: Account, objects: Iterable[str]) -> Iterator[Envelope]:
    """The events in these objects; only a few of them are in memory."""
    read = partial(_lines, account.client("s3"), _bucket(account))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for keys in _some(objects):
            for lines in pool.map(read, keys):
                yield from map(json.loads, lines)


def _keys(account: Account, since: datetime, until: datetime) -> Iterator[str]:
    """Objects are named by the day on which they were recorded, which may be days after their events were said."""
    pages = account.client("s3").get_paginator("list_objects_v2").paginate(
        Bucket=_bucket(account), Prefix="events/day=", StartAfter=f"events/day={since:%Y-%m-%d}",
    )
    last = f"events/day={until + _LATE:%Y-%m-%d}/~"
    for page in pages:
        for known in page.get("Contents", []):
            if known["Key"] > last:
                return
            yield known["Key"]


def _lines(s3: Any, bucket: str, key: str) -> list[str]:
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode().splitlines()


def _bucket(account: Account) -> str:
    return f"referral-{account.name}-event-log-{account.client('sts').get_caller_identity()['Account']}"


def _some(keys: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(keys)
    while chunk := list(islice(waiting, _AT_ONCE)):
        yield chunk
