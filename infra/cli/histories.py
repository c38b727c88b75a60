"""What can happen in a made-up rollout, and what each message does to the deployer's bets; pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate, product
from math import exp, prod
from random import Random
from typing import NamedTuple

from services.deployer.bets import BetAt
from services.deployer.gates import advance_bet, compared_bets, full_bets
from services.deployer.guardrail import Metric
from services.deployer.model import Rollout
from services.deployer.outcomes import Arm, Counts, cell
from services.deployer.plan import Plan, Stage

ROUNDING = 1 - 1e-9  # stakes are rounded at every message: ask rather once too often
AT_ONCE = 64


class Stakes(NamedTuple):
    """What the bets are worth that the candidate is worse, and those that it is no worse; or factors of them."""

    worse: list[float]
    no_worse: list[float]


@dataclass(frozen=True)
class Truth:
    """The true rates of good outcomes of both arms; ``at_full`` is the candidate's at 100 %, where it is another."""

    control: dict[Metric, float]
    candidate: dict[Metric, float]
    at_full: dict[Metric, float] | None = None


class Course:
    """One stage: the messages that can come, how often each does, and by what each multiplies the stakes."""

    def __init__(self, plan: Plan, stage: Stage, truth: Truth) -> None:
        self.share = stage.share
        self.full = stage.share == 100
        self.enough = stage.outcomes
        self.evidence = 0.0 if self.full else stage.evidence * ROUNDING
        self.hours = timedelta(hours=stage.hours)
        self.metrics = list(plan.guardrails)
        self.messages = [(arm, goods) for arm in Arm for goods in product((True, False), repeat=len(self.metrics))]
        self.to_candidate = [arm is Arm.CANDIDATE for arm, _ in self.messages]
        self.often = list(accumulate(self._often(truth, arm, goods) for arm, goods in self.messages))
        rails = plan.guardrails.values()
        worse = self._factors([full_bets(rail) if self.full else compared_bets(rail) for rail in rails])
        no_worse = self._factors([[advance_bet(rail)] for rail in rails])
        self.factors = [Stakes(*both) for both in zip(worse, no_worse, strict=True)]
        self.at_most = [Stakes(*([max(1.0, f) for f in part] for part in factor)) for factor in self.factors]

    def endless(self, chance: Random) -> Iterator[list[int]]:
        """Places of messages in ``messages``, as they would come, some at once."""
        places = range(len(self.messages))
        while True:
            yield chance.choices(places, cum_weights=self.often, k=AT_ONCE)

    def counted(self, rollout: Rollout, seen: Counter[int]) -> Rollout:
        """The rollout with these messages, by their places, learned."""
        for index, metric in enumerate(self.metrics):
            cells: Counter[str] = Counter()
            for place, times in seen.items():
                arm, goods = self.messages[place]
                cells[cell(arm, goods[index])] += times
            rollout = rollout.count(metric, self.share, Counts(**cells))
        return rollout

    def _often(self, truth: Truth, arm: Arm, goods: tuple[bool, ...]) -> float:
        candidate = arm is Arm.CANDIDATE
        rates = (truth.at_full if self.full and truth.at_full else truth.candidate) if candidate else truth.control
        likely = prod(rates[m] if good else 1 - rates[m] for m, good in zip(self.metrics, goods, strict=True))
        return likely * (self.share if candidate else 100 - self.share) / 100

    def _factors(self, bets: list[list[BetAt]]) -> list[list[float]]:
        """For each message, the factor of each bet of each metric."""
        return [
            [
                exp(getattr(bet(self.share / 100), cell(arm, good)))
                for of_metric, good in zip(bets, goods, strict=True) for bet in of_metric
            ]
            for arm, goods in self.messages
        ]
