"""One case: both versions write, checks look, and the judge reads both drafts in both orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from services.evaluation import judge
from services.evaluation.answers import Answers, Asked
from services.evaluation.case import SIDES, Attempt, Case, Judgement, Kept, Opinion, Outcome, SideName, words_hash
from services.evaluation.comparing import total
from shared.events.registry import AgentConfig
from shared.writing import mail, prompt
from shared.writing.checks.findings import failed
from shared.writing.checks.given import Given
from shared.writing.checks.words import Text
from shared.writing.company import Company
from shared.writing.examples import Found, wanted
from shared.writing.faults import ExamplesUnavailable, ModelFault

Said = list[Kept | ModelFault]
Attempts = dict[SideName, Attempt]


@dataclass(frozen=True)
class Trial:
    """Everything that the cases of an evaluation have in common."""

    evaluation_id: str
    versions: Mapping[SideName, AgentConfig]
    company: Company
    judge_model: str
    guardrail: mail.Guardrail | None = None
    found: Mapping[str, Found] = field(default_factory=dict)  # examples by case, as many as the version that wants most

    def outcome(self, case: Case, answers: Answers, last: bool) -> Outcome | None:
        """What became of it; None where asking later may help and this try is not the ``last``."""
        asked = {name: self._request(case, name) for name in SIDES}
        written = self._written(asked, answers)
        attempts = {name: self._attempt(case, written.get(name)) for name in SIDES}
        judged = self._judge(case, attempts, answers)
        if not last and any(_passes(said) for said in (*written.values(), *judged)):
            return None
        return Outcome(
            case_id=case.case_id, **_with_opinions(attempts, judged), people=case.people,
            not_judged=next((said.reason for said in judged if isinstance(said, ModelFault)), None),
            repeated=_repeated(case, asked["baseline"], attempts["baseline"]),
            spent=self._spent([*written.values(), *judged]),
        )

    def _request(self, case: Case, name: SideName) -> dict[str, Any] | ModelFault | None:
        """None where the version asks for something that nobody can fill in."""
        config = self.versions[name]
        shown = self.found.get(case.case_id, Found()).first(wanted(config))
        if shown.missing == "unavailable":
            return ExamplesUnavailable()
        try:
            asked = prompt.render(config, case.prepared, case.crew, self.company, shown.examples)
            return mail.request(asked, self.guardrail)
        except prompt.PromptInvalid:
            return None

    def _written(
        self, asked: dict[SideName, dict[str, Any] | ModelFault | None], answers: Answers,
    ) -> dict[SideName, Kept | ModelFault]:
        faults = {name: request for name, request in asked.items() if isinstance(request, ModelFault)}
        possible = {name: request for name, request in asked.items() if isinstance(request, dict)}
        said = answers.each([Asked(request, mail.MAIL) for request in possible.values()])
        return faults | dict(zip(possible, said, strict=True))

    def _attempt(self, case: Case, said: Kept | ModelFault | None) -> Attempt:
        if said is None:
            return Attempt(error="prompt_invalid")
        if isinstance(said, ModelFault):
            return Attempt(error=said.reason, ours=said.passing)
        return examined(case, Attempt(written=said, content_hash=words_hash(case, **said.said)), self.company)

    def _judge(self, case: Case, attempts: Attempts, answers: Answers) -> Said:
        """The judge's answers, one for each order; where there is one readable draft, it stands beside itself."""
        if any(attempt.ours for attempt in attempts.values()):
            return []  # the case comes again or counts for nobody
        texts = {name: Text(**attempt.written.said) for name, attempt in attempts.items() if attempt.written}
        return answers.each(
            Asked(judge.request(self.judge_model, case, self.company, texts[first], texts[second]), judge.FORM)
            for first, second in orders(attempts)
        )

    def _spent(self, said: Sequence[Kept | ModelFault]) -> Decimal | None:
        """What this evaluation paid; an answer that another one paid for is free."""
        mine = [kept for kept in said if isinstance(kept, Kept) and kept.paid_by == self.evaluation_id]
        return total([kept.cost_usd for kept in mine])


def examined(case: Case, attempt: Attempt, company: Company) -> Attempt:
    """The attempt with what the checks of today find in it."""
    if not attempt.written:
        return attempt
    given = Given.of(case.prepared, case.crew, company)
    return attempt.model_copy(update={"failed": failed(Text(**attempt.written.said), given)})


def orders(attempts: Attempts) -> list[tuple[SideName, SideName]]:
    """Who is shown first and who second."""
    readable = [name for name in SIDES if attempts[name].readable]
    if len(readable) < 2:
        return [(name, name) for name in readable]
    return [SIDES, SIDES[::-1]]


def _with_opinions(attempts: Attempts, judged: Said) -> Attempts:
    opinions: dict[SideName, list[Opinion]] = {name: [] for name in SIDES}
    for order, said in zip(orders(attempts), judged, strict=False):  # a case that is not judged has orders and no answers
        if isinstance(said, Kept):
            judgement = Judgement.model_validate(said.said)
            opinions[order[0]].append(judgement.first)
            opinions[order[1]].append(judgement.second)
    complete = not any(isinstance(said, ModelFault) for said in judged)
    return {name: a.model_copy(update={"opinions": opinions[name] if complete else []}) for name, a in attempts.items()}


def _passes(said: Kept | ModelFault) -> bool:
    return isinstance(said, ModelFault) and said.passing


def _repeated(
    case: Case, asked: dict[str, Any] | ModelFault | None, baseline: Attempt,
) -> Literal["same_words", "other_words"] | None:
    """Whether the baseline, asked exactly what production asked, wrote the same; None where it was asked otherwise."""
    before = case.production.get(mail.fingerprint(asked)) if isinstance(asked, dict) else None
    if not before or not baseline.content_hash:
        return None
    return "same_words" if before == baseline.content_hash else "other_words"
