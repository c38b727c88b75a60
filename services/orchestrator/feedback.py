"""What became of a mail once the provider had taken it; pure."""

from typing import Any, Literal, Self

from pydantic import AwareDatetime

from services.orchestrator.draft import Part

Fate = Literal["delayed", "delivered", "opened", "clicked", "bounced_softly", "refused", "bounced", "complained"]
GRAVEST: tuple[Fate, ...] = (
    "complained", "bounced", "refused", "bounced_softly", "clicked", "opened", "delivered", "delayed",
)
ENDS: frozenset[Fate] = frozenset({"delivered", "bounced", "bounced_softly", "refused"})  # the mail arrived, or will not
UNWANTED: frozenset[Fate] = frozenset({"bounced", "complained"})  # nothing more is sent to such an address


class Heard(Part):
    """When it was, by the provider's clock, and its code for why."""

    at: AwareDatetime
    code: str = ""


class Feedback(Part):
    """Each thing counts once, in whatever order they are heard: a mail may be delivered and bounce later."""

    heard: dict[Fate, Heard] = {}

    @property
    def outcome(self) -> Fate | None:
        """The gravest that was heard."""
        return next((fate for fate in GRAVEST if fate in self.heard), None)

    @property
    def ended(self) -> bool:
        """Whether it is known if the mail arrived."""
        return not ENDS.isdisjoint(self.heard)

    def after(self, fate: Fate, heard: Heard) -> Self:
        return self.model_copy(update={"heard": self.heard | {fate: heard}})

    def public(self) -> dict[str, Any]:
        return {"outcome": self.outcome, **self.model_dump(mode="json")}
