"""Commands `rollouts`: start one, and decide about it as a person."""

import sys
from typing import Annotated, Any

import typer

from infra.cli import ids, rollout_views, say
from infra.cli.call import Service
from infra.cli.session import Account
from infra.cli.whatif import read

app = typer.Typer()
_PLAN = "JSON with what is other than in the usual plan; - reads from stdin."
_WHO = "Who decides; your login name otherwise."
Id = Annotated[str, typer.Argument(metavar="ROLLOUT", help="The rollout's id; `referral rollouts list` tells it.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept with the rollout.")]
By = Annotated[str | None, typer.Option("--by", envvar="REFERRAL_REVIEWER", help=_WHO)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and do nothing.")]
PlanFile = Annotated[typer.FileText | None, typer.Option("--plan", encoding="utf-8", metavar="FILE", help=_PLAN)]


@app.command()
def start(
    ctx: typer.Context,
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="The agent's name.")],
    candidate: Annotated[int, typer.Option(min=1, help="The registered version that is to be rolled out.")],
    plan: PlanFile = None,
    reason: Reason = "started by hand",
    by: By = None,
    as_json: say.Json = False,
) -> None:
    """Evaluate a registered version against production, and roll it out where it passes.

    Example: referral rollouts start referral-writer --candidate 2 --reason "Shorter and more formal"
    """
    said = deployer(ctx.obj).post("rollouts", agent=agent, candidate=candidate, by=ids.person(by), reason=reason, **plan_in(plan))
    say.answer(said, as_json, rollout_views.page)


@app.command()
def advance(
    ctx: typer.Context, rollout: Id, reason: Reason, by: By = None, dry_run: DryRun = False, as_json: say.Json = False,
) -> None:
    """Go on to the next share, whatever is missing; after the last one it is released.

    Example: referral rollouts advance ro-0123456789 --reason "Read fifty drafts myself"
    """
    _order(ctx.obj, rollout, "advance", dry_run, as_json, reason=reason, by=ids.person(by))


@app.command()
def hold(
    ctx: typer.Context, rollout: Id, reason: Reason, by: By = None, dry_run: DryRun = False, as_json: say.Json = False,
) -> None:
    """Keep the share as it is until somebody resumes; evidence still counts and may roll back.

    Example: referral rollouts hold ro-0123456789 --reason "Reviewers are away"
    """
    _order(ctx.obj, rollout, "hold", dry_run, as_json, reason=reason, by=ids.person(by))


@app.command()
def resume(
    ctx: typer.Context, rollout: Id, reason: Reason, by: By = None, dry_run: DryRun = False, as_json: say.Json = False,
) -> None:
    """Let a held rollout go on; one whose evaluation was undecided reaches its first customers.

    Example: referral rollouts resume ro-0123456789 --reason "Too few cases; read twenty drafts"
    """
    _order(ctx.obj, rollout, "resume", dry_run, as_json, reason=reason, by=ids.person(by))


@app.command()
def rollback(
    ctx: typer.Context,
    rollout: Id,
    reason: Reason,
    by: By = None,
    yes: Annotated[bool, typer.Option("--yes", help="Without being asked.")] = False,
    dry_run: DryRun = False,
    as_json: say.Json = False,
) -> None:
    """Take the candidate back for good, and all that it wrote and that has not left.

    Example: referral rollouts rollback ro-0123456789 --reason "Names the wrong offer" --yes
    """
    if sys.stdin.isatty() and not dry_run and not yes:
        before = deployer(ctx.obj).get("rollouts", rollout)
        say.show(say.facts(would(before, "rollback")), err=True)
        typer.confirm("Roll back?", abort=True, err=True)
    _order(ctx.obj, rollout, "rollback", dry_run, as_json, reason=reason, by=ids.person(by))


def deployer(account: Account) -> Service:
    return Service(account, "agent_deployer")


def plan_in(file: Any) -> dict[str, Any]:
    """The whole plan in a file, as the deployer takes it; nothing where there is no file."""
    if not file:
        return {}
    from services.deployer.plan import Plan

    return {"plan": read(file, Plan).model_dump(mode="json")}


def would(before: dict[str, Any], order: str) -> dict[str, Any]:
    """What an order would do with a rollout as it is now."""
    stages = [stage["share"] for stage in before["plan"]["stages"]]
    further = [share for share in stages if share > before["percent"]]
    customers = {
        "advance": f"{further[0]} %" if further else "100 %, released",
        "hold": f"{before['percent']} %, until somebody resumes",
        "resume": f"{before['percent'] or stages[0]} %",
        "rollback": "0 %, for good",
    }
    recalled = "every draft of it that has not left; how many, the referrals know: `referral drafts list`"
    return {
        "rollout_id": before["rollout_id"], "order": order, "status": before["status"],
        "candidate": before["candidate"], "customers_now": f"{before['percent']} %", "customers_then": customers[order],
        "recalled": recalled if order == "rollback" and before["percent"] else "nothing",
    }


def _order(account: Account, rollout: str, order: str, dry_run: bool, as_json: bool, **said: str) -> None:
    if dry_run:
        say.answer({**would(deployer(account).get("rollouts", rollout), order), "done": False}, as_json, say.facts)
    else:
        say.answer(deployer(account).post("rollouts", rollout, order, **said), as_json, rollout_views.page)
