"""What upstream systems said since the last checkpoint of the laptop's AWS, so that a hard stop loses none of it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from infra.local import checkpoint

_UPSTREAM = "upstream."
Entries = list[dict[str, Any]]
Answer = tuple[int, Any, bytes]
Put = Callable[..., Answer]


class Journal:
    """The journals of a folder; one of them is written, a line for each call to PutEvents."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = max([checkpoint.newest(folder), *checkpoint.numbers(folder, checkpoint.JOURNAL)])
        self._file: TextIO | None = None

    def noted(self, put: Put) -> Put:
        """PutEvents that answers once what it accepted from upstream is written down."""
        def put_events(said: dict[str, Any], **options: Any) -> Answer:
            answer = put(said, **options)
            self._write(_accepted(said.get("Entries", []), answer))
            return answer

        return put_events

    def turn_over(self) -> int:
        """From now on what is said comes after the next checkpoint; answers its number."""
        if self._file:
            self._file.close()
        self._file = None
        self._number += 1
        return self._number

    def since_checkpoint(self) -> Iterator[Entries]:
        """What is in no checkpoint, call by call; a line that the hard stop cut was not accepted."""
        newest = checkpoint.newest(self.folder)
        for number in sorted(checkpoint.numbers(self.folder, checkpoint.JOURNAL)):
            if number >= newest:
                lines = checkpoint.path(self.folder, number, checkpoint.JOURNAL).read_text().split("\n")
                yield from (json.loads(line) for line in lines[:-1])

    def _write(self, entries: Entries) -> None:
        if entries:
            self._file = self._file or checkpoint.path(self.folder, self._number, checkpoint.JOURNAL).open("a")
            self._file.write(json.dumps(entries) + "\n")
            self._file.flush()


def _accepted(entries: Entries, answer: Answer) -> Entries:
    status, _, body = answer
    results = json.loads(body).get("Entries", []) if status == 200 else []
    told = zip(entries, results, strict=False)
    return [entry for entry, told in told if "EventId" in told and str(entry.get("Source")).startswith(_UPSTREAM)]
