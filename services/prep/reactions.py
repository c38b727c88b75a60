"""What data preparation does when something happens."""

from typing import Any

from pydantic import ValidationError

from services.prep import reasons, table
from services.prep.model import Join, prepare, unusable
from services.prep.quarantine import Case
from shared.app import Routes
from shared.events.features import FeaturesUpdated
from shared.events.upstream import ServiceCompleted
from shared.unit import Unit

routes = Routes("prep")


@routes.fold(ServiceCompleted, inbox=False, reads=table.reads_of_job)
def prepare_job(job: ServiceCompleted, unit: Unit) -> None:
    """The job's half of a referral; a job of the past is only validated."""
    why = unusable(job, unit.now())
    if why:
        set_aside(unit, Case.of(job.model_dump(mode="json"), why, unit.now()))
    elif not job.historical:
        before = table.join(unit, unit.cause.correlation_id)
        complete(unit, before, before.with_job(prepare(job, unit.now())))


@routes.fold(
    FeaturesUpdated, where={"data": {"cause": ["job"], "historical": [False]}}, inbox=False,
    continues=table.reads_of_referral,
)
def add_features(known: FeaturesUpdated, unit: Unit) -> None:
    """The features that include the job are the other half."""
    before = table.join(unit, unit.cause.correlation_id)
    complete(unit, before, before.with_features(known))


@routes.malformed(ServiceCompleted)
def quarantine(detail: Any, error: ValidationError, unit: Unit) -> None:
    """What breaks the contract is kept with every reason at once."""
    case = Case.of(detail, reasons.of_error(error), unit.now())
    unit.begin(case.cause())
    set_aside(unit, case)


def complete(unit: Unit, before: Join, after: Join) -> None:
    """Whichever half comes second announces the referral; a half that stands already proves a duplicate."""
    if after == before:
        return
    table.save_join(unit, unit.cause.correlation_id, after)
    prepared = after.prepared()
    if prepared:
        unit.announce(prepared)


def set_aside(unit: Unit, case: Case) -> None:
    if not table.is_known(unit, case):
        table.add_case(unit, case)
        unit.announce(case.as_event())
