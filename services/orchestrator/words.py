"""What people say about a draft; every word of it is checked."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from services.orchestrator.draft import Why
from shared.writing.content import Content

Person = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]  # an id, never an address
MessageId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]


class Opening(BaseModel):
    """Who is about to decide."""

    reviewer: Person


class Approval(BaseModel):
    content_hash: str
    reviewer: Person


class Rejection(Approval):
    reason: Why


class Edit(Approval, Content):
    """Another text for the one with this hash."""


class Finding(BaseModel):
    """What became of a mail in doubt: the provider's message id, or null where it never left."""

    message_id: MessageId | None
    reviewer: Person


class Operator(BaseModel):
    """Who stops sending, or lets it go on."""

    by: Person
