"""Plots as SVG files; pure. The axis of both is logarithmic: each line to the right is ten times as much."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 860, 330, 30, 26, 46
_COLOURS = ("#2b5c8a", "#c26a1b", "#2f7d4f")
_GREY, _DARK, _RED = "#d5d9de", "#22272e", "#b3372f"


def bars(title: str, unit: str, values: Mapping[str, float], marks: Mapping[str, float]) -> str:
    """A bar for each name, from the shortest one, and a line for each mark."""
    axis = Axis.over([*values.values(), *marks.values()])
    height = _TOP + _ROW * len(values) + 34
    rows = [_bar(name, value, _TOP + _ROW * place, axis) for place, (name, value) in enumerate(values.items())]
    lines = [_mark(name, axis.at(value), height) for name, value in marks.items()]
    return _svg(height, title, [*_grid(axis, height, unit), *lines, *rows])


def groups(title: str, unit: str, values: Mapping[str, Mapping[str, float]]) -> str:
    """A group of bars for each name; the bars of a group are the same kinds in the same colours."""
    kinds = list(next(iter(values.values())))
    axis = Axis.over([value for group in values.values() for value in group.values()])
    height = _TOP + (_ROW * len(kinds) + 14) * len(values) + 34
    rows: list[str] = []
    for place, (name, group) in enumerate(values.items()):
        top = _TOP + place * (_ROW * len(kinds) + 14)
        rows += [
            _bar(f"{name}: {kind}", group[kind], top + _ROW * row, axis, _COLOURS[row % len(_COLOURS)])
            for row, kind in enumerate(kinds)
        ]
    return _svg(height, title, [*_grid(axis, height, unit), *rows])


class Axis:
    """Whole powers of ten over the width that there is for bars."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last

    @classmethod
    def over(cls, values: Sequence[float]) -> "Axis":
        return cls(int(log10(min(values)) // 1), -int(-log10(max(values)) // 1))

    def at(self, value: float) -> float:
        return _LEFT + (log10(value) - self.first) / (self.last - self.first) * (_WIDTH - _LEFT - _RIGHT)


def _grid(axis: Axis, height: int, unit: str) -> list[str]:
    lines = [f'<text x="{_WIDTH - _RIGHT}" y="{height - 4}" text-anchor="end">{escape(unit)}</text>']
    for power in range(axis.first, axis.last + 1):
        x = axis.at(10.0**power)
        lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 8}" y2="{height - 34}" stroke="{_GREY}"/>')
        lines.append(f'<text x="{x:.1f}" y="{height - 20}" text-anchor="middle">{_short(10.0**power)}</text>')
    return lines


def _bar(name: str, value: float, y: int, axis: Axis, colour: str = _COLOURS[0]) -> str:
    end = axis.at(value)
    inside = end > _WIDTH - _RIGHT - 60
    place, anchor, ink = (end - 6, "end", "#fff") if inside else (end + 6, "start", _DARK)
    return (
        f'<text x="{_LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{_LEFT}" y="{y}" width="{max(end - _LEFT, 1):.1f}" height="{_ROW - 8}" fill="{colour}"/>'
        f'<text x="{place:.1f}" y="{y + 14}" text-anchor="{anchor}" fill="{ink}">{_short(value)}</text>'
    )


def _mark(name: str, x: float, height: int) -> str:
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 8}" y2="{height - 34}" stroke="{_RED}" stroke-dasharray="5 4"/>'
        f'<text x="{x:.1f}" y="{_TOP - 12}" text-anchor="middle" fill="{_RED}">{escape(name)}</text>'
    )


def _short(value: float) -> str:
    """Three figures and what they count: 1.31M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def _svg(height: int, title: str, inside: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" '
        f'font-size="12"><title>{escape(title)}</title><rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
        f'<text x="8" y="18" font-size="14" font-weight="bold">{escape(title)}</text>' + "\n".join(inside) + "</svg>\n"
    )
