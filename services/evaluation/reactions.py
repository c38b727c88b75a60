"""What the evaluation service does when something happens."""

from collections.abc import Callable

from services.evaluation import history, table
from services.evaluation.erasure import Erasure
from services.evaluation.running import Bench
from services.evaluation.starting import anew, begin, same
from services.evaluation.terms import Terms, terms
from shared.app import NotYet, Routes
from shared.events.deployer import RolloutRequested
from shared.events.evaluation import CasesDue
from shared.events.orchestrator import ReferralDrafted, ReferralReviewed
from shared.events.prep import ReferralPrepared
from shared.events.registry import AgentRegistered, AliasMoved
from shared.events.upstream import CustomerErased, ServiceCompleted
from shared.unit import Unit

follow = Routes("evaluation")


@follow.fold(
    ServiceCompleted, inbox=False, broken_kept_by="prep", where={"historical": [False, None, {"exists": False}]},
    reads=lambda job: history.reads_of_part(job.customer.customer_id, job.correlation(), "CREW"),
)
def keep_crew(job: ServiceCompleted, unit: Unit) -> None:
    if job.credible(unit.now()) and not job.historical:
        history.keep_crew(unit, job)


@follow.fold(
    ReferralPrepared, inbox=False, reads=lambda said: history.reads_of_part(said.customer_id, said.referral_id, "PREPARED"),
)
def keep_case(prepared: ReferralPrepared, unit: Unit) -> None:
    history.keep_prepared(unit, prepared)


@follow.fold(ReferralDrafted, inbox=False, reads=lambda said: [history.case_key(said.referral_id, "PEOPLE")])
def keep_draft(drafted: ReferralDrafted, unit: Unit) -> None:
    history.keep_draft(unit, drafted)


@follow.fold(ReferralReviewed, inbox=False, reads=lambda said: [history.case_key(said.referral_id, "PEOPLE")])
def keep_review(said: ReferralReviewed, unit: Unit) -> None:
    history.keep_review(unit, said)


@follow.fold(AgentRegistered, inbox=False)
def keep_version(said: AgentRegistered, unit: Unit) -> None:
    history.keep_version(unit, said)


@follow.fold(AliasMoved, inbox=False, where={"data": {"alias": ["production"]}})
def point(moved: AliasMoved, unit: Unit) -> None:
    if moved.alias == "production":
        history.point(unit, moved)


def following_routes(erasure: Erasure) -> Routes:
    """What is followed, and how it is forgotten."""
    routes = Routes("evaluation", known=follow.routes)

    @routes.fold(CustomerErased, inbox=False)
    def forget(said: CustomerErased, unit: Unit) -> None:
        erasure.forget(said, unit)

    return routes


def starting_routes(terms: Callable[[], Terms]) -> Routes:
    """What starts an evaluation on these terms."""
    routes = Routes("evaluation", mailbox="evaluation-starts")

    @routes.effect(AgentRegistered)
    def try_new_version(said: AgentRegistered, unit: Unit) -> None:
        """A new version is compared with what is in production; without that, or without cases, nothing happens."""
        production = history.production(unit, said.agent)
        if production not in (None, said.version):
            compare(unit, said.agent, said.version, production, even_without_cases=False)

    @routes.effect(RolloutRequested)
    def try_before_rollout(asked: RolloutRequested, unit: Unit) -> None:
        """A rollout waits for an answer, also for one that says that there was nothing to test on."""
        compare(unit, asked.agent, asked.candidate, asked.baseline, even_without_cases=True)

    def compare(unit: Unit, agent: str, candidate: int, baseline: int, even_without_cases: bool) -> None:
        new, old = history.version(unit, agent, candidate), history.version(unit, agent, baseline)
        if not new or not old:
            raise NotYet  # their registration is on its way into the other mailbox
        if table.evaluation(unit, same(new, old)):
            return
        case_ids = history.newest(unit.store, terms().cases)
        if case_ids:
            begin(unit, same(new, old), new, old, case_ids, terms())
        elif even_without_cases:
            begin(unit, anew(unit), new, old, [], terms())  # an id of its own: with cases it is asked again

    return routes


def running_routes(bench: Bench) -> Routes:
    """What is run on this bench."""
    routes = Routes("evaluation", mailbox="evaluation-cases")

    @routes.effect(CasesDue)
    def run_cases(due: CasesDue, unit: Unit) -> None:
        bench.run(due, unit)

    return routes


following = following_routes(Erasure())
starts = starting_routes(terms)
running = running_routes(Bench())
