"""What became of the rows of an import."""

from dataclasses import asdict, dataclass, field
from typing import Any

_SHOWN = 20  # rejected rows that are kept to be printed; all of them are in the rejects file


@dataclass
class Summary:
    """What became of the rows.

    ``service_ids`` are the jobs that were sent, each once, in their order; ``rejects`` are the first rows set aside.
    """

    rows: int = 0
    sent: int = 0
    rejected: int = 0
    repeated: int = 0
    customers: int = 0
    seconds: float = 0.0
    stopped: bool = False
    rejects_file: str | None = None
    rejects: list[tuple[int, list[str]]] = field(default_factory=list)
    service_ids: dict[str, None] = field(default_factory=dict)

    def public(self) -> dict[str, Any]:
        """The counts, as they are printed."""
        return {name: value for name, value in asdict(self).items() if name not in ("rejects", "service_ids")}

    def send(self, service_id: str) -> None:
        self.sent += 1
        self.repeated += service_id in self.service_ids
        self.service_ids[service_id] = None

    def reject(self, number: int, reasons: list[str]) -> None:
        self.rejected += 1
        if len(self.rejects) < _SHOWN:
            self.rejects.append((number, reasons))
