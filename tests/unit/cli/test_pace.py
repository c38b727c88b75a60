"""An import on the laptop waits for its queues, and never for ever."""

from infra.cli.pace import Paced


def test_it_waits_until_what_it_put_is_handled() -> None:
    depths = [9_000, 4_000, 10, 10]
    naps: list[float] = []
    put = Paced(lambda entries: [], lambda: depths.pop(0), naps.append)
    for _ in range(60):
        put([{}] * 10)
    assert len(naps) == 2
    assert depths == []


def test_what_is_stuck_does_not_hold_it_up_for_ever() -> None:
    naps: list[float] = []
    put = Paced(lambda entries: [], lambda: 9_000, naps.append)
    for _ in range(26):
        put([{}] * 10)
    assert 10 < sum(naps) <= 60
