"""What MiniStack forgets at a clean stop and AWS keeps: mails that SES accepted, and a stream's unread records.

It remembers how far each reader of a stream has come, but not the stream: whatever is written after a start would be
taken for read until as much is written again as there was before.

And what it keeps that nobody needs: it holds a day's stream records in memory; here they go once every reader has them.
"""

import copy
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb, lambda_svc, ses

State = dict[str, Any]

_tables, _restore_tables = dynamodb.get_state, dynamodb.load_persisted_state
_poll = lambda_svc._poll_dynamodb_streams
_READ_AND_KEPT = 1_000  # records of a stream, so that letting go costs little for each
_mails, _restore_mails = ses.get_state, ses.load_persisted_state


def keep() -> None:
    """Let the emulator save and restore it with the rest of its state."""
    dynamodb.get_state, dynamodb.load_persisted_state = tables_and_streams, restore_tables_and_streams
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
