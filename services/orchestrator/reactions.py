"""What the orchestrator does when something happens."""

from services.orchestrator import table
from services.orchestrator.desk import Desk
from services.orchestrator.dispatch import Dispatch
from services.orchestrator.model import Referral
from shared.app import Routes
from shared.events.orchestrator import ReferralReviewed
from shared.events.prep import ReferralPrepared
from shared.events.registry import AgentRegistered, AliasMoved
from shared.events.upstream import CustomerOptedOut, ServiceCompleted
from shared.unit import Duplicate, Unit

TRIES = 3  # deliveries after which a model that may come back, or an agent that may arrive, is waited for no more

follow = Routes("orchestrator")


@follow.fold(
    ServiceCompleted, inbox=False, reads=lambda job: [table.contact_key(job.correlation())],
    where={"historical": [False, None, {"exists": False}]}, broken_kept_by="prep",
)
def keep_contact(job: ServiceCompleted, unit: Unit) -> None:
    if not job.historical and job.credible(unit.now()):
        table.keep_contact(unit, job)  # this row, not the inbox, proves that the job is known


@follow.fold(CustomerOptedOut, inbox=False, reads=lambda said: table.suppressions(said.customer_id, said.email))
def suppress(said: CustomerOptedOut, unit: Unit) -> None:
    table.suppress(unit, said)


@follow.fold(AgentRegistered, inbox=False)
def keep_version(known: AgentRegistered, unit: Unit) -> None:
    table.keep_version(unit, known)


@follow.fold(AliasMoved, inbox=False)
def move_alias(moved: AliasMoved, unit: Unit) -> None:
    table.move_alias(unit, moved)


def drafting_routes(desk: Desk) -> Routes:
    """What is drafted at this desk."""
    routes = Routes("orchestrator", mailbox="orchestrator-drafting")

    @routes.effect(ReferralPrepared, reads=desk.reads)
    def draft(prepared: ReferralPrepared, unit: Unit) -> None:
        if table.referral(unit, prepared.referral_id):
            raise Duplicate  # one job, one referral; what failed is retried by a person
        desk.prepare(Referral.of(prepared, unit.now()), unit, last=unit.receives >= TRIES)

    return routes


def sending_routes(dispatch: Dispatch) -> Routes:
    """What leaves through this dispatch."""
    routes = Routes("orchestrator", mailbox="orchestrator-sending")

    @routes.effect(
        ReferralReviewed, reads=lambda said: table.reads_of_review(said.referral_id, said.customer_id),
        where={"data": {"decision": ["approved"]}},
    )
    def send(reviewed: ReferralReviewed, unit: Unit) -> None:
        dispatch.send(reviewed, unit)

    return routes


drafting = drafting_routes(Desk())
sending = sending_routes(Dispatch())
