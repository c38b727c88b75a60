"""What the orchestrator does when something happens."""

from services.orchestrator import agents, bookings, erasure, pause, table
from services.orchestrator.desk import Desk
from services.orchestrator.dispatch import Dispatch
from services.orchestrator.examples import Collection
from services.orchestrator.model import Referral
from services.orchestrator.recall import recall
from services.orchestrator.rollout import Rollout
from shared.app import Routes
from shared.events.deployer import (
    Change, RolloutAdvanced, RolloutCompleted, RolloutHeld, RolloutRefused, RolloutResumed, RolloutRolledBack,
    RolloutStarted,
)
from shared.events.orchestrator import DraftWithdrawn, ReferralReviewed, WaitEnded
from shared.events.prep import ReferralPrepared
from shared.events.registry import AgentRegistered, AliasMoved
from shared.events.upstream import CustomerErased, CustomerOptedOut, ReferralBooked, ServiceCompleted
from shared.store import Key
from shared.unit import Duplicate, Unit

TRIES = 3  # deliveries after which a model that may come back, or an agent that may arrive, is waited for no more

follow = Routes("orchestrator")
recalling = Routes("orchestrator", mailbox="orchestrator-recall")


@follow.fold(
    ServiceCompleted, inbox=False, reads=table.reads_of_contact,
    where={"historical": [False, None, {"exists": False}]}, broken_kept_by="prep",
)
def keep_contact(job: ServiceCompleted, unit: Unit) -> None:
    if not job.historical and job.credible(unit.now()):
        table.keep_contact(unit, job)  # this row, not the inbox, proves that the job is known


@follow.fold(CustomerOptedOut, inbox=False, reads=lambda said: table.suppressions(said.customer_id, said.email))
def suppress(said: CustomerOptedOut, unit: Unit) -> None:
    table.suppress(unit, said)


@follow.fold(CustomerErased, inbox=False)
def forget(said: CustomerErased, unit: Unit) -> None:
    erasure.forget(said, unit)


@follow.fold(ReferralBooked, inbox=False, reads=bookings.reads)
def book(said: ReferralBooked, unit: Unit) -> None:
    bookings.book(said, unit)


@follow.fold(AgentRegistered, inbox=False)
def keep_version(known: AgentRegistered, unit: Unit) -> None:
    agents.keep_version(unit, known)


@follow.fold(AliasMoved, inbox=False)
def move_alias(moved: AliasMoved, unit: Unit) -> None:
    agents.move_alias(unit, moved)


@follow.fold(RolloutStarted, inbox=False, reads=agents.reads_of_rollout)
@follow.fold(RolloutAdvanced, inbox=False, reads=agents.reads_of_rollout)
@follow.fold(RolloutHeld, inbox=False, reads=agents.reads_of_rollout)
@follow.fold(RolloutResumed, inbox=False, reads=agents.reads_of_rollout)
@follow.fold(RolloutCompleted, inbox=False, reads=agents.reads_of_rollout)
@follow.fold(RolloutRolledBack, inbox=False, reads=agents.reads_of_rollout)
@follow.fold(RolloutRefused, inbox=False, reads=agents.reads_of_rollout)
def follow_rollout(told: Change, unit: Unit) -> None:
    agents.follow(unit, Rollout.of(told, unit.cause.occurred_at))


@recalling.effect(RolloutRolledBack)
def recall_drafts(told: RolloutRolledBack, unit: Unit) -> None:
    recall(told, unit)


def drafting_routes(desk: Desk) -> Routes:
    """What is drafted at this desk."""
    routes = Routes("orchestrator", mailbox="orchestrator-drafting")

    @routes.effect(ReferralPrepared, reads=desk.reads)
    def draft(prepared: ReferralPrepared, unit: Unit) -> None:
        if table.referral(unit, prepared.referral_id):
            raise Duplicate  # one job, one referral; what failed is retried by a person
        desk.prepare(Referral.of(prepared, unit.now()), unit, last=unit.receives >= TRIES)

    @routes.effect(DraftWithdrawn, reads=desk.reads)
    def draft_anew(withdrawn: DraftWithdrawn, unit: Unit) -> None:
        referral = table.referral(unit, withdrawn.referral_id)
        if not referral or not referral.waits_for_another(withdrawn.draft_id):
            raise Duplicate
        desk.prepare(referral.renewed(), unit, last=unit.receives >= TRIES)

    return routes


def _reads_of_mail(said: ReferralReviewed | WaitEnded) -> list[Key]:
    return [*table.reads_of_review(said.referral_id, said.customer_id), pause.SWITCH]


def sending_routes(dispatch: Dispatch) -> Routes:
    """What leaves through this dispatch."""
    routes = Routes("orchestrator", mailbox="orchestrator-sending")

    @routes.effect(ReferralReviewed, reads=_reads_of_mail, where={"data": {"decision": ["approved"]}})
    def send(reviewed: ReferralReviewed, unit: Unit) -> None:
        dispatch.send(reviewed, unit)

    @routes.effect(WaitEnded, reads=_reads_of_mail)
    def send_what_waited(ended: WaitEnded, unit: Unit) -> None:
        dispatch.send(ended, unit)

    return routes


def keeping_routes(collection: Collection) -> Routes:
    """What becomes an example in this collection."""
    routes = Routes("orchestrator", mailbox="orchestrator-examples")

    @routes.effect(
        ReferralReviewed, inbox=False, reads=collection.reads, where={"data": {"decision": ["approved"]}},
    )
    def keep_example(reviewed: ReferralReviewed, unit: Unit) -> None:
        collection.keep(reviewed, unit)

    @routes.effect(CustomerErased, inbox=False)
    def forget_examples(said: CustomerErased, unit: Unit) -> None:
        collection.forget(said, unit)

    return routes


drafting = drafting_routes(Desk())
sending = sending_routes(Dispatch())
keeping = keeping_routes(Collection())
