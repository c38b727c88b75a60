"""What must happen now and then: a fault that never fires, or a state that nobody reaches, proves nothing."""

from collections.abc import Callable, Iterable

from tests.simulation.faults import KINDS, OTHERS
from tests.simulation.scenario import PLACES
from tests.simulation.world import World

Predicate = Callable[[World], bool]


def _fired(said: str) -> Predicate:
    """A fault whose kind and place have this in them."""
    return lambda world: any(said in f"{kind} {point}" for point, kind in world.faults.fired.items())


def _told(detail_type: str) -> Predicate:
    return lambda world: any(True for _ in world.history.of("published", type=detail_type))


def _because(detail_type: str, reason: str) -> Predicate:
    return lambda world: any(e.what["said"]["data"]["reason"] == reason for e in world.history.of("published", type=detail_type))


def _happened(kind: str) -> Predicate:
    return lambda world: any(True for _ in world.history.of(kind))


def _logged(message: str) -> Predicate:
    return lambda world: any(said[0] == message for said in world.logs)


def _acted(action: str) -> Predicate:
    return lambda world: any(action in entry.what["said"] for entry in world.history.of("action"))


_POINTS = (
    "crash before orchestrator-sending/send_email", "crash after orchestrator-sending/send_email",
    "crash before orchestrator-sending/commit", "crash after orchestrator-sending/commit",
    "reply lost orchestrator-sending/send_email", "done late orchestrator-sending/send_email",
    "reply lost orchestrator-sending/commit", "done late orchestrator-sending/commit", "crash after orchestrator-api/commit",
    "reply lost orchestrator-api/commit", "relay/put_events", "orchestrator-drafting/converse", "crash after orchestrator-recall",
)
_EVENTS = (
    "FeaturesUpdated", "ReferralPrepared", "PreparationRejected", "ReferralDrafted", "DraftFailed", "ReferralReviewed", "ReferralSent",
    "SendFailed", "ReferralSuppressed", "DraftWithdrawn", "EvaluationFinished", "RolloutStarted", "RolloutAdvanced", "RolloutHeld",
    "RolloutResumed", "RolloutCompleted", "RolloutRolledBack", "AliasMoved", "ReferralDelivered", "ReferralBounced",
    "ReferralComplained", "ReferralConverted", "SendingPaused", "SendingResumed", "DraftExpired", "WaitEnded",
)
_KINDS = (
    "forged", "replayed", "parked", "redriven", "settled", "poison died", "unsubscribed", "put again", "shouted",
    "loop ended", "tampered", "rebuilt",
)
_REASONS = ("no_consent", "opted_out", "asked_recently", "erased")
SOMETIMES: dict[str, Predicate] = {
    **{f"fault: {kind}": _fired(kind) for kind in (*KINDS, *OTHERS)},
    **{f"point: {point}": _fired(point) for point in _POINTS},
    **{f"event: {kind}": _told(kind) for kind in _EVENTS},
    **{f"happened: {kind}": _happened(kind) for kind in _KINDS},
    **{f"suppressed: {reason}": _because("ReferralSuppressed", reason) for reason in _REASONS},
    **{f"paused: {reason}": _because("SendingPaused", reason) for reason in ("bounces", "by_hand")},
    **{f"huge: {where}": _acted(f"kB in {where}") for where in PLACES},
    "a batch of folds went one by one": _logged("batch goes one by one"),
    "something was known already": _logged("known already"),
    "a customer was erased": _acted("erase"),
    "a draft was changed while somebody looked": _acted("approve stale"),
}


def seen(world: World) -> set[str]:
    """What happened in this run."""
    return {name for name, predicate in SOMETIMES.items() if predicate(world)}


def never(seen_in_runs: Iterable[set[str]]) -> list[str]:
    """What happened in none of these runs."""
    return sorted(SOMETIMES.keys() - set().union(*seen_in_runs))
