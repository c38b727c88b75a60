"""Whatever goes wrong, every promise is kept; and everything does go wrong."""

from shared.store import Item, Key
from tests.simulation import house
from tests.simulation.run import Run
from tests.simulation.scenario import Action, scenario
from tests.simulation.shrink import Shrinker, shortened
from tests.simulation.sometimes import never, seen
from tests.simulation.unguarded import LosesClaims, of

_SEEDS = 200


def test_every_promise_is_kept_whatever_goes_wrong() -> None:
    assert never([_seen_in(seed) for seed in range(_SEEDS)]) == []


def test_a_seed_says_everything_that_happens() -> None:
    first, second = Run(7), Run(7)
    assert first.go() == second.go() == []
    assert _told(first) == _told(second)
    assert _stored(first) == _stored(second)
    assert first.world.faults.fired == second.world.faults.fired


def test_a_history_is_shortened_to_what_its_failure_needs() -> None:
    jobs = [action for action in scenario(3) if action.what == "job"]
    wanted = jobs[0], jobs[-1]
    assert shortened(scenario(3), lambda some: set(wanted) <= set(some)) == sorted(set(wanted))


def test_a_failure_is_shortened_to_what_is_told_and_happens_again() -> None:
    """Mails that are sent twice, for want of the claim."""
    lost = of("orchestrator", LosesClaims)
    seed = next(seed for seed in range(_SEEDS) if any(found.invariant == "I4" for found in Run(seed, around=lost).go()))
    whole, short = Run(seed, around=lost), Shrinker(seed, "I4", most=10, around=lost).go()
    whole.go()
    assert len(short.actions) <= len(whole.actions) and len(short.world.faults.fired) < len(whole.world.faults.fired) / 2
    again = Run(seed, short.actions, short.world.faults.fired, around=lost)
    assert again.go() == short.found != []


def test_a_relay_that_stood_still_reads_again_once_faults_are_over() -> None:
    """However often an operator asks anew for a draft that nobody can write: the last answer is on the bus too."""
    assert Run(12484, [action for action in scenario(12484) if action.what in ("trim", "job")], {}).go() == []


def test_every_deployed_function_takes_part() -> None:
    assert house.unknown() == []


def _seen_in(seed: int) -> set[str]:
    run = Run(seed)
    assert run.go() == [], f"make simulate SEED={seed} SEEDS=1"
    return seen(run.world)


def _told(run: Run) -> list[tuple[float, str]]:
    return [(entry.at, entry.kind) for entry in run.world.history.entries]


def _stored(run: Run) -> dict[str, dict[Key, Item]]:
    return {name: table.all() for name, table in run.world.tables.items()}


def test_an_action_says_who_does_what() -> None:
    assert str(Action(12, "upstream", "job", 0, ("s-1", "c-1"))) == "   12.0s upstream: job s-1 c-1"
