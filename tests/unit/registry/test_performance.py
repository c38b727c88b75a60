"""How a version does, counted from events: each once, in any order, and anew from the archive."""

import random
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.accounts import NAMES, account
from services.registry import counters
from services.registry.histogram import RELATIVE_ERROR, bucket, percentile
from services.registry.performance import Performance
from tests.harness.room import record, said
from tests.unit.registry.outcomes import (
    Told, converted, drafted, failed, figures, hear, reviewed, sent, shuffled, told, withdrawn,
)
from tests.unit.registry.story import AGENT, Registry

REBUILD = "/performance/rebuild"


@pytest.fixture
def registry() -> Registry:
    return Registry()


def a_day() -> list[Told]:
    """Thirty referrals of two versions; every third is edited, every fifth rejected, some fail, leave or are withdrawn."""
    story: list[Told] = []
    for number in range(30):
        name, version = f"r-{number}", 1 + number % 2
        story.append(drafted(name, version, latency_ms=100 * (number + 1), cost_usd=None if number == 7 else "0.0015"))
        if number % 5 == 0:
            story.append(reviewed(name, "rejected", version, reason="too_long" if number % 10 else "wrong_facts"))
        elif number % 7 == 0:
            story += [failed(name, version), withdrawn(name, version)]
        else:
            story += [reviewed(name, version=version, edited=number % 3 == 0), sent(name)]
    return [*story, failed("r-99", None, "no_production_agent")]


def test_everything_that_became_of_drafts_is_counted(registry: Registry) -> None:
    hear(registry, [
        drafted("r-1"), reviewed("r-1"), sent("r-1"), converted("r-1"), converted("r-1"),
        drafted("r-2", cost_usd=None), reviewed("r-2", edited=True),
        drafted("r-3", latency_ms=3000), reviewed("r-3", "rejected"),
        drafted("r-4"), withdrawn("r-4"), failed("r-5"), failed("r-5", attempts=2), failed("r-6", reason="throttled"),
    ])
    assert figures(registry) == {
        "agent": AGENT, "version": 2, "drafts": 4, "approved": {"unchanged": 1, "edited": 1},
        "rejected": {"wrong_tone": 1}, "approval_rate": 2 / 3, "errors": {"model_refused": 2, "throttled": 1},
        "withdrawn": 1, "sent": 1, "conversions": 2, "input_tokens": 1600, "output_tokens": 400, "cost_usd": "0.006", "unpriced_drafts": 1,
        "latency_ms": figures(registry)["latency_ms"],
    }
    latency = figures(registry)["latency_ms"]
    assert latency["p50"] == pytest.approx(1000, rel=RELATIVE_ERROR)
    assert latency["p99"] == pytest.approx(3000, rel=RELATIVE_ERROR)
    assert registry.announced == []


def test_a_purchase_that_is_told_twice_counts_once(registry: Registry) -> None:
    bought = converted("r-1")
    hear(registry, [drafted("r-1"), sent("r-1"), bought, bought])
    hear(registry, [bought])
    assert figures(registry)["conversions"] == 1


def test_before_its_first_draft_a_version_has_no_rates(registry: Registry) -> None:
    known = figures(registry)
    assert (known["drafts"], known["approval_rate"], known["latency_ms"]["p50"]) == (0, None, None)
    assert registry.version(9, "/performance")["code"] == "version_missing"


def test_what_no_version_did_counts_for_none(registry: Registry) -> None:
    hear(registry, [failed("r-1", None, "no_production_agent")])
    assert [figures(registry, version)["errors"] for version in (1, 2, 3)] == [{}, {}, {}]


def test_a_decision_that_was_taken_back_and_made_anew_counts_each_time(registry: Registry) -> None:
    hear(registry, [drafted("r-1"), reviewed("r-1"), reviewed("r-1", "rejected")])
    known = figures(registry)
    assert (known["approved"]["unchanged"], known["rejected"]) == (1, {"wrong_tone": 1})


def test_a_mail_that_is_heard_of_before_its_draft_counts_for_who_wrote_it(registry: Registry) -> None:
    hear(registry, [sent("r-1")])
    assert figures(registry)["sent"] == 0
    hear(registry, [reviewed("r-1")])
    assert figures(registry)["sent"] == 1
    hear(registry, [drafted("r-1")])
    assert (figures(registry)["sent"], figures(registry, 1)["sent"]) == (1, 0)


def test_a_referral_that_is_drafted_anew_by_another_version_counts_for_both(registry: Registry) -> None:
    hear(registry, [
        drafted("r-1"), withdrawn("r-1"), drafted("r-1", 1, draft_id="d-other"),
        told(sent("r-1")[0].model_copy(update={"draft_id": "d-other"})),
    ])
    known = [(figures(registry, version)["drafts"], figures(registry, version)["sent"]) for version in (1, 2)]
    assert known == [(1, 1), (1, 0)]


def test_a_batch_is_one_transaction_on_one_shard_of_each_version(registry: Registry) -> None:
    before = registry.store.commits
    hear(registry, [drafted(f"r-{number}", 1 + number % 2) for number in range(10)])
    assert registry.store.commits == before + 1
    assert len([key for key in registry.store.items if key[0] == f"PERFORMANCE#{AGENT}"]) == 2


def test_batches_side_by_side_seldom_meet(registry: Registry) -> None:
    for number in range(100):
        hear(registry, [drafted(f"r-{number}")])
    shards = [row["drafts"] for key, row in registry.store.items.items() if key[0] == f"PERFORMANCE#{AGENT}"]
    assert (len(shards), sum(shards)) == (counters.SHARDS, 100)
    assert max(shards) < 20


def test_a_batch_that_meets_another_counts_nothing_twice(registry: Registry) -> None:
    one, other = drafted("r-1"), drafted("r-2")
    registry.store.meanwhile.append(lambda: hear(registry, [one, drafted("r-3")]))
    hear(registry, [one, other])
    assert figures(registry)["drafts"] == 3


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 10))
def test_dropped_and_replayed_in_any_order_and_twice_the_figures_are_the_same(chance: random.Random, size: int) -> None:
    registry, story = Registry(), a_day()
    hear(registry, story)
    before = [figures(registry, version) for version in (1, 2)]
    assert before[0]["drafts"] == before[1]["drafts"] == 15
    assert registry.http.post(REBUILD).body["generation"] == 2
    assert figures(registry)["drafts"] == 0
    hear(registry, shuffled(story, chance), size)
    assert [figures(registry, version) for version in (1, 2)] == before


def test_what_happens_during_a_replay_counts_once(registry: Registry) -> None:
    story, live = a_day(), [drafted("r-live"), reviewed("r-live"), sent("r-live")]
    hear(registry, story)
    registry.http.post(REBUILD)
    hear(registry, [*story[:20], live[0], *story[20:], *live[1:]])
    rebuilt = figures(registry)
    hear(registry, [*story, *live])
    assert figures(registry) == rebuilt
    fresh = Registry()
    hear(fresh, [*story, *live])
    assert figures(fresh) == rebuilt


def test_what_was_being_counted_when_the_rebuild_began_is_counted_by_the_replay(registry: Registry) -> None:
    one = drafted("r-1")
    registry.store.meanwhile.append(lambda: registry.http.post(REBUILD))
    hear(registry, [one])
    hear(registry, [one, drafted("r-2")])
    assert figures(registry)["drafts"] == 2


def test_who_read_the_old_generation_does_not_add_to_the_new_one(registry: Registry) -> None:
    """Between its first and its second read a rebuild begins, and others count already."""
    one, other = drafted("r-1"), drafted("r-2")

    def meanwhile(keys: object) -> object:
        registry.store.get = honest
        found = honest(keys)
        registry.http.post(REBUILD)
        registry.deliver([record(other[0], metadata=said(other[0], one[1]))])  # in the same shard
        return found

    honest = registry.store.get
    registry.store.get = meanwhile
    hear(registry, [one])
    assert figures(registry)["drafts"] == 2


def test_a_generation_says_since_when_it_counts(registry: Registry) -> None:
    assert registry.version(2, "/performance")["counted_since"] is None
    begun = registry.http.post(REBUILD).body
    known = registry.version(2, "/performance")
    assert (known["generation"], known["counted_since"]) == (2, begun["started_at"])


def test_what_is_counted_is_known_for_longer_than_an_archive_can_bring_it_again(registry: Registry) -> None:
    hear(registry, [drafted("r-1")])
    [proof] = [row for key, row in registry.store.items.items() if key[1] == "COUNTED"]
    assert proof["expires_at"] > 0
    assert max(account(name)["archive_days"] for name in NAMES) < counters.PROOF_DAYS.days


def test_an_agent_is_shown_with_the_figures_of_each_version(registry: Registry) -> None:
    hear(registry, a_day())
    shown = {row["version"]: row["performance"] for row in registry.http.get(f"/agents/{AGENT}").body["versions"]}
    alone = figures(registry)
    assert shown[2] == {name: value for name, value in alone.items() if name not in ("agent", "version")}
    assert shown[3]["drafts"] == 0


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 3_600_000), min_size=1, max_size=60), st.sampled_from([50, 95, 99, 100]))
def test_a_percentile_is_right_within_its_stated_error(latencies: list[int], percent: int) -> None:
    counted = sum((Performance(latencies={bucket(one): 1}) for one in latencies), start=Performance())
    exact = sorted(latencies)[ceil(len(latencies) * percent / 100) - 1]
    assert abs(percentile(counted.latencies, percent) - exact) <= max(1, RELATIVE_ERROR * exact + 0.5)


def test_a_histogram_of_a_day_of_waiting_stays_small() -> None:
    assert bucket(86_400_000) < 1000
    assert percentile({}, 50) is None
