"""A long event log: exported, and folded into a table once more. Time must grow with the events, memory must not.

``python -m benchmarks.history 1000000`` measures a log of so many events.
"""

import sys

from benchmarks.measure import Figure, in_new_process

_EVENTS, _TIMES, _ROUNDS = 4_000, 4, 2
_EXPORT = """
import json, os
from benchmarks.synthetic import envelopes
from infra.cli.placeholders import Placeholders
from infra.cli.spool import Spool
hide, file = Placeholders(b"benchmark"), open(os.devnull, "w")
for one in Spool().add(envelopes({events})).in_order():
    file.write(json.dumps(hide.instead(one)) + "\\n")
"""
_REBUILD = """
from benchmarks.synthetic import FOLDS, envelopes
from infra.cli.rebuilding import rebuilt
from infra.cli.spool import Spool
table = rebuilt(Spool().add(envelopes({events})), "features", FOLDS)
assert sum(key[1] == "COUNTED" for key, _ in table.written()) == {events} // 2
"""


def figures() -> list[Figure]:
    return [figure for what, code in (("export", _EXPORT), ("rebuild", _REBUILD)) for figure in _of(what, code)]


def _of(what: str, code: str) -> list[Figure]:
    """In time on a core, the least of some rounds, without what no event takes (starting, importing)."""
    sizes = (0, _EVENTS, _TIMES * _EVENTS)
    rounds = [[in_new_process(code.format(events=events)) for events in sizes] for _ in range(_ROUNDS)]
    none, few, many = ({name: min(one[size][name] for one in rounds) for name in ("cpu", "bytes")} for size in range(len(sizes)))
    took = many["cpu"] - none["cpu"], few["cpu"] - none["cpu"]
    return [
        Figure(f"{what} of {_TIMES} times the events / {_TIMES} times the time", took[0] / took[1] / _TIMES, "x", 1.5, noise=0.3),
        Figure(f"peak memory of that {what} / of a quarter of the events", many["bytes"] / few["bytes"], "x", 1.1),
        Figure(f"{what}: events", _TIMES * _EVENTS / took[0], "events/s"),
        Figure(f"{what}: peak memory", many["bytes"] / 2**20, "MB"),
    ]


def once(events: int) -> None:
    for what, code in (("rebuild", _REBUILD), ("export", _EXPORT)):
        taken = in_new_process(code.format(events=events))
        print(f"{what} of {events} events: {taken['seconds']:.0f} s, {taken['bytes'] / 2**20:.0f} MB at most", flush=True)


if __name__ == "__main__":
    once(int(sys.argv[1]))
