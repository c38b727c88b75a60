"""What is changed on the way to more jobs: always the first bottleneck, by its next remedy; pure."""

from dataclasses import dataclass, replace
from math import ceil

from docs.scalability.inputs import Inputs
from docs.scalability.model import HOUR_SECONDS, SHARDS, Model, Part
from docs.scalability.review import sample_size

RANKED, BATCHED = "a queue ranked by risk, and a sample of the rest", "batch inference"
JUDGED, GLOBAL = "a second model looks first", "the global profile, and more quota"


@dataclass(frozen=True)
class Change:
    """A remedy for one part: less of it for a job, more of it in all, or as much more as is needed (None)."""

    part: str
    name: str
    what: str  # is to be done, and where
    per_job_factor: float = 1.0
    limit_factor: float | None = 1.0


@dataclass(frozen=True)
class Step:
    """A part that was used too much at some scale, the change for it, and what it carries then."""

    scale: int
    before: Part
    change: Change
    after: Part


def changes(given: Inputs) -> list[Change]:
    """In the order in which they are made for a part; the last one of each can be made again and again."""
    assumed = given.assumed
    risky, proven = assumed["risky_share"], assumed["proven_risky_share"] / assumed["risky_share"]
    return [
        Change("review", RANKED, "Read what carries a risk and a random sample of the rest; sign the rest as a lot by "
               "the list of its content hashes. The owner decides: promise 1 is kept by lots", risky, _left(given)),
        Change("review", JUDGED, "The judge of an evaluation reads each draft before a person, so that fewer are risky",
               proven),
        Change("review", "more reviewers", "Nothing to build: a draft says who has opened it", 1, None),
        Change("model", BATCHED, "What may wait goes to Bedrock as a file, in InvokeModel's form because Converse's "
               "has no tools there: a quota of its own, half the price", 1 - assumed["patient_share"]),
        Change("model", GLOBAL, "`global.` before the model's id: a quota of its own, a tenth cheaper", 1, None),
        Change("drafting", "more drafts at once", "`drafting_concurrency` in `infra/accounts.toml`", 1, None),
        Change("sending", "more mails at once", "`sending_concurrency` in `infra/accounts.toml`", 1, None),
        Change("mail", "a higher sending rate", "Service Quotas, with a sending history", 1, None),
        Change("mail_day", "more mails a day", "Service Quotas, with a sending history", 1, None),
        Change("switch", "the switch in shards", "A claim names one of 16 rows; a pause writes all of them", 1, SHARDS),
        Change("tally", "the tally in shards", "As the counters of rollouts are", 1, SHARDS),
        Change("day", "a day's counts in shards", "`infra/platform/funnel.py` adds to one of 16 rows", 1, SHARDS),
        Change("relay", "more relays at once", "ParallelizationFactor 10 in `infra/service/outbox.yaml`", 1, 10),
        Change("folding", "more folds at once", "`handling_concurrency` in `infra/accounts.toml`", 1, None),
        Change("lambda", "more Lambda", "Service Quotas, or another cell", 1, None),
    ]


def plan(model: Model, scales: tuple[int, ...]) -> tuple[list[Step], list[Part]]:
    """Every change, in the order in which it is needed, and the parts as they are in the end."""
    steps: list[Step] = []
    parts, remedies = {part.key: part for part in model.parts()}, changes(model.given)
    for scale in scales:
        jobs = scale * model.given.assumed["jobs_per_day"] / model.given.assumed["most_used"]
        while narrow := _narrowest(parts, jobs):
            step = _mended(scale, narrow, _next(remedies, narrow.key), jobs)
            steps.append(step)
            parts[narrow.key] = step.after
    return steps, sorted(parts.values(), key=lambda part: part.jobs_per_day)


def in_force(steps: list[Step], scale: int) -> set[str]:
    """The names of the changes that are made up to this scale."""
    return {step.change.name for step in steps if step.scale <= scale}


def review_hours(model: Model, made: set[str], jobs: float) -> float:
    """Of people in a day."""
    risk = {change.name: change.per_job_factor for change in changes(model.given) if change.part == "review"}
    read = model.demand.review_seconds() * jobs
    for name in made & risk.keys():
        read *= risk[name]
    lots = model.given.assumed["lots_per_day"] * sampled(model.given) if RANKED in made else 0.0
    return (read + lots * model.given.assumed["review_seconds"]) / HOUR_SECONDS


def _narrowest(parts: dict[str, Part], jobs: float) -> Part | None:
    part = min(parts.values(), key=lambda one: one.jobs_per_day)
    return part if part.jobs_per_day < jobs * (1 - 1e-9) else None


def _next(remedies: list[Change], key: str) -> Change:
    """The next remedy; only the last one is not used up."""
    mine = [change for change in remedies if change.part == key]
    if len(mine) > 1:
        remedies.remove(mine[0])
    return mine[0]


def _mended(scale: int, part: Part, change: Change, jobs: float) -> Step:
    if change.limit_factor is None:
        return Step(scale, part, change, replace(part, limit=float(ceil(part.per_job * jobs))))
    return Step(scale, part, change, part.changed(change.limit_factor, change.per_job_factor))


def sampled(given: Inputs) -> int:
    """Drafts of a lot that are read at random."""
    return sample_size(given.assumed["lot_bad_share"], given.assumed["lot_confidence"])


def _left(given: Inputs) -> float:
    """Which part of the reviewers' day is left once the lots' samples are read."""
    day = given.assumed["reviewers"] * given.assumed["reviewer_hours_per_day"] * HOUR_SECONDS
    return 1 - given.assumed["lots_per_day"] * sampled(given) * given.assumed["review_seconds"] / day
