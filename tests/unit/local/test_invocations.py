"""What is measured of each invocation, whoever asked for it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ministack.services import lambda_svc

from infra.local import invocations, metering

NAME = "referral-local-receive-webhook"
FUNCTION = {"config": {"FunctionName": NAME}}
URL = "abcdefgh"
pytestmark = pytest.mark.usefixtures("nothing_measured")


def known(metric: str) -> list[tuple[float, float]]:
    """Value and count of each sample of the function."""
    found = metering.known((metering.FUNCTIONS, metric)).get(frozenset({("FunctionName", NAME)}), [])
    return [(sample.value, sample.count) for sample in found]


def test_every_invocation_counts_and_every_error_among_them() -> None:
    for error in (False, True, False):
        invocations.ended(FUNCTION, "id", "", error, 9)
    assert sum(count for _, count in known("Invocations")) == 3
    assert known("Errors") == [(1.0, 1.0)]


def test_durations_are_kept_in_two_digits_and_none_is_nothing() -> None:
    for taken in (0, 1234, 1199):
        invocations.ended(FUNCTION, "id", "", False, taken)
    assert sorted({value for value, _ in known("Duration")}) == [1.0, 1200.0]


def test_what_was_not_invoked_for_want_of_a_place_counts_once() -> None:
    for milliseconds in (0.0, 3.5):  # where it is refused, and where its caller is told
        invocations.throttled(NAME, milliseconds, False, True)
    assert known("Throttles") == [(1.0, 1.0)]


@pytest.mark.parametrize(("status", "faults"), [(200, []), (404, []), (500, [(1.0, 1.0)]), (502, [(1.0, 1.0)])])
def test_a_request_to_a_url_counts_and_its_fault(status: int, faults: list[Any]) -> None:
    lambda_svc._function_urls[NAME] = {"FunctionUrl": f"http://{URL}.lambda-url.eu-west-1.localhost:4566/"}

    async def answer(*_: Any, **__: Any) -> tuple[int, dict[str, str], bytes]:
        return status, {}, b""

    with ThreadPoolExecutor() as pool:  # a thread of its own: in this one the loop of a browser's driver may run
        answered = pool.submit(asyncio.run, invocations.counted(answer)(URL, "POST", "/")).result()
    assert answered[0] == status
    assert (known("UrlRequestCount"), known("Url5xxCount")) == ([(1.0, 1.0)], faults)
