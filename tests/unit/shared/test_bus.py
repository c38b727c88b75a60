"""What the bus refuses is sent again, entry by entry; what it will never take comes back."""

from typing import Any

import pytest

from shared.bus import MAX_CALL_BYTES, MAX_ENTRIES, Entry, Unavailable, chunks, put


def entry(name: str, detail: str = "{}", source: str = "referral.test") -> Entry:
    return {"EventBusName": "referral-test", "Source": source, "DetailType": name, "Detail": detail}


class Bus:
    """Answers each entry with the next of its codes, and then takes it."""

    def __init__(self, **codes: list[str]) -> None:
        self.codes = codes
        self.calls: list[list[str]] = []
        self.slept: list[float] = []

    def put_events(self, Entries: list[Entry]) -> dict[str, Any]:
        self.calls.append([one["DetailType"] for one in Entries])
        return {"Entries": [self._answer(one["DetailType"]) for one in Entries]}

    def _answer(self, name: str) -> dict[str, str]:
        return {"ErrorCode": self.codes[name].pop(0)} if self.codes.get(name) else {"EventId": f"transport-{name}"}

    def put(self, *names: str) -> list[tuple[str, str]]:
        rejected = put([entry(name) for name in names], client=self, sleep=self.slept.append)
        return [(lost["DetailType"], why) for lost, why in rejected]


def test_what_is_taken_is_put_once() -> None:
    there = Bus()
    assert there.put("a", "b") == []
    assert (there.calls, there.slept) == ([["a", "b"]], [])


def test_nothing_is_no_call() -> None:
    there = Bus()
    assert there.put() == []
    assert there.calls == []


def test_only_what_was_refused_is_sent_again_matched_by_its_place() -> None:
    there = Bus(b=["ThrottlingException"], d=["InternalFailure", "ThrottlingException"])
    assert there.put("a", "b", "c", "d") == []
    assert there.calls == [["a", "b", "c", "d"], ["b", "d"], ["d"]]


def test_what_will_never_be_taken_comes_back_with_its_reason_and_holds_up_nobody() -> None:
    there = Bus(b=["NotAuthorizedForSourceException"], c=["ThrottlingException"])
    assert there.put("a", "b", "c") == [("b", "NotAuthorizedForSourceException")]
    assert there.calls == [["a", "b", "c"], ["c"]]


def test_an_entry_that_turns_out_impossible_on_a_later_try_comes_back_too() -> None:
    there = Bus(a=["ThrottlingException", "MalformedDetail"])
    assert there.put("a") == [("a", "MalformedDetail")]


def test_a_bus_that_goes_on_refusing_is_unavailable_after_a_bounded_number_of_tries_with_growing_pauses() -> None:
    there = Bus(a=["ThrottlingException"] * 100)
    with pytest.raises(Unavailable):
        there.put("a", "b")
    assert len(there.calls) <= 6
    assert there.slept == sorted(there.slept)
    assert 1 < sum(there.slept) < 30


def test_entries_go_in_calls_of_ten_in_their_order() -> None:
    there = Bus()
    names = [f"n{number}" for number in range(2 * MAX_ENTRIES + 3)]
    there.put(*names)
    assert [len(call) for call in there.calls] == [MAX_ENTRIES, MAX_ENTRIES, 3]
    assert [name for call in there.calls for name in call] == names


def test_a_call_is_never_larger_than_the_bus_takes() -> None:
    large = [entry(f"n{number}", "ä" * 100_000) for number in range(9)]  # 200 kB each, in bytes
    calls = list(chunks(large))
    assert [one["DetailType"] for call in calls for one in call] == [one["DetailType"] for one in large]
    assert [len(call) for call in calls] == [4, 4, 1]
    assert all(sum(len(one["Detail"].encode()) for one in call) <= MAX_CALL_BYTES for call in calls)


def test_a_call_speaks_for_one_source() -> None:
    entries = [entry("a"), entry("b"), entry("c", source="upstream.test"), entry("d")]
    assert [[one["DetailType"] for one in call] for call in chunks(entries)] == [["a", "b"], ["c"], ["d"]]


def test_one_entry_that_is_too_large_for_any_call_goes_alone() -> None:
    calls = list(chunks([entry("small"), entry("huge", "x" * (MAX_CALL_BYTES + 1)), entry("small")]))
    assert [len(call) for call in calls] == [1, 1, 1]


def test_a_later_call_is_not_made_while_an_earlier_one_is_refused() -> None:
    there = Bus(n0=["ThrottlingException"] * 100)
    with pytest.raises(Unavailable):
        there.put(*(f"n{number}" for number in range(MAX_ENTRIES + 1)))
    assert f"n{MAX_ENTRIES}" not in {name for call in there.calls for name in call}


@pytest.mark.parametrize("code", ["InternalException", "InternalFailure", "ServiceUnavailable", "ThrottlingException"])
def test_what_passes_by_itself_is_tried_again(code: str) -> None:
    assert Bus(a=[code]).put("a") == []
