"""Table Evaluations, the half that is this service's own work: evaluations, their cases, and answers of models."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from services.evaluation.case import Kept, Outcome
from services.evaluation.history import RECENT, expiring
from services.evaluation.model import Evaluation, Result
from shared import persons
from shared.store import Item, Key, Store
from shared.unit import Unit

_EVALUATION, _CASE, _SLICE, _ANSWER = "EVALUATION#", "CASE#", "SLICE#", "ANSWER#"
_TRIED = "evaluated"  # what is listed under a person
_ALL = 100_000  # more than an evaluation has
_ANSWERS_KEPT = timedelta(days=90)


def evaluation_key(evaluation_id: str) -> Key:
    return f"{_EVALUATION}{evaluation_id}", "STATE"


def outcome_key(evaluation_id: str, case_id: str) -> Key:
    return f"{_EVALUATION}{evaluation_id}", f"{_CASE}{case_id}"


def slice_key(evaluation_id: str, slice_id: str) -> Key:
    """How many cases of one slice are done: a row for each, so that slices do not contend."""
    return f"{_EVALUATION}{evaluation_id}", f"{_SLICE}{slice_id}"


def answer_key(fingerprint: str) -> Key:
    return f"{_ANSWER}{fingerprint}", "ANSWER"


def add(unit: Unit, evaluation: Evaluation) -> None:
    unit.create(evaluation_key(evaluation.evaluation_id), _item(evaluation))


def save(unit: Unit, evaluation: Evaluation) -> None:
    unit.put(evaluation_key(evaluation.evaluation_id), _item(evaluation))


def evaluation(unit: Unit, evaluation_id: str) -> Evaluation | None:
    row = unit.item(evaluation_key(evaluation_id))
    return _evaluation(row) if row else None


def find(store: Store, evaluation_id: str) -> Evaluation | None:
    key = evaluation_key(evaluation_id)
    row = store.get([key]).get(key)
    return _evaluation(row) if row else None


def newest(store: Store, limit: int) -> list[Evaluation]:
    """Evaluations of all agents, the one that was started last first."""
    keys = [(row["pk"], row["sk"]) for row in store.query("EVALUATIONS", index=RECENT, newest_first=True, limit=limit)]
    found = store.get(keys)
    return [_evaluation(found[key]) for key in keys if key in found]


def done(store: Store, evaluation_id: str) -> int:
    """How many cases are done."""
    rows = store.query(evaluation_key(evaluation_id)[0], prefix=_SLICE, limit=_ALL)
    return sum(int(row["done"]) for row in rows)


def outcomes(store: Store, evaluation_id: str) -> list[Outcome]:
    """Every case that is done, in the order of their ids."""
    rows = store.query(evaluation_key(evaluation_id)[0], prefix=_CASE, limit=_ALL)
    return [Outcome.model_validate(row) for row in rows]


def missing(store: Store, evaluation_id: str, case_ids: Sequence[str]) -> list[str]:
    """Those of the cases that are not done."""
    found = store.get(outcome_key(evaluation_id, case_id) for case_id in case_ids)
    return [case_id for case_id in case_ids if outcome_key(evaluation_id, case_id) not in found]


def record(unit: Unit, evaluation_id: str, outcome: Outcome) -> None:
    """What became of a case; it stands once."""
    row = outcome.model_dump(mode="json") | expiring(unit.now())
    unit.create(outcome_key(evaluation_id, outcome.case_id), row)


def outcome(unit: Unit, evaluation_id: str, case_id: str) -> Outcome | None:
    row = unit.item(outcome_key(evaluation_id, case_id))
    return Outcome.model_validate(row) if row else None


def replace_outcome(unit: Unit, evaluation_id: str, outcome: Outcome) -> None:
    key = outcome_key(evaluation_id, outcome.case_id)
    unit.put(key, (unit.item(key) or {}) | outcome.model_dump(mode="json"))


def own_try(unit: Unit, customer_id: str, evaluation_id: str, case_id: str, answers: Iterable[str]) -> None:
    """What was said about this customer's case in an evaluation, and under which keys."""
    persons.own(unit, customer_id, _TRIED, "#".join([evaluation_id, case_id, *answers]))


def tried(name: str) -> tuple[str, str, list[str]]:
    """Evaluation, case and answers, by the name under which they are listed."""
    evaluation_id, case_id, *answers = name.split("#")
    return evaluation_id, case_id, answers


def forget_answers(unit: Unit, fingerprints: Iterable[str]) -> None:
    unit.load(map(answer_key, fingerprints := list(fingerprints)))
    for fingerprint in fingerprints:
        unit.delete(answer_key(fingerprint))


def record_progress(unit: Unit, evaluation_id: str, slice_id: str, done: int) -> None:
    unit.put(slice_key(evaluation_id, slice_id), {"done": done})


def reads_of_try(customer_id: str, answers: Iterable[str]) -> list[Key]:
    return [*map(answer_key, answers), *([persons.erased_key(customer_id)] if customer_id else [])]


def keep_answers(unit: Unit, answers: Mapping[str, Kept]) -> None:
    """Answers that nobody else has kept meanwhile."""
    unit.load(map(answer_key, answers))
    for fingerprint, kept in answers.items():
        if not unit.item(answer_key(fingerprint)):
            row = kept.model_dump(mode="json") | expiring(unit.now(), _ANSWERS_KEPT)
            unit.create(answer_key(fingerprint), row)


def answers(store: Store, fingerprints: Iterable[str]) -> dict[str, Kept]:
    """What models said before to these requests."""
    found = store.get(map(answer_key, fingerprints))
    return {key[0].removeprefix(_ANSWER): Kept.model_validate(row) for key, row in found.items()}


def _item(evaluation: Evaluation) -> Item:
    place = f"{evaluation.started_at.isoformat(timespec='microseconds')}#{evaluation.evaluation_id}"
    result = evaluation.result.model_dump_json() if evaluation.result else None  # as text: a probability is a float
    row = evaluation.model_dump(mode="json", exclude={"result"})
    return row | {"result": result, "recent_pk": "EVALUATIONS", "recent_sk": place}


def _evaluation(row: Item) -> Evaluation:
    result = Result.model_validate_json(row["result"]) if row.get("result") else None
    return Evaluation.model_validate(row | {"result": result})
