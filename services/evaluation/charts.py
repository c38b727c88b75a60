"""Figures of a report as inline SVG: nothing is loaded from anywhere; pure."""

from html import escape
from typing import Any

_WIDTH = 640
_GREEN, _RED, _GREY, _DARK = "#2f7d4f", "#b3372f", "#b9bec5", "#22272e"


def outcomes(sides: dict[str, dict[str, Any]], cases: int) -> str:
    """A bar for each side: approved, rejected, and what is neither."""
    rows = [_bar(28 + 34 * place, name, side, cases) for place, (name, side) in enumerate(sides.items())]
    legend = "".join(
        f'<rect x="{110 + 130 * place}" y="2" width="12" height="12" fill="{colour}"/>'
        f'<text x="{128 + 130 * place}" y="13">{escape(name)}</text>'
        for place, (name, colour) in enumerate((("approved", _GREEN), ("rejected", _RED), ("neither", _GREY)))
    )
    return _svg(28 + 34 * len(sides), "Approved and rejected drafts of both versions", legend + "".join(rows))


def difference(known: dict[str, Any]) -> str:
    """The difference with its interval, beside zero and the margin; the axis is in percentage points."""
    low, high = known["interval"]
    reach = max(0.15, 1.15 * max(abs(low), abs(high), known["margin"]))
    margin = f"-{100 * known['margin']:.0f} (margin)"
    lines = _mark(_at(-known["margin"], reach), _RED, margin, "end") + _mark(_at(0, reach), _DARK, "0 (equal)", "start")
    middle = _at(known["difference"], reach)
    span = (
        f'<line x1="{_at(low, reach)}" x2="{_at(high, reach)}" y1="36" y2="36" stroke="{_DARK}" stroke-width="3"/>'
        f'<circle cx="{middle}" cy="36" r="6" fill="{_DARK}"/>'
        f'<text x="{middle}" y="24" text-anchor="middle">{100 * known["difference"]:+.1f}</text>'
    )
    return _svg(82, "Difference in approvals, candidate less baseline, with its 95 % interval", lines + span)


def _mark(place: str, colour: str, said: str, anchor: str) -> str:
    return (
        f'<line x1="{place}" x2="{place}" y1="8" y2="58" stroke="{colour}" stroke-dasharray="4 3"/>'
        f'<text x="{place}" y="74" text-anchor="{anchor}" fill="{colour}">{escape(said)}</text>'
    )


def _bar(y: int, name: str, side: dict[str, Any], cases: int) -> str:
    place, parts = 110.0, []
    neither = cases - side["approved"] - side["rejected"]
    for count, colour in ((side["approved"], _GREEN), (side["rejected"], _RED), (neither, _GREY)):
        width = (_WIDTH - 120) * count / max(cases, 1)
        parts.append(f'<rect x="{place:.1f}" y="{y}" width="{width:.1f}" height="22" fill="{colour}"/>')
        parts.append(f'<text x="{place + 5:.1f}" y="{y + 16}" fill="#fff">{count}</text>' if width > 30 else "")
        place += width
    return f'<text x="0" y="{y + 16}">{escape(name)}</text>{"".join(parts)}'


def _at(value: float, reach: float) -> str:
    return f"{_WIDTH / 2 + value / reach * (_WIDTH / 2 - 40):.1f}"


def _svg(height: int, title: str, inside: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{inside}</svg>"
    )
