"""The capacity model: what follows from what, and what makes it say something else."""

from dataclasses import replace
from itertools import pairwise

import pytest

from docs.scalability import tables
from docs.scalability.cost import Bill
from docs.scalability.inputs import inputs, tables as told
from docs.scalability.model import SCALES, Model, Part
from docs.scalability.steps import JUDGED, RANKED, Step, changes, plan, review_hours, sampled


def changed(which: str, **figures: float) -> Model:
    """The model of a world in which some figures are others."""
    given = inputs()
    return Model(replace(given, **{which: {**getattr(given, which), **figures}}))


def part(model: Model, key: str) -> Part:
    [found] = [one for one in model.parts() if one.key == key]
    return found


def steps(model: Model) -> list[Step]:
    return plan(model, SCALES)[0]


def test_people_are_the_first_bottleneck_of_the_system_as_it_is() -> None:
    assert Model(inputs()).parts()[0].key == "review"


def test_two_reviewers_of_six_hours_read_960_drafts_of_45_seconds() -> None:
    model = changed("assumed", reviewers=2, reviewer_hours_per_day=6, review_seconds=45, drafted_share=0.5)
    assert part(model, "review").jobs_per_day == pytest.approx(960 / 0.5)


@pytest.mark.parametrize(("which", "figure", "by", "key"), [
    ("assumed", "review_seconds", 2, "review"), ("assumed", "peak_factor", 2, "model"),
    ("quotas", "bedrock_tokens_per_minute", 0.5, "model"), ("quotas", "ses_mails_per_second", 0.5, "mail"),
    ("quotas", "eventbridge_puts_per_second", 0.5, "puts"), ("concurrency", "drafting", 0.5, "drafting"),
    ("concurrency", "sending", 0.5, "sending"), ("concurrency", "handling", 0.5, "folding"),
])
def test_twice_the_need_or_half_the_limit_carries_half(which: str, figure: str, by: float, key: str) -> None:
    other = changed(which, **{figure: getattr(inputs(), which)[figure] * by})
    assert part(other, key).jobs_per_day == pytest.approx(part(Model(inputs()), key).jobs_per_day / 2)


def test_an_output_token_counts_five_times_against_the_quota() -> None:
    need, once = Model(inputs()).demand, changed("quotas", bedrock_quota_tokens_per_output_token=1).demand
    assert need.quota_tokens() - once.quota_tokens() == pytest.approx(4 * need.output_tokens())


def test_every_row_that_all_referrals_share_is_a_part_of_the_model() -> None:
    """A new one is found by the counts, and nobody may forget it here."""
    known = {
        "EventLog DAY#TODAY COUNTS": "day", "Referrals SENDING TALLY": "tally", "Referrals SENDING SWITCH": "switch",
    }
    shared = {row for one in inputs().handled for row in one.common}
    assert {row for row in shared if not row.endswith("SHARD")} == known.keys()
    assert {*known.values(), "counters"} <= {one.key for one in Model(inputs()).parts()}


def test_each_event_of_a_job_is_handled_by_whoever_hears_it() -> None:
    need = Model(inputs()).demand
    recorded = sum(need.times(one) for one in inputs().handled if one.function == "record_events")
    assert recorded == pytest.approx(need.events())
    relayed = sum(need.rows(f"{service}-relay") for service in ("features", "prep", "orchestrator"))
    assert relayed == pytest.approx(need.events() - 1 - inputs().assumed["survey_share"])


def test_always_the_first_bottleneck_is_mended_and_nothing_is_too_full_in_the_end() -> None:
    model, most = Model(inputs()), inputs().assumed["most_used"]
    made, parts = plan(model, SCALES)
    for before, after in pairwise(made):
        assert (before.scale, before.before.jobs_per_day) <= (after.scale, after.before.jobs_per_day)
    assert all(step.after.jobs_per_day > step.before.jobs_per_day for step in made)
    assert all(one.used(1_000 * SCALES[-1]) <= most * (1 + 1e-6) for one in parts)


def test_there_is_a_remedy_for_whatever_can_be_too_full_and_its_own_part() -> None:
    keys = {one.key for one in Model(inputs()).parts()}
    assert {change.part for change in changes(inputs())} <= keys
    assert {step.before.key for step in steps(Model(inputs()))} <= {change.part for change in changes(inputs())}


def test_reviewers_read_their_samples_even_where_nothing_is_risky() -> None:
    hours = review_hours(changed("assumed", risky_share=1e-9, review_seconds=45), {RANKED}, 1e5)
    assert hours == pytest.approx(sampled(inputs()) * 45 / 3600, abs=0.01)


def test_a_second_model_costs_money_and_saves_people() -> None:
    without, with_it = (Bill(inputs(), 100_000, 1, frozenset(made)).month() for made in ({RANKED}, {RANKED, JUDGED}))
    assert with_it.paid["models"] > without.paid["models"]
    assert review_hours(Model(inputs()), {RANKED, JUDGED}, 1e5) < review_hours(Model(inputs()), {RANKED}, 1e5)


def test_what_is_used_ten_times_as_much_costs_ten_times_as_much() -> None:
    few, many = (Bill(inputs(), jobs, 0).month().paid for jobs in (1_000, 10_000))
    for name in ("models", "DynamoDB", "EventBridge", "Lambda", "SES"):
        assert many[name] == pytest.approx(10 * few[name], rel=0.001), name
    assert many["knowledge base"] == few["knowledge base"]


def test_every_figure_says_where_it_is_from() -> None:
    assert all(one["source"].startswith("https://") for name in ("quotas", "prices") for one in told(name).values())
    assert all(one.keys() & {"checked", "unverified"} for one in told("prices").values())
    assert all(one["command"] and one["date"] and one["machine"] for one in told("measured").values())
    assert all(one["why"] for one in told("workload").values())


def test_numbers_are_short_and_not_rounded_away() -> None:
    assert [tables.short(value) for value in (0.0271, 1_307_412, 999.6, 14.0)] == ["0.0271", "1,310,000", "1e+03", "14"]
