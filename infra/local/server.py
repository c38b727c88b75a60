"""The emulator behind uvicorn, whose parser and loop are C.

MiniStack asks hypercorn, which reads HTTP in Python: that was a quarter of the emulator's time for a draft, and the emulator
is what the laptop waits for.
"""

import asyncio
from typing import Any

import hypercorn.asyncio
import uvicorn
import uvloop

_IDLE_SECONDS = 75  # as MiniStack has it: longer than an SDK keeps a connection
_STOP_SECONDS = 3  # for a call that is being answered, when all ends


def serve_quickly() -> None:
    """What MiniStack calls to serve is uvicorn from now on."""
    hypercorn.asyncio.serve = served
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


async def served(app: Any, config: Any) -> None:
    """Serve at the first address that is configured, until a signal to end; what is written down then is the app's affair."""
    host, _, port = config.bind[0].rpartition(":")
    await uvicorn.Server(uvicorn.Config(
        app, host=host, port=int(port), http="httptools", ws="none", lifespan="on", log_config=None, access_log=False,
        server_header=False, date_header=False, timeout_keep_alive=_IDLE_SECONDS, timeout_graceful_shutdown=_STOP_SECONDS,
    )).serve()  # fmt: skip
