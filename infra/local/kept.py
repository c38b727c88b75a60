"""What MiniStack forgets at a clean stop and AWS keeps: mails that SES accepted, and a stream's unread records.

It remembers how far each reader of a stream has come, but not the stream: whatever is written after a start would be
taken for read until as much is written again as there was before.

And what it keeps that nobody needs: for ten minutes all that a transaction wrote, to know one that is repeated, for which a
hash is enough; and every event, though the archive has them.
"""

import copy
import hashlib
import marshal
from collections import deque
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb, eventbridge, ses

from infra.local.streams import positions

State = dict[str, Any]

_PLAIN = 2  # the last format in which the same values are the same bytes, whoever else holds them

_tables, _restore_tables = dynamodb.get_state, dynamodb.load_persisted_state
_remember_transaction = dynamodb._txn_token_store
_mails, _restore_mails = ses.get_state, ses.load_persisted_state


def keep() -> None:
    """Let the emulator save and restore it with the rest of its state."""
    dynamodb.get_state, dynamodb.load_persisted_state = tables_and_streams, restore_tables_and_streams
    dynamodb._txn_token_store = remember_transaction
    eventbridge._events_log_list = lambda: deque(maxlen=0)
    ses.get_state, ses.load_persisted_state = identities_and_mails, restore_identities_and_mails


def tables_and_streams() -> State:
    unread, begins = AccountRegionScopedDict(), AccountRegionScopedDict()
    for (account, region, table), records in dynamodb._stream_records.all_items():
        before = dynamodb._stream_trimmed.get_scoped(account, region, table, 0)
        begin = max(before, min(positions(table), default=before))
        unread.set_scoped(account, region, table, copy.deepcopy(records[begin - before :]))
        begins.set_scoped(account, region, table, begin)
    return _tables() | {"unread_records": unread, "streams_begin": begins}


def restore_tables_and_streams(saved: State) -> None:
    _restore_tables(saved)
    dynamodb._stream_records.update(saved.get("unread_records", {}))
    dynamodb._stream_trimmed.update(saved.get("streams_begin", {}))


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


def _hash(request: State) -> bytes:
    return hashlib.sha256(marshal.dumps(request, _PLAIN)).digest()
