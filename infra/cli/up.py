"""Commands `up`, `down` and `status`: the laptop's AWS, and how an account is."""

import shutil
import time
from typing import Annotated, Any

import typer

from infra import accounts
from infra.cli import console, say
from infra.cli.health import Health
from infra.cli.session import Account
from infra.local import bridge, cloud, crash, deployed

app = typer.Typer()


@app.command()
def up(ctx: typer.Context) -> None:
    """Start the laptop's AWS and deploy every stack that changed.

    Ports: 4566 for AWS and the next one for the model; choose others with REFERRAL_PORT.

    Example: REFERRAL_PORT=4600 referral up
    """
    started = time.monotonic()
    account = only_local(ctx)
    bring_up(account)
    say.note(f"Up in {time.monotonic() - started:.1f} s: AWS at {bridge.endpoint()}, stop it with `referral down`.")
    say.note(f"Review console, signed in for a day: {console.address(account)}")


@app.command()
def down(
    ctx: typer.Context,
    erase: Annotated[bool, typer.Option("--erase", help="Forget everything: tables, mails, events.")] = False,
) -> None:
    """Stop the laptop's AWS; what it knows is kept for the next start.

    Example: referral down --erase
    """
    only_local(ctx)
    stopped = cloud.stop(keep=not erase)
    if erase:
        shutil.rmtree(cloud.home(), ignore_errors=True)
    kept = "forgotten" if erase else "kept"
    say.note(f"Stopped {' and '.join(stopped)}; its state is {kept}." if stopped else f"Nothing ran; its state is {kept}.")


@app.command()
def status(ctx: typer.Context, as_json: say.Json = False) -> None:
    """Endpoint, bus, stacks, queues and dead letters of an account.

    Example: referral status --json
    """
    account: Account = ctx.obj
    say.answer(Health(account).report(), as_json, _view)


def only_local(ctx: typer.Context) -> Account:
    account: Account = ctx.obj
    if not account.local:
        raise say.Problem(f"Only the laptop's AWS is started and stopped here; {account.name} is deployed with ./infra/deploy.sh.")
    return account


def bring_up(account: Account) -> None:
    """Start what does not run, and deploy what differs from what is deployed."""
    settings = accounts.account(account.name)
    if crash.happened():
        say.note(crash.told())
        crash.clear()
    for part in cloud.start(settings):
        say.note(f"started {part}")
    deployed.bring_up_to_date(settings, lambda stack: say.note(f"deployed {stack}"))


def _view(report: dict[str, Any]) -> Any:
    from rich.console import Group

    about = {name: report[name] for name in ("account", "endpoint", "console", "bus", "model", "memory_mb") if report.get(name)}
    return Group(
        say.facts(about), "",
        say.table(("stack", "status"), [(s["name"], s["status"]) for s in report["stacks"]], "No stacks: ./infra/deploy.sh"), "",
        say.table(("queue", "waiting", "in flight"), [(q["name"], q["waiting"], q["in_flight"]) for q in report["queues"]]), "",
        say.table(("dead letters in (`referral dlq list`)", "messages"), _dead(report), "No dead letters."),
        *_gaps(report),
    )


def _dead(report: dict[str, Any]) -> list[Any]:
    return [(queue["name"], queue["waiting"]) for queue in report["dead_letters"]]


def _gaps(report: dict[str, Any]) -> list[Any]:
    gaps = [(gap["type"], gap["instead"]) for gap in report["left_out"]]
    return ["", say.table(("not on the laptop", "because"), gaps)] if gaps else []
