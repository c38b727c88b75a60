"""What became of the rows of an import."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

_SHOWN = 20  # rejected rows that are kept to be printed; all of them are in the rejects file


@dataclass
class Summary:
    """What became of the rows.

    ``service_ids`` are the jobs that were sent, each once, in their order; ``rejects`` are the first rows set aside, and
    ``reasons`` says of how many rows each was one.
    """

    rows: int = 0
    sent: int = 0
    rejected: int = 0
    repeated: int = 0
    customers: int = 0
    seconds: float = 0.0
    stopped: bool = False
    rejects_file: str | None = None
    reasons: Counter[str] = field(default_factory=Counter)
    rejects: list[tuple[int, list[str]]] = field(default_factory=list)
    service_ids: dict[str, None] = field(default_factory=dict)

    def public(self) -> dict[str, Any]:
        """The counts, as they are printed."""
        counts = {name: value for name, value in asdict(self).items() if name not in ("reasons", "rejects", "service_ids")}
        return counts | {"reasons": dict(self.reasons.most_common())}

    def send(self, service_id: str) -> None:
        self.sent += 1
        self.repeated += service_id in self.service_ids
        self.service_ids[service_id] = None

    def reject(self, number: int, reasons: list[str]) -> None:
        self.rejected += 1
        self.reasons.update(reasons)
        if len(self.rejects) < _SHOWN:
            self.rejects.append((number, reasons))
