"""``python -m docs.scalability [count]``: the tables and plots of docs/scalability.md anew.

``count`` first counts anew what the services call.
"""

import sys
from collections.abc import Sequence

from docs.scalability.counting import count
from docs.scalability.page import files
from infra.accounts import ROOT


def main(given: Sequence[str]) -> int:
    if list(given) not in ([], ["count"]):
        print(__doc__, file=sys.stderr)
        return 2
    if given:
        count()
    for path, text in files().items():
        path.write_text(text)
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
