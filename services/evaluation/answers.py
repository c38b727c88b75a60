"""Where answers to whole requests come from: from what was answered before, else from the model."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from services.evaluation.case import Kept
from shared.writing import prices
from shared.writing.faults import ModelFault, ModelThrottled, ModelUnavailable
from shared.writing.mail import fingerprint
from shared.writing.model import Form, Model

_PATIENCE = (0.25, 1.0)  # seconds before a throttled request is repeated at once; later the message comes back


class Asked(NamedTuple):
    """A request and what its answer has to look like."""

    request: dict[str, Any]
    form: Form[Any]


class Answers(Protocol):
    def each(self, asked: Iterable[Asked]) -> list[Kept | ModelFault]:
        """The answer to each, or the fault that says why there is none."""
        ...


@dataclass
class FromModel:
    """Asks for what is not ``known``, and keeps what is ``fresh``; one for each case, so that cases share nothing."""

    model: Model
    known: Mapping[str, Kept]
    paid_by: str
    sleep: Callable[[float], None] = time.sleep
    fresh: dict[str, Kept] = field(default_factory=dict)

    def each(self, asked: Iterable[Asked]) -> list[Kept | ModelFault]:
        return [self._one(one) for one in asked]

    def _one(self, asked: Asked) -> Kept | ModelFault:
        named = fingerprint(asked.request)
        before = self.known.get(named) or self.fresh.get(named)
        if before:
            return before
        try:
            self.fresh[named] = self._patiently(asked)
        except ModelFault as fault:
            return fault
        return self.fresh[named]

    def _patiently(self, asked: Asked) -> Kept:
        for pause in _PATIENCE:
            try:
                return self._ask(asked)
            except ModelThrottled:
                self.sleep(pause)
        return self._ask(asked)

    def _ask(self, asked: Asked) -> Kept:
        answer = self.model.ask(asked.request, asked.form)
        return Kept(
            said=answer.said.model_dump(mode="json"), input_tokens=answer.input_tokens,
            output_tokens=answer.output_tokens, latency_ms=answer.latency_ms, paid_by=self.paid_by,
            cost_usd=prices.cost(asked.request["modelId"], answer.input_tokens, answer.output_tokens),
        )


@dataclass
class Rehearsal:
    """Answers only what is known, and writes down what would have been asked."""

    known: Mapping[str, Kept]
    wanted: list[str] = field(default_factory=list)

    def each(self, asked: Iterable[Asked]) -> list[Kept | ModelFault]:
        named = [fingerprint(one.request) for one in asked]
        self.wanted += [name for name in named if name not in self.known]
        return [self.known.get(name) or ModelUnavailable() for name in named]
