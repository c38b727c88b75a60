"""The ports of the laptop's AWS: named by the user, and free before anything is started."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import Problem, accounts
from infra.local import bridge, cloud


@pytest.mark.parametrize("named", ["abc", "", "0", "-1", "65535", "70000", "4566.5"])
def test_what_is_no_port_is_a_sentence(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_PORT", named)
    with pytest.raises(Problem, match="it must be a number from 1 to 65534"):
        bridge.port()


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("of_the_pair", [0, 1])
def test_nothing_is_started_where_one_of_the_ports_is_taken(
    of_the_pair: int, taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFERRAL_HOME", str(tmp_path))
    monkeypatch.setenv("REFERRAL_PORT", str(taken - of_the_pair))
    with pytest.raises(Problem, match=f"Taken by another program: .*port {taken}"):
        cloud.start(accounts.account("local"))
    assert not list(cloud.home().glob("*.pid"))
