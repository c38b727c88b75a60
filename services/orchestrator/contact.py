"""Whom a job lets us write to, and what its crew said of it; pure."""

from typing import Self

from shared.events.upstream import Address, ServiceCompleted
from shared.writing.crew import MAX_NAME, Crew, crew
from shared.writing.text import one_line


class Contact(Crew):
    """The personal part of a job; it stays in this service's table."""

    customer_id: str
    email: Address
    name: str | None = None
    time_zone: str | None = None
    consent: bool | None = None

    @classmethod
    def of(cls, job: ServiceCompleted) -> Self:
        return cls(
            customer_id=job.customer.customer_id,
            email=job.customer.email,
            name=one_line(job.customer.name or "", MAX_NAME) or None,
            time_zone=one_line(job.customer.time_zone or "", MAX_NAME) or None,
            consent=job.customer.marketing_consent,
            **dict(crew(job)),
        )
