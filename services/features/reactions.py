"""What the feature store does when something happens."""

from services.features import erasure, table
from services.features.model import Customer, Score, latest
from shared.app import Routes
from shared.events.features import FeaturesUpdated
from shared.events.upstream import CustomerErased, SatisfactionReported, ServiceCompleted
from shared.unit import Unit

routes = Routes("features")


@routes.fold(ServiceCompleted, inbox=False, reads=table.reads_of_job, broken_kept_by="prep")
def learn_from_job(job: ServiceCompleted, unit: Unit) -> None:
    if not job.credible(unit.now()):
        return  # it is in quarantine; learned once its date is mended
    table.count(unit, job)  # this row, not the inbox, proves for ever that the job was counted
    score = latest(table.score(unit, job.service_id), Score.of_job(job))
    if score:
        table.save_score(unit, job.service_id, score)
    learned = table.customer(unit, job.customer.customer_id).learn(job, score)
    told = unit.announce(updated(learned, unit, "job", bool(job.historical)))
    table.save(unit, learned, f"job {job.service_id}", told)


@routes.fold(SatisfactionReported, inbox=False, reads=table.reads_of_survey)
def learn_from_survey(survey: SatisfactionReported, unit: Unit) -> None:
    """A late answer corrects the average; one that is ahead of its job waits for it."""
    before = table.score(unit, survey.service_id)
    after = latest(before, Score.of_survey(survey))
    if after is None or after == before:
        return
    table.save_score(unit, survey.service_id, after)
    customer_id = table.counted_for(unit, survey.service_id)
    if customer_id:
        corrected = table.customer(unit, customer_id).correct(before, after)
        told = unit.announce(updated(corrected, unit, "survey", historical=False))
        table.save(unit, corrected, f"survey {survey.service_id}", told)


@routes.fold(CustomerErased, inbox=False)
def forget(said: CustomerErased, unit: Unit) -> None:
    """This service forgets who it was and goes on counting; nothing is announced, for no figure changed."""
    erasure.forget(said, unit)


def updated(customer: Customer, unit: Unit, cause: str, historical: bool) -> FeaturesUpdated:
    return FeaturesUpdated(
        customer_id=customer.customer_id,
        version=customer.version,
        as_of=unit.cause.occurred_at,
        cause=cause,
        historical=historical,
        features=customer.features(),
    )
