"""What may be registered; pure."""

from pydantic import ConfigDict, field_validator
from pydantic_core import PydanticCustomError

from shared.events.features import Features
from shared.events.registry import PLACEHOLDER, PLACEHOLDERS, AgentConfig, Inference, Retrieval, unknown_placeholders


class SubmittedInference(Inference):
    model_config = ConfigDict(extra="forbid")


class SubmittedRetrieval(Retrieval):
    model_config = ConfigDict(extra="forbid")


class Submitted(AgentConfig):
    """A config that somebody wants to register: nothing in it may fail only when a customer's mail is written.

    A field that nobody knows is a slip of the pen here; in an event it is a newer registry's.
    """

    model_config = ConfigDict(extra="forbid")

    inference: SubmittedInference = SubmittedInference()
    retrieval: SubmittedRetrieval = SubmittedRetrieval()

    @field_validator("system_prompt")
    @classmethod
    def _instructions_only(cls, prompt: str) -> str:
        if PLACEHOLDER.search(prompt):
            raise PydanticCustomError("placeholder", "Only the user prompt's placeholders are filled: move them there.")
        return prompt

    @field_validator("user_prompt")
    @classmethod
    def _can_be_filled(cls, prompt: str) -> str:
        unknown = unknown_placeholders(prompt)
        known = ", ".join(f"{{{{{name}}}}}" for name in sorted(PLACEHOLDERS))
        if unknown:
            raise PydanticCustomError("placeholder", f"Nobody can fill {unknown}. There are {known}.")
        if "facts" not in PLACEHOLDER.findall(prompt):
            raise PydanticCustomError("placeholder", "Without {{facts}} the writer knows nothing of the job: add it.")
        if "{{" in PLACEHOLDER.sub("", prompt):
            raise PydanticCustomError("placeholder", "A placeholder that starts with {{ does not end with }}.")
        return prompt

    @field_validator("feature_set")
    @classmethod
    def _known_features(cls, names: list[str]) -> list[str]:
        known = sorted(Features.model_fields)
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise PydanticCustomError("feature", f"There are no features {unknown}. There are {known}.")
        return names
