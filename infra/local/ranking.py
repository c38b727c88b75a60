"""Examples ranked by BM25, and the filters of the Retrieve API; pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

_WORD = re.compile(r"\w+")
Filter = dict[str, Any]
Metadata = dict[str, Any]
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda known, wanted: known == wanted,
    "notEquals": lambda known, wanted: known != wanted,
    "in": lambda known, wanted: known in wanted,
    "notIn": lambda known, wanted: known not in wanted,
    "greaterThan": lambda known, wanted: known is not None and known > wanted,
    "greaterThanOrEquals": lambda known, wanted: known is not None and known >= wanted,
    "lessThan": lambda known, wanted: known is not None and known < wanted,
    "lessThanOrEquals": lambda known, wanted: known is not None and known <= wanted,
    "startsWith": lambda known, wanted: str(known or "").startswith(wanted),
}


@dataclass(frozen=True)
class Example:
    """One object of the bucket with its metadata."""

    key: str
    text: str
    metadata: Metadata


class Ranking:
    """These examples, ready to be asked for those that are most like a text."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = list(examples)
        self._metadata = [example.metadata for example in self.examples]
        self._scores = _scores([words(example.text) for example in self.examples]) if self.examples else None

    def best(self, text: str, most: int, wanted: Filter | None = None) -> list[tuple[Example, float]]:
        """So many of those that pass the filter, the most similar one first; raises KeyError for an unknown operator."""
        if not self._scores:
            return []
        scores = self._scores(words(text))
        order = (-scores).argsort(kind="stable").tolist()
        right = passing(self._metadata, order, wanted)[:most]
        return [(self.examples[place], float(scores[place])) for place in right]


def passing(known: Sequence[Metadata], places: list[int], wanted: Filter | None) -> list[int]:
    """Those of the places whose metadata passes a filter of the Retrieve API, in their order.

    One condition after the other over all of them, so that little is left for the next.
    """
    if not wanted:
        return places
    ((operator, told),) = wanted.items()
    if operator == "andAll":
        return reduce(lambda left, part: passing(known, left, part), told, places)
    if operator == "orAll":
        right = {place for part in told for place in passing(known, places, part)}
        return [place for place in places if place in right]
    compare, key, value = _COMPARISONS[operator], told["key"], told["value"]
    return [place for place in places if compare(known[place].get(key), value)]


def words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _scores(documents: list[list[str]]) -> Callable[[list[str]], Any]:
    from bm25s import BM25  # numpy comes with it: only a laptop with examples pays for that

    model = BM25()
    model.index(documents, show_progress=False)
    return model.get_scores
