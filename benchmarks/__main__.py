"""Run the benchmarks, or some of them:

``python -m benchmarks [cold] [warm] [lookup] [assignment] [outcome] [evaluation] [checks] [retrieval] [console] [laptop]``.
"""

import sys
from importlib import import_module

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Figure

GROUPS = ("cold", "warm", "lookup", "assignment", "outcome", "evaluation", "checks", "retrieval", "console", "laptop")


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(GROUPS)
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}. Choose among: {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    table = Table("figure", "measured", "limit", "holds")
    measured: list[Figure] = []
    for name in wanted or GROUPS:
        for figure in import_module(f"benchmarks.{name}").figures():
            measured.append(figure)
            table.add_row(*line(figure))
    Console().print(table)
    return 0 if all(figure.holds for figure in measured) else 1


def line(figure: Figure) -> tuple[str, str, str, str]:
    bound = "" if figure.limit is None else f"{'>=' if figure.at_least else '<='} {figure.limit:g}"
    return figure.name, f"{figure.value:.3g} {figure.unit}", bound, "" if figure.limit is None else ("yes" if figure.holds else "NO")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
