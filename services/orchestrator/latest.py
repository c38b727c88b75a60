"""The latest answer of a model, for whoever has to decide anew because others were faster."""

from collections.abc import Callable, Hashable

from shared.writing.content import Content
from shared.writing.model import Answer


class Latest:
    """Remembers one answer: the same question because of the same cause is asked once."""

    def __init__(self) -> None:
        self._known: tuple[Hashable, Answer[Content]] | None = None

    def to(self, question: Hashable, ask: Callable[[], Answer[Content]]) -> Answer[Content]:
        if not self._known or self._known[0] != question:
            self._known = question, ask()
        return self._known[1]
