"""What data preparation does when something happens."""

from typing import Any

from pydantic import ValidationError

from services.prep import erasure, reasons, table
from services.prep.model import Join, prepare, unusable
from services.prep.quarantine import Case
from shared import persons
from shared.app import Routes
from shared.events.features import FeaturesUpdated
from shared.events.upstream import CustomerErased, ServiceCompleted
from shared.unit import Unit

routes = Routes("prep")


@routes.fold(ServiceCompleted, inbox=False, reads=table.reads_of_job)
def prepare_job(job: ServiceCompleted, unit: Unit) -> None:
    """The job's half of a referral; a job of the past is only validated."""
    why = unusable(job, unit.now())
    if why:
        set_aside(unit, Case.of(job.model_dump(mode="json"), why, unit.now()))
    elif not job.historical and not persons.erased(unit, job.customer.customer_id):
        before = table.join(unit, unit.cause.correlation_id)
        complete(unit, before, before.with_job(prepare(job, unit.now())))


@routes.fold(
    FeaturesUpdated, where={"data": {"cause": ["job"], "historical": [False]}}, inbox=False,
    reads=table.reads_of_features, continues=table.reads_of_referral,
)
def add_features(known: FeaturesUpdated, unit: Unit) -> None:
    """The features that include the job are the other half; of whoever is erased nothing is prepared."""
    if persons.erased(unit, known.customer_id):
        return
    before = table.join(unit, unit.cause.correlation_id)
    complete(unit, before, before.with_features(known))


@routes.malformed(ServiceCompleted)
def quarantine(detail: Any, error: ValidationError, unit: Unit) -> None:
    """What breaks the contract is kept with every reason at once."""
    case = Case.of(detail, reasons.of_error(error), unit.now())
    unit.begin(case.cause())
    set_aside(unit, case)


@routes.fold(CustomerErased, inbox=False)
def forget(said: CustomerErased, unit: Unit) -> None:
    erasure.forget(said, unit)


def complete(unit: Unit, before: Join, after: Join) -> None:
    """Whichever half comes second announces the referral; a half that stands already proves a duplicate."""
    if after == before:
        return
    prepared = after.prepared()
    told = unit.announce(prepared) if prepared else None
    table.save_join(unit, unit.cause.correlation_id, after, told)


def set_aside(unit: Unit, case: Case) -> None:
    if not table.is_known(unit, case):
        gone = case.customer_id and persons.erased(unit, case.customer_id)
        table.add_case(unit, case.erased(unit.now()) if gone else case)
        unit.announce(case.as_event())
