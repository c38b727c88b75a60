"""``python -m benchmarks [PART ...] [--json] [--write]``: run the benchmarks, or some of them.

--json prints what was measured. --write puts it into docs/benchmarks.json and docs/benchmarks.md.
Exit code 1: a part failed, or a limit is broken.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import PARTS, page
from benchmarks.measure import Figure
from benchmarks.record import FILE, Change, Part, Record, changes
from benchmarks.running import MARK, measure, run


def main(given: Sequence[str], take: Callable[[str], Part] = run, file: Path = FILE) -> int:
    """``take`` measures a part; ``file`` keeps the figures, and the page lies beside it."""
    parser = _parser()
    asked = parser.parse_args(given)
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"There is no benchmark {', '.join(sorted(unknown))}. Choose among: {', '.join(PARTS)}.")
    if asked.here:
        print(MARK + json.dumps([asdict(figure) for figure in measure(asked.parts[0])]))
        return 0
    fresh, compared = _all(asked.parts or PARTS, take, file, asked.write)
    _show(fresh, compared, asked.json)
    return int(any(part.error or not all(figure.holds for figure in part.figures) for part in fresh))


def _all(names: Sequence[str], take: Callable[[str], Part], file: Path, write: bool) -> tuple[list[Part], list[Change]]:
    before, console, fresh, compared = Record.last(file), Console(stderr=True), list[Part](), list[Change]()
    for number, name in enumerate(names, 1):
        with console.status(f"{name} ({number} of {len(names)})"):
            fresh.append(take(name))
        console.print(_ended(fresh[-1]), highlight=False)
        compared += changes(before, fresh[-1])
        if write:  # what is measured is kept, whatever becomes of the rest
            record = before.with_parts(*fresh)
            record.save(file)
            page.write(record, fresh, compared, file.with_suffix(".md"))
    return fresh, compared


def _ended(part: Part) -> str:
    what = f"FAILED: {part.error}" if part.error else f"{len(part.figures)} figures"
    busy = f"  (others keep {part.others:g} cores busy)" if part.busy else ""
    return f"{part.name:12} {part.seconds:6.1f} s  {what}{busy}"


def _show(fresh: list[Part], compared: list[Change], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(part) for part in fresh], indent=1))
        return
    table, last = Table("figure", "measured", "limit", "holds", "last"), {(c.part, c.now.name): c for c in compared}
    for part in fresh:
        for figure in part.figures:
            change = last.get((part.name, figure.name))
            table.add_row(*line(figure), page.number(change.then.value) if change else "")
    Console().print(table)
    for sentence in page.verdict(compared):
        print(sentence)


def line(figure: Figure) -> tuple[str, str, str, str]:
    return figure.name, f"{page.number(figure.value)} {figure.unit}", page.bound(figure), page.holds(figure)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"which of: {', '.join(PARTS)}; none: all")
    parser.add_argument("--json", action="store_true", help="print what was measured as JSON")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.json and docs/benchmarks.md")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
