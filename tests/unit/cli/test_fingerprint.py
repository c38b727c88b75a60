"""Two fingerprints of a table are the same where its rows are, and nowhere else."""

from decimal import Decimal

import pytest

from infra.cli.fingerprint import Print, changed, fingerprint, whole
from infra.cli.retelling.projection import kind
from shared.store import Item, Key

STATE: Item = {"status": "sent", "made": {"at": "noon", "by": "kim"}, "rev": Decimal(3)}
ONE: tuple[Key, Item] = (("REFERRAL#r-1", "STATE"), STATE)
OTHER: tuple[Key, Item] = (("REFERRAL#r-2", "SEND"), {"at": "noon"})
GONE: tuple[Key, Item] = (("OUTBOX#e-1", "OUTBOX"), {"expires_at": Decimal(99)})


def prints(*rows: tuple[Key, Item]) -> dict[str, Print]:
    return fingerprint(rows, kind, expired=100)


def test_the_order_of_rows_and_of_what_is_in_them_says_nothing() -> None:
    turned = (ONE[0], {"rev": Decimal(3), "made": {"by": "kim", "at": "noon"}, "status": "sent"})
    assert changed(prints(ONE, OTHER), prints(OTHER, turned)) == {}
    assert whole(prints(ONE, OTHER)) == whole(prints(OTHER, ONE)) and whole(prints(ONE, OTHER)).rows == 2


@pytest.mark.parametrize("row", [
    (ONE[0], STATE | {"rev": Decimal(4)}), (ONE[0], STATE | {"made": {"at": "noon", "by": "robin"}}),
    (("REFERRAL#r-3", "STATE"), STATE),
])
def test_a_row_that_became_another_is_seen_by_its_kind(row: tuple[Key, Item]) -> None:
    found = changed(prints(ONE, OTHER), prints(row, OTHER))
    assert list(found) == ["REFERRAL/STATE"]
    assert [side["rows"] for side in found["REFERRAL/STATE"].values()] == [1, 1]


def test_a_row_that_came_or_went_is_seen() -> None:
    assert changed(prints(ONE), prints(ONE, OTHER))["REFERRAL/SEND"]["before"]["rows"] == 0
    assert list(changed(prints(ONE, OTHER), prints(ONE))) == ["REFERRAL/SEND"]


def test_what_may_expire_meanwhile_is_left_out() -> None:
    assert changed(prints(ONE, GONE), prints(ONE)) == {}
    assert list(changed(prints(ONE, (GONE[0], {"expires_at": Decimal(100)})), prints(ONE))) == ["OUTBOX/OUTBOX"]
