"""Commands `features`: what is known about a customer."""

from datetime import datetime
from typing import Annotated, Any

import typer

from infra.cli import say
from infra.cli.call import Service

app = typer.Typer(name="features", help="What is known about a customer.", no_args_is_help=True)
_AS_OF = "What was true then: a moment (UTC), an event's id, or a job's service id."
_KNOWN_AT = "As far as it was known at this moment (UTC), by when the bus took each fact."
Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id.")]


@app.command()
def show(
    ctx: typer.Context,
    customer: Customer,
    as_of: Annotated[str, typer.Option(metavar="EVENT|TIME", help=_AS_OF)] = "",
    known_at: Annotated[datetime | None, typer.Option(metavar="TIME", help=_KNOWN_AT)] = None,
    as_json: say.Json = False,
) -> None:
    """The customer's features as they are now, as they were with an event, or as they were known then.

    Two clocks: --as-of says until when things happened, --known-at until when we had heard of them. A fact that came
    late is in the first and not in the second. Both are folded from the event log, whatever the order of arrival.

    Example: referral features show c-07 --as-of 2026-11-01 --known-at 2026-11-02
    """
    if as_of or known_at:
        say.answer(_then(ctx.obj, customer, as_of, known_at), as_json, say.facts)
    else:
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


def _then(account: Any, customer: str, as_of: str, known_at: datetime | None) -> dict[str, Any]:
    from infra.cli import as_of as then

    chosen = then.until(then.facts(account, customer), as_of, known_at)
    known = then.folded(customer, chosen)
    if not known:
        raise say.Problem(f"No completed job of customer {customer!r} had happened, or was known, by then.")
    told = {"customer_id": customer, "as_of": as_of or None, "known_at": known_at and known_at.isoformat(), "facts": len(chosen)}
    return told | known.features().model_dump(mode="json")


def _view(versions: list[dict[str, Any]]) -> Any:
    columns = ("version", "as_of", "cause", "service_count", "lifetime_value", "satisfaction_avg")
    return say.table(columns, ([version[column] for column in columns] for version in versions))
