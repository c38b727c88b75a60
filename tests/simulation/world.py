"""One run: everything that is there, and one step after the other until nothing is left to do."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

from services.orchestrator.terms import terms
from services.orchestrator.unsubscribe import Unsubscribe
from shared import bus as real_bus
from shared import relay
from shared.store import Write
from tests.harness.echo import hall
from tests.harness.http import Answer, event
from tests.harness.outside import Crash
from tests.simulation import house
from tests.simulation.bus import Bus, Stream
from tests.simulation.clock import VirtualClock
from tests.simulation.faults import Faults
from tests.simulation.history import History
from tests.simulation.mailbox import Mailbox
from tests.simulation.outside import Outside
from tests.simulation.process import Logs
from tests.simulation.store import FaultyStore, SimulatedStore
from tests.simulation.terms import Terms

_ROUND = 900.0  # seconds between two looks at what only time says, in a run of an hour
_SKEWS = (300.0, -300.0, 86_400.0, -86_400.0)
_LATEST = 120.0  # seconds after which a call that was given up may still be done
Do = Callable[[], Any]


class World:
    """All services over their tables, with everything around them; ``tables`` and ``around`` take a guard out."""

    def __init__(
        self, seed: int, faults: Mapping[str, str] | None = None, terms: Terms | None = None,
        around: Callable[[str, SimulatedStore], Any] = lambda service, store: store,
    ) -> None:
        self.random = Random(f"world {seed}")
        self.terms = terms or Terms.drawn(seed)
        self.clock, self.history, self.logs = VirtualClock(), History(), Logs()
        self.faults = Faults(seed, faults)
        self.faults.late = self._later
        self.bus = Bus(self.clock, self.faults, self.history, self.random)
        self.bus.mailboxes = [Mailbox(routes) for routes in (*house.mailboxes(), hall())]
        self.outside = Outside(self.clock, self.faults, self.history, self.random, self.bus)
        names = (*house.SERVICES, "echo")  # the last one answers its own event, where somebody calls into it
        self.tables = {name: SimulatedStore(partial(self._stored, name)) for name in names}
        self.stores = {name: FaultyStore(around(name, table), self.faults) for name, table in self.tables.items()}
        self.streams = {name: Stream(name) for name in names}
        self.late: list[tuple[float, Do]] = []
        self.next_round = _ROUND * self.terms.pace
        self._put = partial(real_bus.put, sleep=self.clock.pass_by)

    def step(self) -> bool:
        """Do one of the things that can be done now; False where there is none."""
        steps = self._steps()
        if not steps:
            return False
        self.clock.pass_by(self.random.random())
        self.random.choice(steps)()
        return True

    def next_due(self) -> float | None:
        """When there will be something to do, besides looking at what only time says."""
        times = [message.due for mailbox in self.bus.mailboxes for message in mailbox.waiting]
        return min([*times, *(at for at, _ in self.late)], default=None)

    def call(self, service: str, method: str, path: str, body: Any = None) -> Answer | None:
        """What an API answers a person; None where no answer came."""
        app = house.apis()[service]
        app.append_context(store=self.stores[service])
        answer = self._run(f"{service}-api", lambda: app.resolve(event(method, path, body), None))
        told = answer and Answer(int(answer["statusCode"]), json.loads(answer["body"]))
        self.history.add(
            self.clock.seconds, "answered", service=service, asked=(method, path, body), status=told and told.status,
        )
        return told

    def follow(self, request: dict[str, Any]) -> int | None:
        """The status with which the link of a mail answers; None where no answer came."""
        way_out = Unsubscribe(self.stores["orchestrator"], terms().company)
        answer = self._run("unsubscribe", lambda: way_out.serve(request))
        return answer and answer["statusCode"]

    def look(self) -> None:
        """What a schedule starts."""
        self.next_round = self.clock.seconds + _ROUND * self.terms.pace
        for service, do in house.timed():
            self._run(f"{service}-round", partial(self._looked, do, service))

    def handle(self, mailbox: Mailbox) -> None:
        """One batch; where the function dies, its messages come back by themselves."""
        batch = mailbox.receive(self.clock.seconds, self.random)
        if not batch:
            return
        store = self.stores[mailbox.routes.service]
        records = [message.record() for message in batch]
        answer = self._run(mailbox.name, lambda: mailbox.routes.batch(store).run(records))
        if answer is not None:
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            mailbox.answered(batch, failed, self.clock.seconds)

    def relay(self, stream: Stream) -> None:
        """One batch of a stream, again and again until it is done; sometimes two relays have the same."""
        batch = stream.batch(self.random)
        done = self._run(f"{stream.service}-relay", lambda: relay.handler({"Records": batch}, put=self._put) or True)
        if done and not self.faults.happens("twice", f"{stream.service}-relay"):
            stream.behind -= len(batch)

    def _steps(self) -> list[Do]:
        now = self.clock.seconds
        steps: list[Do] = [partial(self.handle, box) for box in self.bus.mailboxes if box.waiting and box.is_due(now)]
        steps += [partial(self.relay, stream) for stream in self.streams.values() if stream.behind]
        steps += [partial(self._do_late, one) for one in self.late if one[0] <= now]
        return [*steps, self.look] if now >= self.next_round else steps

    def _run(self, function: str, do: Do) -> Any:
        """A function runs until it answers, fails or dies; None where it does not answer."""
        self.faults.function = function
        self.clock.skew = self.random.choice(_SKEWS) * self.faults.happens("skew", "clock")
        try:
            return do()
        except Crash as crash:
            self.history.add(self.clock.seconds, "crashed", function=function, at_call=str(crash))
        except Exception as error:
            self.history.add(self.clock.seconds, "failed", function=function, error=type(error).__name__)
        finally:
            self.clock.skew, self.faults.function = 0.0, ""
        return None

    def _looked(self, do: Callable[[Any], Any], service: str) -> None:
        do(self.stores[service])

    def _stored(self, service: str, writes: Sequence[Write]) -> None:
        self.history.add(self.clock.seconds, "stored", service=service, writes=writes, by=self.faults.function)
        for write in writes:
            if write.key[1] == "OUTBOX" and write.item is not None and not write.check and not write.revision:
                self.streams[service].add(write.item, self.clock.seconds)

    def _later(self, do: Do) -> None:
        self.late.append((self.clock.seconds + self.random.random() * _LATEST, do))

    def _do_late(self, one: tuple[float, Do]) -> None:
        """Whoever asked for it is gone; whether it can still be done is between the client and the service."""
        self.late.remove(one)
        self._run("late", one[1])
