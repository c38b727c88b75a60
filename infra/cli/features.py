"""Commands `features`: what is known about a customer."""

from typing import Annotated, Any

import typer

from infra.cli import say
from infra.cli.call import Service

app = typer.Typer(name="features", help="What is known about a customer.", no_args_is_help=True)
Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id.")]


@app.command()
def show(ctx: typer.Context, customer: Customer, as_json: say.Json = False) -> None:
    """The customer's features as they are now.

    Example: referral features show c-07
    """
    say.answer(Service(ctx.obj, "features_api").get("customers", customer, "features"), as_json, say.facts)


@app.command()
def history(
    ctx: typer.Context,
    customer: Customer,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The newest so many versions.")] = 20,
    as_json: say.Json = False,
) -> None:
    """Every version of the customer's features, newest first, and what caused it.

    Example: referral features history c-07
    """
    versions = Service(ctx.obj, "features_api").get("customers", customer, "features", "versions", limit=limit)
    say.answer(versions, as_json, _view)


def _view(versions: list[dict[str, Any]]) -> Any:
    columns = ("version", "as_of", "cause", "service_count", "lifetime_value", "satisfaction_avg")
    return say.table(columns, ([version[column] for column in columns] for version in versions))
