"""Command `costs`: what an account costs while nobody does anything."""

from typing import Any

import typer

from infra import accounts, costs
from infra.cli import say

app = typer.Typer()


@app.command("costs")
def standing(ctx: typer.Context, as_json: say.Json = False) -> None:
    """What an account costs in a month before the first job: alarms, dashboards, secrets, search.

    Example: referral costs
    """
    prices = costs.known()
    lines = costs.standing(costs.counted(), prices, accounts.account(ctx.obj.name)["vector_store"])
    told = [line._asdict() | {"usd": round(line.usd, 2)} for line in lines]
    total = round(sum(line.usd for line in lines), 2)
    say.answer({"as_of": prices["as_of"], "region": prices["region"], "lines": told, "usd_per_month": total}, as_json, _view)


def _view(told: dict[str, Any]) -> Any:
    from rich.console import Group

    rows = [(line["what"], line["count"], f"{line['usd']:.2f}") for line in told["lines"]]
    total = f"{told['usd_per_month']:.2f} USD a month in {told['region']} by the prices of {told['as_of']}, before the first job."
    return Group(say.table(("what", "how many", "USD a month"), rows), "", total, "What jobs cost: docs/scalability")
