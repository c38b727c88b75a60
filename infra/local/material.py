"""What the writer has to write from: facts by name, and a choice of words that only the prompt decides."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from infra.local.prompt import Prompt


@dataclass(frozen=True)
class Material:
    """A prompt as facts that may be there or not."""

    prompt: Prompt

    @cached_property
    def name(self) -> str:
        """By which the customer is greeted; empty where it is not known, or where the prompt forbids it."""
        return str(self.fact("given_name") or "") if self.prompt.by_name else ""

    @cached_property
    def company(self) -> str:
        return str(self.prompt.company.get("name") or "")

    @cached_property
    def service(self) -> str:
        return str(self.fact("service") or "").replace("_", " ")

    @cached_property
    def jobs(self) -> int:
        return _converted(self.fact("features.service_count"), int) or 0

    @cached_property
    def score(self) -> float:
        """Of this job, or of all jobs, from 1 to 5; 0 where nothing is known. It comes as `4 of 5`."""
        said = self.fact("satisfaction", "features.satisfaction_avg")
        return _converted(str(said).split()[0], float) or 0.0

    @cached_property
    def since(self) -> int | None:
        """The year of the first job."""
        moment = _converted(self.fact("features.first_service_at"), lambda text: datetime.fromisoformat(str(text)))
        return moment.year if moment else None

    def wishes(self, wish: str) -> bool:
        return wish in self.prompt.wishes

    def fact(self, *names: str) -> Any:
        """The first of these paths at which something is known."""
        known = self.prompt.facts
        return next((value for name in names if (value := known.get(name)) not in (None, "")), None)

    def pick(self, slot: str, *choices: str) -> str:
        """One of the choices; which one depends on everything that the prompt says."""
        digest = hashlib.blake2b(slot.encode(), key=self._seed, digest_size=2).digest()
        return choices[digest[0] % len(choices)]

    @cached_property
    def _seed(self) -> bytes:
        prompt = self.prompt
        said = [prompt.facts, prompt.company, prompt.notes, sorted(prompt.wishes), prompt.tone]
        return hashlib.blake2b(json.dumps(said, sort_keys=True, default=str).encode(), digest_size=8).digest()


def _converted(value: Any, kind: Callable[[Any], Any]) -> Any:
    try:
        return kind(value)
    except (TypeError, ValueError):
        return None
