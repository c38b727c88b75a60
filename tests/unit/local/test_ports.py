"""The ports of the laptop's AWS: named by the user, and free before anything is started."""

import socket
from pathlib import Path

import pytest

from infra import Problem, accounts
from infra.local import bridge, cloud


@pytest.mark.parametrize("named", ["abc", "", "0", "-1", "65535", "70000", "4566.5"])
def test_what_is_no_port_is_a_sentence(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_PORT", named)
    with pytest.raises(Problem, match="it must be a number from 1 to 65534"):
        bridge.port()


def test_nothing_is_started_where_one_of_the_ports_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_HOME", str(tmp_path))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("REFERRAL_PORT", str(other.getsockname()[1]))
        with pytest.raises(Problem, match="is taken by another program"):
            cloud.start(accounts.account("local"))
    assert not list(cloud.home().glob("*.pid"))
