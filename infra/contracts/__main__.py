"""Write the contracts anew, and say who would break by what changed since the last release: `make contracts`."""

import sys

from infra.contracts import compare, editions
from infra.contracts.pages import pages

_WAY_OUT = """
{count} of the contracts that are deployed would not be kept. Say the new thing beside the old one until nobody reads that any
more, or raise contract_version of the event and say in `older` how the old version becomes the new one (docs/architecture.md)."""


def main() -> None:
    for path, text in pages():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    before, now = editions.released(), editions.current()
    for line in compare.advice(before, now):
        print(f"note: {line}", file=sys.stderr)
    found = compare.breaks(before, now)
    for one in found:
        print(f"breaks: {one}", file=sys.stderr)
    if found:
        sys.exit(_WAY_OUT.format(count=len({one.event for one in found})))
    if "--release" in sys.argv[1:]:
        editions.release()


if __name__ == "__main__":
    main()
