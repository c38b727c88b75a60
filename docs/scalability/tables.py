"""The tables of docs/scalability.md; pure."""

from collections.abc import Iterator
from math import ceil

from docs.scalability.cost import Bill, Month
from docs.scalability.inputs import Inputs
from docs.scalability.model import DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS, SCALES, Model
from docs.scalability.review import upper_bound
from docs.scalability.steps import Step, in_force, plan, review_hours, sampled
from docs.scalability.text import short, table

GB = 2**30
_OF_A_CELL = {"model", "lambda", "folding", "day", "relay", "table", "rules", "puts", "switch", "counters"}


def demand(model: Model) -> str:
    """What one job asks, and what that is at the peak of each scale."""
    need, given = model.demand, model.given
    rates: list[tuple[str, float]] = [
        ("events on our bus, /s", need.events()), ("messages into mailboxes, /s", need.deliveries()),
        ("runs of functions, one record each, /s", need.total(lambda one: 1)),
        ("functions that run at the same time", need.total(need.seconds)),
        ("DynamoDB write units, /s", need.total(lambda one: one.write_units)),
        ("DynamoDB read units, /s", need.total(lambda one: one.read_units)),
        ("calls of the model, /min", need.model_calls * MINUTE_SECONDS),
        ("tokens as Bedrock's quota counts them, /min", need.quota_tokens() * MINUTE_SECONDS),
        ("mails, /s", need.mails),
    ]
    days: list[tuple[str, float]] = [
        ("hours of review where all is read, a day", need.review_seconds() / HOUR_SECONDS),
        ("rows after a year, GB", need.total(lambda one: one.bytes_written) * given.assumed["keep_days"] / GB),
        ("events in the bucket after a year, GB",
         need.total(lambda one: one.bytes_put, ["record_events"]) * given.assumed["keep_days"] / GB),
    ]
    jobs = given.assumed["jobs_per_day"]
    peak = given.assumed["peak_factor"] / DAY_SECONDS
    rows = [(name, [each * peak * jobs * scale for scale in SCALES]) for name, each in rates]
    rows += [(name, [each * jobs * scale for scale in SCALES]) for name, each in days]
    return table(["at the peak", *_scales()], ([name, *map(short, numbers)] for name, numbers in rows))


def capacity(model: Model) -> str:
    """Every part, the narrowest first."""
    jobs, most = model.given.assumed["jobs_per_day"], model.given.assumed["most_used"]

    def reached(carries: float) -> str:
        return next((f"{scale}x" for scale in SCALES if jobs * scale > carries * most), "beyond")

    head = ["part", "carries, jobs a day", "limit", "one job a day takes", "where the limit stands", "too full at"]
    return table(head, (
        [part.name, short(part.jobs_per_day), f"{short(part.limit)} {part.unit}", f"{part.per_job:.3g}", part.why,
         reached(part.jobs_per_day)] for part in model.parts()
    ))


def changes(model: Model) -> str:
    """The first bottleneck and its remedy, again and again."""
    steps, _ = plan(model, SCALES)
    return table(["at", "first bottleneck", "carries", "change", "what is to be done", "then carries"], (
        [f"{one.scale}x", one.before.name, short(one.before.jobs_per_day), one.change.name, one.change.what, _then(one)]
        for one in steps
    ))


def beyond(model: Model) -> str:
    """What is full next, and how many cells carry ten times as much again."""
    jobs, most = _thousand(model), model.given.assumed["most_used"]
    _, parts = plan(model, SCALES)
    fixed = [part for part in parts if part.key in _OF_A_CELL]
    return table(["part of a cell after all changes", "carries, jobs a day", "used at 1000x", "cells at 10,000x"], (
        [part.name, short(part.jobs_per_day), f"{part.used(jobs):.0%}", f"{ceil(part.used(10 * jobs) / most)}"]
        for part in fixed
    ))


def cost(given: Inputs) -> str:
    """A month at each scale, by what is paid for."""
    known = months(given)
    rows = [[name, *(short(month.paid[name]) for month in known)] for name in known[0].paid]
    rows += [
        ["**all of AWS**", *(short(month.aws) for month in known)],
        ["**with people**", *(short(month.total) for month in known)],
        ["AWS for each mail", *(f"{month.aws / month.mails_per_month:.4f}" for month in known)],
        ["people for each mail", *(f"{month.paid['people'] / month.mails_per_month:.3f}" for month in known)],
    ]
    return table(["USD in a month", *_scales()], rows)


def months(given: Inputs) -> list[Month]:
    """With the changes of the plan that are in force at each scale."""
    model = Model(given)
    steps, _ = plan(model, SCALES)
    jobs, made = given.assumed["jobs_per_day"], [in_force(steps, scale) for scale in SCALES]
    return [
        Bill(given, jobs * scale, review_hours(model, known, jobs * scale), frozenset(known)).month()
        for scale, known in zip(SCALES, made, strict=True)
    ]


def review(model: Model) -> str:
    """People who are needed, with every way to read less."""
    ways = _ways(model)
    hours = model.given.assumed["reviewer_hours_per_day"]

    def people(made: set[str]) -> Iterator[str]:
        for scale in SCALES:
            yield short(review_hours(model, made, scale * model.given.assumed["jobs_per_day"]) / hours)

    made = [set(ways[:count]) for count in range(len(ways) + 1)]
    names = ["every draft is read", *(f"and {way}" for way in ways)]
    return table(["reviewers", *_scales()], ([name, *people(some)] for name, some in zip(names, made, strict=True)))


def bound(given: Inputs) -> str:
    """What is known of the drafts that nobody read, by what was found among those that were."""
    n, confidence = sampled(given), given.assumed["lot_confidence"]
    return table(
        ["bad among the sample", *(f"of {read} read" for read in (n, 2 * n, 4 * n))],
        ([str(bad), *(f"{upper_bound(read, bad, confidence):.1%}" for read in (n, 2 * n, 4 * n))] for bad in range(4)),
    )


def calls(given: Inputs) -> str:
    """What was counted, by function and kind of event."""
    return table(["function", "for each", "calls", "write units", "read units", "rows shared by all referrals"], (
        [f"`{one.function}`", one.kind, ", ".join(f"{name} {count}" for name, count in one.calls.items()),
         str(one.write_units), str(one.read_units), ", ".join(f"`{row}`" for row in one.common)]
        for one in given.handled
    ))


def laptop(model: Model) -> str:
    """The load that was put on the laptop's AWS, beside what the model says of it: all drafted, no surveys."""
    told, need = model.given.measured, model.demand
    jobs, seconds = told["laptop_jobs"], told["laptop_seconds"]
    per_second, peak = jobs / seconds, model.at_peak(need.drafts) * _thousand(model)
    drafted = len({"ServiceCompleted", "FeaturesUpdated", "ReferralPrepared", "ReferralDrafted"} & need.kinds().keys())
    return table(["", "model", "measured"], [
        ["events for a job that is drafted", f"{drafted}", f"{told['laptop_events'] / jobs:g}"],
        ["drafts a second at the peak of 1000x, and of one busy laptop", short(peak), short(per_second)],
    ])


def _ways(model: Model) -> list[str]:
    steps, _ = plan(model, SCALES)
    made = [step.change for step in steps if step.before.key == "review"]
    return [change.name for change in made if change.limit_factor is not None]


def _then(step: Step) -> str:
    limit = f" ({short(step.after.limit)} {step.after.unit})" if step.change.limit_factor is None else ""
    return short(step.after.jobs_per_day) + limit


def _thousand(model: Model) -> float:
    return SCALES[-1] * model.given.assumed["jobs_per_day"]


def _scales() -> list[str]:
    return [f"{scale}x" for scale in SCALES]
