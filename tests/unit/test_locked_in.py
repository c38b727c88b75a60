"""The tests themselves keep to this machine."""

import os
import socket

import pytest

from tests.conftest import Outside


@pytest.mark.parametrize("place", [("example.com", 443), ("192.0.2.1", 443), ("sqs.eu-west-1.amazonaws.com", 443)])
def test_nobody_talks_to_another_machine(place: tuple[str, int]) -> None:
    with pytest.raises(Outside), socket.create_connection(place, timeout=1):
        pass


def test_this_machine_may_be_talked_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=1) as reached:
        assert reached.getpeername() == server.getsockname()


def test_nobody_is_signed_in() -> None:
    assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
    assert "AWS_PROFILE" not in os.environ
