"""How drafts that have not left are taken back, together with the version that wrote them."""

from collections.abc import Iterator
from functools import partial

from services.orchestrator import agents, announcements, table
from services.orchestrator.model import UNSENT, Referral
from services.orchestrator.rollout import Rollout
from shared.commit import run
from shared.events.deployer import RolloutRolledBack
from shared.store import Store
from shared.unit import Unit

_PAGE = 100


def recall(told: RolloutRolledBack, unit: Unit) -> None:
    """Take back every draft of a rollout that has not left; to be repeated where it was interrupted.

    Each goes in a transaction of its own. Once the rollback is written down, no draft of it is stored, approved or
    claimed any more: what is to be taken back only becomes less.
    """
    rollout = Rollout.of(told, unit.cause.occurred_at)
    run(partial(_follow, rollout), unit.fresh)
    for referral_id in _unsent(unit.store, told.rollout_id):
        run(partial(_take_back, referral_id, told.rollout_id), unit.fresh)


def withdrawn(unit: Unit, referral: Referral) -> Referral:
    """A draft is taken back here and now; another one is written once that is heard."""
    taken = table.saved(unit, referral.withdrawn())
    unit.announce(announcements.withdrawn(taken), about=taken.referral_id)
    return taken


def _follow(rollout: Rollout, unit: Unit) -> None:
    unit.load([agents.rollout_key(rollout.agent), agents.rolled_back_key(rollout.rollout_id)])
    agents.follow(unit, rollout)


def _take_back(referral_id: str, rollout_id: str, unit: Unit) -> None:
    """As it is now, not as the index showed it; what was claimed in the meantime has left."""
    referral = table.referral(unit, referral_id)
    if referral and referral.falls_with(rollout_id):
        withdrawn(unit, referral)


def _unsent(store: Store, rollout_id: str) -> Iterator[str]:
    for status in UNSENT:
        after = ""
        while page := table.queue(store, status, after, _PAGE):
            yield from (referral.referral_id for referral, _ in page if referral.falls_with(rollout_id))
            after = page[-1][1]
