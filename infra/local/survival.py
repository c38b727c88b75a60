"""The laptop's AWS goes on where it was when it is killed.

MiniStack saves its state at a clean stop only. Here the process forks between two requests, a few seconds after a change,
and the fork, which has the memory as it was at that moment, writes a checkpoint. What upstream systems say after that
stands in a journal, and comes onto the bus again after a hard stop. What the system itself did since the checkpoint, it
does again: nothing of it has left the laptop.
"""

import asyncio
import copy
import gc
import os
import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread
from typing import Any

from ministack import app
from ministack.core import persistence
from ministack.services import cloudformation, eventbridge, sqs

from infra.local import checkpoint
from infra.local.journal import Journal, Put

_SECONDS = 2.0  # from a change to the checkpoint that has it
_PAUSES = 60  # ... and so many times as long as the last one computed, for the machine has other work
_LONGEST = 300  # seconds; a fork that was born with a lock in somebody else's hands never ends by itself
_NICE = 10
_STREAMS = 3


def survive() -> None:
    """Have the emulator save itself while it runs, and be what it was when it starts again."""
    made = Survival(Path(persistence.STATE_DIR))
    app.save_all = made.save
    app.load_state = made.loading(app.load_state)
    app._load_persisted_state = made.restoring(app._load_persisted_state, eventbridge._put_events)
    app._dispatch_service_request = made.noticing(app._dispatch_service_request)
    eventbridge._put_events = made.journal.noted(eventbridge._put_events)


class Survival:
    """When a checkpoint is taken, and what becomes of it at the next start."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.journal = folder, Journal(folder)
        self._saved: dict[str, Any] = {}
        self._planned = self._changed = False
        self._took = 0.0

    def save(self, states: checkpoint.States) -> None:
        """Take one now, before the process ends."""
        checkpoint.write(self.folder, self.journal.turn_over(), states)

    def loading(self, older: Callable[[str], Any]) -> Callable[[str], Any]:
        """What the last checkpoint knows of a service; without one, what an older program saved of it."""
        return lambda service: self._saved.pop(service, None) if checkpoint.newest(self.folder) else older(service)

    def restoring(self, load_all: Callable[[], None], put: Put) -> Callable[[], None]:
        """Load the last checkpoint, and have said again what was said after it."""
        def restore() -> None:
            self._saved = checkpoint.read(self.folder) if checkpoint.newest(self.folder) else {}
            load_all()
            come_again(sqs._queues.all_values(), time.time())
            for entries in self.journal.since_checkpoint():
                put({"Entries": entries})

        return restore

    def noticing(self, dispatch: Callable[..., Any]) -> Callable[..., Any]:
        """The same, after which a checkpoint follows soon."""
        async def dispatched(*request: Any, **options: Any) -> Any:
            try:
                return await dispatch(*request, **options)
            finally:
                self._changed = True
                self._plan()

        return dispatched

    def _plan(self) -> None:
        if not self._planned:
            self._planned = True
            asyncio.get_running_loop().call_later(_SECONDS + _PAUSES * self._took, self._take)

    def _take(self) -> None:
        if _deploying():  # nobody could go on with half a stack
            self._planned = False
            return self._plan()
        self._changed = False
        number = self.journal.turn_over()
        with sqs._queues_lock:
            child = os.fork()
        if not child:
            self._write_and_end(number)
        loop = asyncio.get_running_loop()
        Thread(target=lambda: loop.call_soon_threadsafe(self._taken, *os.wait4(child, 0)), daemon=True).start()
        return None

    def _taken(self, child: int, status: int, used: resource.struct_rusage) -> None:
        self._took = used.ru_utime + used.ru_stime
        self._planned = False
        if self._changed:
            self._plan()

    def _write_and_end(self, number: int) -> None:
        """The fork's whole life. What is in its memory nobody else changes, so that nothing needs a copy."""
        code = 1
        try:
            signal.alarm(_LONGEST)
            os.nice(_NICE)
            os.closerange(_STREAMS, os.sysconf("SC_OPEN_MAX"))
            gc.disable()
            copy.deepcopy = lambda value, memo=None: value
            checkpoint.write(self.folder, number, app._build_persistence_save_dict())
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)


def come_again(queues: Iterable[dict[str, Any]], now: float) -> None:
    """Whoever had received a message ended with the process: it need not wait until that one's time is over."""
    for message in (message for queue in queues for message in queue["messages"] if message.get("receive_count")):
        message["visible_at"] = min(message["visible_at"], now)


def _deploying() -> bool:
    return any(str(stack.get("StackStatus")).endswith("_IN_PROGRESS") for stack in cloudformation._stacks.all_values())
