"""Every table made once more from the event log, and all of the log said once more: what differs, and what changes."""

from datetime import timedelta
from typing import Any

from infra.cli import say, tables
from infra.cli.aside import Aside
from infra.cli.exports import gathered
from infra.cli.fingerprint import Prints, changed, fingerprint, whole
from infra.cli.folding import BATCH
from infra.cli.listeners import listeners
from infra.cli.mail import mails
from infra.cli.projections import PROJECTIONS
from infra.cli.rebuild import BEGINNING, standing
from infra.cli.rebuilding import compare, rebuilt
from infra.cli.replaying import Invoked, Pace, Result, replay
from infra.cli.retelling.projection import kind
from infra.cli.session import Account
from infra.cli.spool import Spool
from shared.clock import now

_LOG = "event log"
_LONGEST = timedelta(hours=6)  # that a replay takes: rows that expire within it are not compared
_SHOWN = 20
_STEP = 1000
Told = dict[str, Any]


def compared(account: Account) -> tuple[Spool, Told]:
    """All tables first and the log after them, so that the log knows all that they know."""
    live = {service: standing(account, service) for service in PROJECTIONS}
    spool = gathered(account, BEGINNING, None)
    return spool, {service: _one(spool, service, table) for service, table in live.items()}


def _one(spool: Spool, service: str, live: Aside) -> Told:
    say.note(f"making the table of {service} once more")
    known = PROJECTIONS[service]
    found = compare(live, rebuilt(spool, service, known.folds), known)
    differences = [one.public() for one in found.differences[:_SHOWN]]
    numbers = {"same": found.same, "different": len(found.differences)}
    return {**numbers, "differences": differences, "not_rebuilt": dict(found.kept)}


def said_again(account: Account, spool: Spool) -> Told:
    """Everything once more; what would be announced because of it stands in a table before it is on the bus."""
    until = (now() + _LONGEST).timestamp()
    before, posted = _prints(account, until), _posted(account)
    name = f"referral-verify-{now():%Y-%m-%dT%H-%M-%S}"
    result = replay(spool.in_order(), listeners(), Invoked(account, name), Pace(None), _progress(len(spool)))
    after = _prints(account, until)
    return result.public() | {
        "rows": {table: whole(prints).public() for table, prints in after.items()},
        "changed": {table: found for table in before if (found := changed(before[table], after[table]))},
        "mails": {"before": posted, "after": _posted(account)},
    }


def _prints(account: Account, until: float) -> dict[str, Prints]:
    found = {service: fingerprint(tables.rows(account, service), kind, until) for service in PROJECTIONS}
    return found | {_LOG: fingerprint(tables.rows_of(account, account.event_log), lambda key: "event", until)}


def _posted(account: Account) -> int | None:
    """What SES took; on AWS it does not say, and only the claims in the table and the events in the log do."""
    return len(mails(account)) if account.endpoint else None


def fine(told: Told) -> bool:
    same = not any(one["different"] for one in told["tables"].values()) and told["audit"]["clean"]
    return same and ("replay" not in told or _unfelt(told["replay"]))


def _unfelt(again: Told) -> bool:
    return not again["changed"] and not any(again["failed"].values()) and len(set(again["mails"].values())) == 1


def _progress(count: int) -> Any:
    def told(result: Result) -> None:
        if result.events % _STEP < BATCH:
            say.note(f"{result.events} of {count} events said again")

    return told
