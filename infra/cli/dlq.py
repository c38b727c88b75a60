"""Commands `dlq`: work that failed, why, and back into its mailbox once the cause is mended."""

from typing import Annotated, Any

import typer

from infra.cli import dlq_views, say
from infra.cli.dlq_views import told
from infra.cli.letterbox import DeadLetters
from infra.cli.letters import Letter
from infra.cli.listeners import listeners
from infra.cli.log import EventLog
from infra.cli.reasons import Reasons
from infra.cli.session import Account
from infra.cli.story import causes

_HELP = "Work that failed, why, and back into its mailbox once the cause is mended."
app = typer.Typer(name="dlq", help=_HELP, no_args_is_help=True)
_UNREDACTED = "With the address, name and free text that it may have."
_OTHER = ("platform", "")
Service = Annotated[str, typer.Option(help="Only the letters of this service.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The letter, as `referral dlq list` names it.")]
Chosen = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="These letters; without any, name a --service or --all.")]
All = Annotated[bool, typer.Option("--all", help="Every letter of the account.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command("list")
def list_(ctx: typer.Context, service: Service = "", as_json: say.Json = False) -> None:
    """What could not be handled, in the order in which it was said, each with the error of its last try.

    Letters that somebody looks at are hidden from others for a moment.

    Example: referral dlq list
    """
    box, letters = _read(ctx.obj, service)
    box.release(letters)
    reasons = Reasons(ctx.obj, letters)
    say.answer({"letters": [told(letter, reasons.of(letter)) for letter in letters]}, as_json, dlq_views.many)


@app.command()
def show(
    ctx: typer.Context,
    letter: Id,
    unredacted: Annotated[bool, typer.Option("--unredacted", help=_UNREDACTED)] = False,
    as_json: say.Json = False,
) -> None:
    """One letter: its reason, everything that led to it, and its body without what identifies a person.

    Example: referral dlq show 6a3f9d0e-0b1c-4d8e-9f00-1c2d3e4f5a6b
    """
    box, letters = _read(ctx.obj, "")
    box.release(letters)
    [one] = _picked(letters, [letter])
    story = EventLog(ctx.obj).story(one.known["correlation_id"]) if one.envelope else []
    known = told(one, Reasons(ctx.obj, [one]).of(one)) | {"because_of": causes(story, one.known["causation_id"])}
    body = one.message["Body"] if unredacted else one.body
    say.answer(known | {"body": body}, as_json, dlq_views.one)


@app.command()
def redrive(
    ctx: typer.Context, ids: Chosen = None, service: Service = "", everything: All = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only the plan.")] = False, yes: Yes = False, as_json: say.Json = False,
) -> None:
    """Send letters back to where they came from, in the order in which they were said; mend and deploy the cause first.

    Each goes into its mailbox before it leaves here, so that none is lost; what was handled already changes nothing.
    What the bus had refused is put on the bus again.

    Example: referral dlq redrive --service features
    """
    _move(ctx.obj, ids, service, everything, ("redriven", DeadLetters.send_back), dry_run, yes, as_json)


@app.command()
def discard(
    ctx: typer.Context, ids: Chosen = None, service: Service = "", everything: All = False, yes: Yes = False, as_json: say.Json = False,
) -> None:
    """Delete letters that nobody needs; an event stays in the event log. It can't be undone.

    Example: referral dlq discard 6a3f9d0e-0b1c-4d8e-9f00-1c2d3e4f5a6b
    """
    _move(ctx.obj, ids, service, everything, ("discarded", DeadLetters.forget), False, yes, as_json)


def _move(
    account: Account, ids: list[str] | None, service: str, everything: bool, act: tuple[str, Any], dry_run: bool, yes: bool,
    as_json: bool,
) -> None:
    """Show what is chosen, ask, and do it one by one; whatever is not done is visible again at the end."""
    if not (ids or service or everything):
        raise say.Problem("Say which: their ids, --service SERVICE, or --all. `referral dlq list` names them.")
    box, letters = _read(account, service)
    left, (name, do) = list(letters), act
    try:
        chosen = _picked(letters, ids) if ids else letters
        reasons = Reasons(account, chosen)
        plan = {"letters": [told(letter, reasons.of(letter)) for letter in chosen], name: 0}
        if not as_json:
            say.show(dlq_views.many(plan))
        if chosen and not dry_run and (yes or (not as_json and typer.confirm(f"These {len(chosen)}?", err=True))):
            for letter in chosen:
                do(box, letter)
                left.remove(letter)
                plan[name] += 1
    finally:
        box.release(left)
    say.answer(plan, as_json, lambda said: say.facts({name: said[name]}))


def _read(account: Account, service: str) -> tuple[DeadLetters, list[Letter]]:
    if service not in _OTHER:
        listeners(service)  # that there is such a service
    box = DeadLetters(account)
    return box, box.read(service)


def _picked(letters: list[Letter], ids: list[str]) -> list[Letter]:
    unknown = set(ids) - {letter.id for letter in letters}
    if unknown:
        raise say.Problem(f"There is no dead letter {', '.join(sorted(unknown))}: somebody redrove it, or looks at it now.")
    return [letter for letter in letters if letter.id in ids]
