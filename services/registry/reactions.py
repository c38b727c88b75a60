"""What the agent registry does when something happens to deployments, rollouts, evaluations and drafts."""

from services.registry import changes, counters, table
from services.registry.model import PRODUCTION, Agent, Underway
from services.registry.performance import CONVERTED, SENT, WITHDRAWN, Author, Performance, drafted, failed, reviewed
from services.registry.version import Version
from shared.app import NotYet, Routes
from shared.events import TooNew
from shared.events.deployer import (
    Change, DeploymentRequested, RolloutAdvanced, RolloutCompleted, RolloutHeld, RolloutRefused, RolloutResumed,
    RolloutRolledBack, RolloutStarted,
)
from shared.events.evaluation import EvaluationFinished
from shared.events.orchestrator import (
    DraftFailed, DraftWithdrawn, ReferralConverted, ReferralDrafted, ReferralReviewed, ReferralSent,
)
from shared.events.registry import config_hash
from shared.unit import Duplicate, Unit

routes = Routes("registry")


@routes.fold(DeploymentRequested, inbox=False, reads=table.reads_of_deployment)
def register(wanted: DeploymentRequested, unit: Unit) -> None:
    if config_hash(wanted.config) != wanted.config_hash:
        raise TooNew  # a later deployer wrote what this code would register as something else
    changes.register(unit, wanted.agent, wanted.config, wanted.author, wanted.message)


@routes.fold(RolloutStarted, inbox=False, reads=table.reads_of_rollout)
@routes.fold(RolloutAdvanced, inbox=False, reads=table.reads_of_rollout)
@routes.fold(RolloutHeld, inbox=False, reads=table.reads_of_rollout)
@routes.fold(RolloutResumed, inbox=False, reads=table.reads_of_rollout)
def go_on(change: Change, unit: Unit) -> None:
    _follow(change, unit, underway=True)


@routes.fold(RolloutRefused, inbox=False, reads=table.reads_of_rollout)
def refuse(change: RolloutRefused, unit: Unit) -> None:
    _follow(change, unit, underway=False)


@routes.fold(RolloutCompleted, inbox=False, reads=table.reads_of_rollout)
def release(change: RolloutCompleted, unit: Unit) -> None:
    """The candidate goes into production, unless somebody moved the alias or retired the candidate meanwhile."""
    agent = _follow(change, unit, underway=False)
    candidate = _version(change, change.candidate, unit)
    if agent.revision(PRODUCTION) == change.baseline_revision and not candidate.retired:
        _point(change, agent, candidate, unit)


@routes.fold(RolloutRolledBack, inbox=False, reads=table.reads_of_rollout)
def take_back(change: RolloutRolledBack, unit: Unit) -> None:
    """A release that is taken back gives production to the baseline, even to one that was retired since."""
    agent = _follow(change, unit, underway=False)
    if agent.released_by(change.rollout_id, change.candidate):
        _point(change, agent, _version(change, change.baseline, unit), unit)


@routes.fold(EvaluationFinished, inbox=False, reads=table.reads_of_evaluation)
def keep_evaluation(said: EvaluationFinished, unit: Unit) -> None:
    table.keep_evaluation(unit, said)


@routes.fold(ReferralDrafted, inbox=False, reads=counters.reads_of_outcome)
def count_draft(said: ReferralDrafted, unit: Unit) -> None:
    _count(said, unit, drafted(said))


@routes.fold(DraftFailed, inbox=False, reads=counters.reads_of_outcome)
def count_error(said: DraftFailed, unit: Unit) -> None:
    if said.version is None:
        return  # it is nobody's: no version was in production
    generation = counters.generation(unit)
    known = counters.unheard(unit, said.referral_id, generation)
    counters.save_counted(unit, said.referral_id, known, generation)
    counters.add(unit, Author(said.agent, said.version), failed(said), generation)


@routes.fold(ReferralReviewed, inbox=False, reads=counters.reads_of_outcome)
def count_decision(said: ReferralReviewed, unit: Unit) -> None:
    _count(said, unit, reviewed(said))


@routes.fold(DraftWithdrawn, inbox=False, reads=counters.reads_of_outcome)
def count_withdrawal(said: DraftWithdrawn, unit: Unit) -> None:
    _count(said, unit, WITHDRAWN)


@routes.fold(ReferralConverted, inbox=False, reads=counters.reads_of_outcome)
def count_conversion(said: ReferralConverted, unit: Unit) -> None:
    _count(said, unit, CONVERTED)


@routes.fold(ReferralSent, inbox=False, reads=counters.reads_of_outcome)
def count_mail(said: ReferralSent, unit: Unit) -> None:
    """The event does not say who wrote the draft; another one about it does, before or after."""
    generation = counters.generation(unit)
    known = counters.unheard(unit, said.referral_id, generation)
    author = known.authors.get(said.draft_id)
    counters.save_counted(unit, said.referral_id, known if author else known.awaiting(said.draft_id), generation)
    if author:
        counters.add(unit, author, SENT, generation)


def _count(said: ReferralDrafted | ReferralReviewed | DraftWithdrawn | ReferralConverted, unit: Unit, seen: Performance) -> None:
    generation, author = counters.generation(unit), Author(said.agent, said.version)
    known, due = counters.unheard(unit, said.referral_id, generation).written(said.draft_id, author)
    counters.save_counted(unit, said.referral_id, known, generation)
    counters.add(unit, author, seen + due, generation)


def _follow(change: Change, unit: Unit, underway: bool) -> Agent:
    """The agent that knows where the rollout stands; raises Duplicate where that or something newer is known."""
    agent = table.agent(unit, change.agent)
    if not agent:
        raise NotYet(f"agent {change.agent}")
    if change.revision <= table.known_revision(unit, change.agent, change.rollout_id):
        raise Duplicate
    table.record_rollout(unit, change)
    now = Underway(change.candidate, change.baseline, change.percent) if underway else None
    after = agent.followed(change.rollout_id, now)
    if after != agent:
        table.save(unit, after)
    return after


def _version(change: Change, number: int, unit: Unit) -> Version:
    version = table.version(unit, change.agent, number)
    if not version:
        raise NotYet(f"version {number} of {change.agent}")
    return version


def _point(change: Change, agent: Agent, to: Version, unit: Unit) -> None:
    cause = f"rollout {change.rollout_id}: {change.reason}"
    changes.point(unit, agent, PRODUCTION, to, cause, change.rollout_id)
