"""A curve of evidence, drawn with characters or as SVG; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import log

_ROWS, _COLUMNS = 9, 72
_WIDTH, _HEIGHT, _LEFT, _TOP = 900, 360, 60, 30


@dataclass(frozen=True)
class Curve:
    """Values after each outcome, a line that they may cross, and what happened after how many of them."""

    values: Sequence[float]
    limit: float
    marks: Sequence[tuple[int, str]] = ()

    @property
    def bounds(self) -> tuple[float, float]:
        low, high = min([0.0, *self.values]), max([self.limit, *self.values])
        return max(low, -2 * self.limit), high * 1.05  # how far below nothing does not matter

    def drawn(self) -> list[str]:
        """Lines of text: a column is the highest of its outcomes, so that no crossing is lost."""
        low, high = self.bounds
        step = (high - low) / (_ROWS - 1)
        columns = [round((max(low, value) - low) / step) for value in _highest(self.values, _COLUMNS)]
        limit = round((self.limit - low) / step)
        lines = ["".join(_cell(row, column, limit) for column in columns) for row in reversed(range(_ROWS))]
        lines[_ROWS - 1 - limit] += f"  log e = {self.limit:.3g}"
        return [*lines, self._marked(len(columns))]

    def svg(self, title: str) -> str:
        """One picture that needs nothing else."""
        path = " ".join(f"{self._x(number):.1f},{self._y(value):.1f}" for number, value in enumerate(self.values, 1))
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
            f'<text x="{_LEFT}" y="18" font-size="14">{escape(title)}</text>',
            self._line(self.limit, "#b00020", f"log e = {self.limit:.3g}: back"),
            self._line(0.0, "#999999", "0"),
            f'<polyline points="{path}" fill="none" stroke="#1f4e9c" stroke-width="1.5"/>',
            *(self._mark(number, name) for number, name in self.marks),
            f'<text x="{_WIDTH - 120}" y="{_HEIGHT - 6}">{len(self.values)} outcomes</text></svg>',
        ]
        return "\n".join(parts) + "\n"

    def _marked(self, columns: int) -> str:
        """A line with ^ where something happened."""
        places = {_place(number, len(self.values), columns) for number, _ in self.marks}
        return "".join("^" if column in places else " " for column in range(columns)).rstrip()

    def _x(self, number: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - 20) * number / max(1, len(self.values))

    def _y(self, value: float) -> float:
        low, high = self.bounds
        return _TOP + (_HEIGHT - 2 * _TOP) * (high - max(low, value)) / (high - low)

    def _line(self, value: float, color: str, name: str) -> str:
        y = self._y(value)
        return (
            f'<line x1="{_LEFT}" x2="{_WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" stroke="{color}" stroke-dasharray="4 3"/>'
            f'<text x="{_LEFT + 4}" y="{y - 4:.1f}" fill="{color}">{escape(name)}</text>'
        )

    def _mark(self, number: int, name: str) -> str:
        x = self._x(number)
        return (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _TOP}" stroke="#555555"/>'
            f'<text x="{x - 4:.1f}" y="{_HEIGHT - _TOP + 14}" text-anchor="end">{escape(name)}</text>'
        )


def of_evidence(values: Sequence[float], false_rollbacks: float, marks: Sequence[tuple[int, str]]) -> Curve:
    return Curve(values, -log(false_rollbacks), marks)


def _highest(values: Sequence[float], columns: int) -> list[float]:
    """At most so many values, each the highest of as many in a row."""
    shown = min(columns, len(values))
    edges = [len(values) * column // shown for column in range(shown + 1)] if shown else []
    return [max(values[start:end]) for start, end in pairwise(edges)]


def _place(number: int, values: int, columns: int) -> int:
    return max(0, (number * columns - 1) // values) if values else 0


def _cell(row: int, column: int, limit: int) -> str:
    if row == column:
        return "•"
    return "─" if row == limit else " "
