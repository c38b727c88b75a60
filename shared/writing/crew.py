"""What a job's crew typed about it; pure."""

from pydantic import BaseModel, ConfigDict

from shared.events.upstream import ServiceCompleted
from shared.writing.text import one_line, visible

MAX_NAME = 100  # characters
MAX_NOTES = 2_000


class Crew(BaseModel):
    """The technician's name and notes: free text, which no event of ours carries and no log shows."""

    model_config = ConfigDict(frozen=True)

    technician: str | None = None
    notes: str | None = None


def crew(job: ServiceCompleted) -> Crew:
    """Both as far as they can be seen, and no longer than what a writer reads."""
    return Crew(
        technician=one_line(job.service.technician or "", MAX_NAME) or None,
        notes=visible((job.service.notes or "")[:MAX_NOTES]).strip() or None,
    )
