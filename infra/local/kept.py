"""What MiniStack forgets at a clean stop and AWS keeps: mails that SES accepted, and a stream's unread records.

It remembers how far each reader of a stream has come, but not the stream: whatever is written after a start would be
taken for read until as much is written again as there was before.

And what it keeps that nobody needs: a day's stream records, which go here once every reader has them; for ten minutes all that
a transaction wrote, to know one that is repeated, for which a hash is enough; and every event, though the archive has them.
"""

import copy
import hashlib
import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb, eventbridge, lambda_svc, ses

State = dict[str, Any]

_tables, _restore_tables = dynamodb.get_state, dynamodb.load_persisted_state
_poll = lambda_svc._poll_dynamodb_streams
_READ_AND_KEPT = 1_000  # records of a stream, so that letting go costs little for each
_remember_transaction = dynamodb._txn_token_store
_mails, _restore_mails = ses.get_state, ses.load_persisted_state


def keep() -> None:
    """Let the emulator save and restore it with the rest of its state."""
    dynamodb.get_state, dynamodb.load_persisted_state = tables_and_streams, restore_tables_and_streams
    dynamodb._txn_token_store = remember_transaction
    eventbridge._events_log_list = lambda: deque(maxlen=0)
    lambda_svc._poll_dynamodb_streams = poll
    ses.get_state, ses.load_persisted_state = identities_and_mails, restore_identities_and_mails


def tables_and_streams() -> State:
    unread, begins = AccountRegionScopedDict(), AccountRegionScopedDict()
    for (account, region, table), records in dynamodb._stream_records.all_items():
        before = dynamodb._stream_trimmed.get_scoped(account, region, table, 0)
        begin = max(before, min(_positions(table), default=before))
        unread.set_scoped(account, region, table, copy.deepcopy(records[begin - before :]))
        begins.set_scoped(account, region, table, begin)
    return _tables() | {"unread_records": unread, "streams_begin": begins}


def restore_tables_and_streams(saved: State) -> None:
    _restore_tables(saved)
    dynamodb._stream_records.update(saved.get("unread_records", {}))
    dynamodb._stream_trimmed.update(saved.get("streams_begin", {}))


def poll() -> bool:
    """Hand on what is new in the streams; records that every reader has go first, in this thread, as only it reads."""
    for (account, region, table), records in dynamodb._stream_records.all_items():
        before = dynamodb._stream_trimmed.get_scoped(account, region, table, 0)
        read = min(_positions(table), default=before) - before
        if read > _READ_AND_KEPT:
            del records[:read]
            dynamodb._stream_trimmed.set_scoped(account, region, table, before + read)
    return _poll()


class Digest:
    """What is left of a request: enough to tell whether another one says the same."""

    def __init__(self, request: State) -> None:
        self._hash = _hash(request)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and _hash(other) == self._hash


def remember_transaction(token: str, known: State) -> None:
    _remember_transaction(token, known | {"signature": Digest(known["signature"])})


def identities_and_mails() -> State:
    return _mails() | {"mails": copy.deepcopy(ses._sent_emails)}


def restore_identities_and_mails(saved: State) -> None:
    _restore_mails(saved)
    ses._sent_emails.update(saved.get("mails", {}))


def _positions(table: str) -> Iterator[int]:
    """How far each reader of the table's stream has come."""
    for scoped, mapping in lambda_svc._esms.all_items():
        position = lambda_svc._dynamodb_stream_positions.get_scoped(*scoped)
        if position is not None and f":table/{table}/stream/" in mapping.get("EventSourceArn", ""):
            yield position


def _hash(request: State) -> bytes:
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).digest()
