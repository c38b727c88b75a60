"""Command `run`: the whole system on this laptop, from an empty machine to drafts that wait for a reviewer."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from infra import accounts
from infra.accounts import ROOT
from infra.cli import reviewer, say
from infra.cli.call import Service
from infra.cli.imports import Summary, import_jobs
from infra.cli.log import Cursor
from infra.cli.session import Account
from infra.cli.settle import Outcomes, Watch
from infra.cli.up import bring_up, only_local
from infra.local import bridge, cloud
from shared import bus, clock

app = typer.Typer()
EXAMPLE_AGENT = ROOT / "examples" / "agents" / "referral-writer-v1.yaml"
EXAMPLE_HISTORY = ROOT / "examples" / "history" / "jobs.sql"
_PAGE = 100


@app.command()
def run(
    ctx: typer.Context,
    query: Annotated[Path, typer.Option("--input", metavar="QUERY.sql", help="Completed jobs, as for `referral import`.")] = EXAMPLE_HISTORY,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first rows.")] = None,
    data: Annotated[Path | None, typer.Option(envvar="REFERRAL_DATA", help="Folder that the query sees as getvariable('data').")] = None,
    review: Annotated[str, typer.Option(help="`person`: drafts wait for you. `simulated`: a program decides, and says so.")] = "person",
    once: Annotated[bool, typer.Option("--once", help="End when nothing moves any more, and leave the laptop's AWS running.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait at most until nothing moves any more.")] = 900,
    as_json: say.Json = False,
) -> None:
    """Start everything, bring in jobs, and have drafts written.

    Without --once it then serves until Ctrl-C.

    Example: referral run --input examples/history/jobs.sql --once --review simulated --json
    """
    account = only_local(ctx)
    if review not in ("person", "simulated"):
        raise say.Problem(f"--review is `person` or `simulated`, not {review!r}.")
    bring_up(account)
    ready_agent(account)
    summary = Run(account, timeout).go(partial(_imported, account, query, limit, data), review == "simulated")
    say.answer(summary, as_json, say.facts)
    if not once:
        _serve(account, summary)


class Run:
    """Jobs in, drafts out, and what became of them."""

    def __init__(self, account: Account, timeout: float) -> None:
        self.account = account
        self.timeout = timeout
        self.watch = Watch(account, Cursor(clock.now()))

    def go(self, bring_in: Callable[[], Summary], simulated: bool) -> dict[str, Any]:
        started = time.monotonic()
        imported = bring_in()
        settled = self._wait("drafting")
        if simulated:
            self._review()
            settled = self._wait("sending") and settled
        seconds = round(time.monotonic() - started, 2)
        return summary_of(imported, self.watch.outcomes, simulated, settled, seconds)

    def _wait(self, what: str) -> bool:
        from rich.console import Console

        console = Console(stderr=True)
        with console.status(f"{what} ...") as status:
            return self.watch.until_quiet(self.timeout, lambda outcomes: status.update(f"{what}: {progress(outcomes)}"))

    def _review(self) -> None:
        """The simulated reviewer decides on every draft of this run, oldest first."""
        api = Service(self.account, "review_api")
        mine = self.watch.outcomes.reached.get("ReferralDrafted", set())
        url = accounts.account(self.account.name)["company"]["referral_url"]
        for referral_id in waiting(api, mine):
            decide(api, referral_id, url)


def waiting(api: Service, mine: set[str]) -> list[str]:
    """The referrals of this run that wait for a reviewer, oldest first."""
    found, after = [], ""
    while True:
        page = api.get("drafts", status="in_review", limit=_PAGE, after=after or None)
        found += [draft["referral_id"] for draft in page["drafts"] if draft["referral_id"] in mine]
        after = page["next"]
        if not after or len(page["drafts"]) < _PAGE:
            return found


def decide(api: Service, referral_id: str, referral_url: str) -> None:
    draft = api.get("drafts", referral_id)
    verdict = reviewer.judge(draft, referral_url)
    said: dict[str, Any] = {"content_hash": draft["content_hash"], "reviewer": reviewer.NAME}
    if verdict.approved:
        api.post("drafts", referral_id, "approve", **said)
    else:
        api.post("drafts", referral_id, "reject", reason=verdict.reason, **said)


def summary_of(imported: Summary, outcomes: Outcomes, simulated: bool, settled: bool, seconds: float) -> dict[str, Any]:
    """What became of the jobs; counts are of referrals, told by their events."""
    return {
        "jobs": imported.sent,
        "rows_rejected": imported.rejected,
        "customers": imported.customers,
        "learned": outcomes.count("FeaturesUpdated"),
        "prepared": outcomes.count("ReferralPrepared"),
        "quarantined": outcomes.count("PreparationRejected"),
        "drafted": outcomes.count("ReferralDrafted"),
        "failed": outcomes.count("DraftFailed"),
        "suppressed": outcomes.count("ReferralSuppressed"),
        "approved": outcomes.decided("approved"),
        "rejected": outcomes.decided("rejected"),
        "sent": outcomes.count("ReferralSent"),
        "review": "simulated: decided by a program, not by a person" if simulated else "by a person",
        "settled": settled,
        "seconds": seconds,
    }


def progress(outcomes: Outcomes) -> str:
    steps = {"learned": "FeaturesUpdated", "prepared": "ReferralPrepared", "drafted": "ReferralDrafted", "sent": "ReferralSent"}
    return ", ".join(f"{outcomes.count(event)} {step}" for step, event in steps.items())


def ready_agent(account: Account) -> None:
    """Register the example agent and put it into production, unless there is one in production already."""
    from infra.cli.agents import put_into_production

    version = put_into_production(account, EXAMPLE_AGENT)
    if version:
        say.note(f"registered the example agent as version {version} and put it into production")


def _imported(account: Account, query: Path, limit: int | None, data: Path | None) -> Summary:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    put = partial(bus.put, client=account.upstream_events())
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("jobs", total=limit)
        summary = import_jobs(
            query, put=put, bus_name=account.bus, limit=limit, data=data,
            told=lambda told: bar.update(task, completed=told.rows),
        )
    for number, reasons in summary.rejects:
        say.note(f"row {number} is left out: {'; '.join(reasons)}")
    return summary


def _serve(account: Account, summary: dict[str, Any]) -> None:
    say.note(
        f"\n{summary['drafted']} drafts wait for you. In another terminal:\n"
        "  referral drafts list                 what waits, oldest first\n"
        "  referral drafts show REFERRAL        the mail and what it is based on\n"
        "  referral drafts approve REFERRAL     let exactly that leave\n"
        "  referral mail list                   what was sent\n"
        f"AWS answers at {bridge.endpoint()}. Ctrl-C stops it; its state is kept."
    )
    try:
        while all(cloud.running(part) for part in cloud.parts()):
            time.sleep(1)
        raise say.Problem(f"The laptop's AWS ended by itself. Its logs are in {cloud.home()}.")
    except KeyboardInterrupt:
        cloud.stop()
        say.note("Stopped; its state is kept.")
