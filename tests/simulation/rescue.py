"""What the runbook says where something is gone: outbox rows that no stream tells of any more, and rows that were altered by hand."""

import json
from datetime import timedelta
from typing import Any

from infra.cli.aside import Aside
from infra.cli.projections import projection
from infra.cli.rebuilding import compare, rebuilt
from infra.cli.spool import Spool
from infra.cli.switching import switch
from shared import bus as real_bus
from tests.simulation.bus import Stream
from tests.simulation.clock import START
from tests.simulation.world import World

_SERVICE = "features"


def put_again(world: World, stream: Stream) -> int:
    """The rows are still in the table: all of them go on the bus once more, and what had arrived changes nothing."""
    rows = [row for key, row in world.tables[stream.service].all().items() if key[1] == "OUTBOX"]
    entries = [{"Source": row["source"], "DetailType": row["detail_type"], "Detail": row["detail"]} for row in rows]
    real_bus.put(entries, client=world.bus)
    world.history.add(world.clock.seconds, "put again", service=stream.service, count=len(rows))
    stream.lost = 0
    return len(rows)


def rebuild(world: World) -> None:
    """The table once more from the log, and what differs is written; what is a dead letter will be handled after that."""
    known, table, dead = projection(_SERVICE), world.tables[_SERVICE], _dead(world)
    live = Aside().keep((key, row) for key, row in table.all().items() if not known.plumbing(key))
    heard = (entry for entry in world.history.of("published") if (entry.what["type"], entry.what["detail"]) not in dead)
    fresh = rebuilt(Spool().add(_envelope(entry.at, entry.what) for entry in heard), _SERVICE, known.folds)
    done = switch(compare(live, fresh, known).differences, live, fresh, set(), table)
    world.history.add(world.clock.seconds, "rebuilt", rows=done.rows, left=done.left)


def _dead(world: World) -> set[tuple[str, str]]:
    bodies = (message.body for box in world.bus.mailboxes if box.name == _SERVICE for message in box.dead if not message.poison)
    return {(told["detail-type"], json.dumps(told["detail"])) for told in map(json.loads, bodies)}


def _envelope(at: float, what: dict[str, Any]) -> dict[str, Any]:
    said = (START + timedelta(seconds=at)).isoformat()
    return {"time": said, "source": what["source"], "detail-type": what["type"], "detail": what["said"]}
