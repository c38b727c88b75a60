"""``python -m infra.promotion``, as ./infra/deploy.sh runs it."""

import typer

from infra.promotion.command import main

if __name__ == "__main__":
    typer.run(main)
