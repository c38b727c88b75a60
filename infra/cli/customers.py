"""Commands `customers`: say for a person that there is to be no more mail, or that the person is to be forgotten."""

from typing import Annotated

import typer
from pydantic import ValidationError

from infra.cli import say
from infra.cli.call import Service
from infra.cli.session import Account
from shared.clock import now
from shared.events.upstream import CustomerErased, CustomerOptedOut

SOURCE = "upstream.referral-cli"
KEEPERS = {  # who keeps something of a person, and the function that tells how much
    "features": "features_api", "prep": "prep_api", "orchestrator": "review_api", "evaluation": "evaluations_api",
}
_HELP = "Say for a person: no more mail, or forget me."
app = typer.Typer(name="customers", help=_HELP, no_args_is_help=True)
Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id.")]
Email = Annotated[str | None, typer.Option(help="The address, where it is to be suppressed under any other id too.")]
Reason = Annotated[str | None, typer.Option(help="Why; it goes to nobody but the event log.")]


@app.command()
def opt_out(
    ctx: typer.Context, customer: Customer, email: Email = None, reason: Reason = None, as_json: say.Json = False,
) -> None:
    """No more mail to this customer; what is approved and has not left is suppressed.

    Example: referral customers opt-out c-07 --email dana@example.com
    """
    said = _fact(CustomerOptedOut, customer, email, reason)
    _put(ctx.obj, said)
    say.answer({"customer_id": customer, "opted_out": True, **_ids(said)}, as_json, say.facts)


@app.command()
def erase(
    ctx: typer.Context,
    customer: Customer,
    email: Email = None,
    reason: Reason = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it can't be undone.")] = False,
    as_json: say.Json = False,
) -> None:
    """Have every service forget who this customer is; counts stay, and nobody writes to this customer again.

    Without --yes it only shows what is kept, and on a terminal asks. It can't be undone.

    Example: referral customers erase c-07
    """
    said = _fact(CustomerErased, customer, email, reason)
    kept = {name: Service(ctx.obj, function).get("customers", customer, "kept") for name, function in KEEPERS.items()}
    known = {name: told["kept"] for name, told in kept.items()}
    agreed = yes or (not as_json and _agrees(customer, known))
    if agreed:
        _put(ctx.obj, said)
    answer = {"customer_id": customer, "erased": agreed, "kept": known} | (_ids(said) if agreed else {})
    say.answer(answer, as_json, lambda told: say.facts({name: told[name] for name in told if name != "kept"}))


def _agrees(customer: str, known: dict[str, dict[str, int]]) -> bool:
    rows = [(name, kind, count) for name, kinds in known.items() for kind, count in kinds.items()]
    say.show(say.table(("service", "keeps", "of them"), rows, empty=f"No service keeps anything of {customer}."))
    return typer.confirm(f"Forget who {customer} is? This can't be undone.")


def _fact(
    contract: type[CustomerOptedOut], customer: str, email: str | None, reason: str | None,
) -> CustomerOptedOut:
    try:
        return contract(customer_id=customer, email=email, reason=reason, at=now())
    except ValidationError as error:
        wrong = ", ".join(str(found["loc"][0]) for found in error.errors())
        advice = "an id has no spaces and no @, an address is one such as name@example.com"
        raise say.Problem(f"Nothing was said: {wrong} can't be read; {advice}.") from None


def _put(account: Account, said: CustomerOptedOut) -> None:
    from shared import bus

    entry: bus.Entry = {
        "EventBusName": account.bus, "Source": SOURCE, "DetailType": said.detail_type(),
        "Detail": said.model_dump_json(exclude_none=True),
    }
    refused = bus.put([entry], client=account.upstream_events())
    if refused:
        raise say.Problem(f"The bus refuses it ({refused[0][1]}): nothing was said.")


def _ids(said: CustomerOptedOut) -> dict[str, str]:
    return {"event_id": said.metadata().event_id, "correlation_id": said.metadata().correlation_id}
