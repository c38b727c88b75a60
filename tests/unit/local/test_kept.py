"""What a clean stop of the laptop's AWS keeps: mails, and what a stream's readers have not read."""

from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import dynamodb, lambda_svc, ses

from infra.local import kept

TABLE = "Referrals"
STREAM = f"arn:aws:dynamodb:eu-west-1:000000000000:table/{TABLE}/stream/now"


@pytest.fixture(autouse=True)
def emulator() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    for service in (dynamodb, lambda_svc, ses):
        service.reset()


def write(*numbers: int) -> None:
    dynamodb._stream_records.setdefault(TABLE, []).extend({"n": number} for number in numbers)


def reader(position: int) -> None:
    lambda_svc._esms["relay"] = {"UUID": "relay", "EventSourceArn": STREAM}
    lambda_svc._dynamodb_stream_positions["relay"] = position


def unread(position: int) -> list[Any]:
    return [record["n"] for record in dynamodb.stream_records_since(TABLE, position, 100)]


def test_what_was_not_read_before_a_stop_is_read_after_it_and_what_is_written_then() -> None:
    write(*range(10))
    reader(7)
    saved = kept.tables_and_streams()
    forget()
    kept.restore_tables_and_streams(saved)
    write(10)
    assert unread(7) == [7, 8, 9, 10]


def test_a_stream_that_was_read_to_its_end_goes_on_behind_it() -> None:
    write(*range(10))
    reader(10)
    first = kept.tables_and_streams()
    assert list(first["unread_records"].all_values()) == [[]]
    forget()
    kept.restore_tables_and_streams(first)
    reader(10)
    again = kept.tables_and_streams()
    forget()
    kept.restore_tables_and_streams(again)
    write(10)
    assert unread(10) == [10]


def test_mails_outlive_a_stop() -> None:
    ses._sent_emails["entries"] = [{"MessageId": "m-1"}]
    saved = kept.identities_and_mails()
    forget()
    kept.restore_identities_and_mails(saved)
    assert ses._sent_emails["entries"] == [{"MessageId": "m-1"}]


def test_a_state_that_was_saved_before_is_restored_too() -> None:
    kept.restore_tables_and_streams(dynamodb.get_state())
    kept.restore_identities_and_mails(ses.get_state())
    assert unread(0) == []


def test_a_repeated_transaction_is_known_by_a_hash_of_what_it_said() -> None:
    asked = {"TransactItems": [{"Put": {"TableName": TABLE, "Item": {"pk": {"S": "REFERRAL#1"}}}}]}
    kept.remember_transaction("token", {"signature": asked, "response": {}, "sizes": {}})
    known = dynamodb._txn_token_lookup("token")["signature"]
    assert known == {"TransactItems": [{"Put": {"TableName": TABLE, "Item": {"pk": {"S": "REFERRAL#1"}}}}]}
    assert known != asked | {"TransactItems": []}
    assert isinstance(known, kept.Digest)
