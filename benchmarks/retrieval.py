"""What the laptop's knowledge base takes to find examples among ten thousand, filters included."""

from collections.abc import Callable
from random import Random

from benchmarks.measure import Figure, interleaved, seconds
from infra.local.ranking import Example, Ranking

_EXAMPLES, _WORDS, _ROUNDS = 10_000, 90, 31
_SERVICES = ("roof repair", "window cleaning", "garden care", "drain cleaning")


def figures() -> list[Figure]:
    ranking = Ranking(_examples())
    times = interleaved({"usual": _asking(ranking, "c-1"), "nothing passes": _asking(ranking, "c-1", before=0)}, _ROUNDS)
    return [
        Figure(f"three of {_EXAMPLES} examples are found", times["usual"] * 1000, "ms", 20),
        Figure("the same where no example passes the filter", times["nothing passes"] * 1000, "ms", 20),
    ]


def _examples() -> list[Example]:
    """Mails of so many words, of which few are common and many rare, as in a language."""
    chance = Random(1)
    vocabulary = [f"word{number}" for number in range(5_000)]
    weights = [1 / (number + 1) for number in range(5_000)]
    return [
        Example(f"examples/r-{number}.txt", f"{service} {' '.join(chance.choices(vocabulary, weights, k=_WORDS))}", {
            "service_type": service, "customer": f"c-{number % 3_000}", "approved_at": number + 1,
        })
        for number in range(_EXAMPLES) for service in (_SERVICES[number % len(_SERVICES)],)
    ]


def _asking(ranking: Ranking, customer: str, before: int = _EXAMPLES) -> Callable[[], float]:
    wanted = {"andAll": [
        {"equals": {"key": "service_type", "value": "roof repair"}}, {"notEquals": {"key": "customer", "value": customer}},
        {"lessThan": {"key": "approved_at", "value": before}},
    ]}
    found = 3 if before else 0

    def ask() -> None:
        if len(ranking.best("roof repair house north word7 word12 word40", 3, wanted)) != found:
            raise AssertionError("not what was asked for")

    return lambda: seconds(ask)
