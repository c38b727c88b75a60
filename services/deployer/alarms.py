"""What CloudWatch's alarms on the arms of a rollout say, and what is done about them; pure.

They tell a version that is broken outright within the hour, where evidence needs its outcomes. Going back is always safe,
so an alarm on the candidate takes it back; unless the same is raised for control: then it is no fault of the candidate.
"""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.deployer.deployment import Deployment
from services.deployer.model import Step
from shared.clock import derived_id
from shared.events import Event, Metadata
from shared.events.registry import AgentName

BY = "cloudwatch"  # in the place of a person's id
_ABOUT = ("candidate-errors", "candidate-latency", "control-errors", "control-latency")
OURS = {"alarmName": [{"suffix": f"-{about}"} for about in _ABOUT]}
_ANSWERED = ("running", "held")
State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]


class Raised(BaseModel):
    """What was last heard of one alarm."""

    model_config = ConfigDict(frozen=True)

    state: State
    at: AwareDatetime


class _State(BaseModel):
    value: State
    timestamp: AwareDatetime


class _Told(BaseModel):
    """The part of CloudWatch's detail that is read."""

    alarmName: Annotated[str, StringConstraints(pattern=r"^referral-[a-z]+-(candidate|control)-(errors|latency)$")]
    state: _State
    configuration: dict[str, Any] = Field(default_factory=dict)

    def agent(self) -> Any:
        """Whose drafts it watches, as its metrics name it."""
        metrics = [one.get("metricStat", {}).get("metric", {}) for one in self.configuration.get("metrics", [])]
        return next((one["dimensions"]["agent"] for one in metrics if "agent" in one.get("dimensions", {})), None)


class AlarmChanged(Event):
    """An alarm on one arm of an agent's rollout has another state, on the default bus of the AWS account."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    source: ClassVar[str] = "aws.cloudwatch"

    account: str
    agent: AgentName
    about: str
    raised: Raised

    @classmethod
    def detail_type(cls) -> str:
        return "CloudWatch Alarm State Change"

    @classmethod
    def unwrap(cls, detail: dict[str, Any]) -> tuple[Self, Metadata]:
        told = _Told.model_validate(detail)
        _, account, about = told.alarmName.split("-", 2)
        raised = Raised(state=told.state.value, at=told.state.timestamp)
        event = cls.model_validate({"account": account, "agent": told.agent(), "about": about, "raised": raised})
        said = derived_id(told.alarmName, raised.state, raised.at.isoformat())
        return event, Metadata(event_id=said, occurred_at=raised.at, correlation_id=told.alarmName, producer=BY)

    def unknown_fields(self, detail: dict[str, Any]) -> int:
        """CloudWatch says much that is not read on purpose."""
        return 0

    @property
    def control(self) -> str:
        """The alarm that says the same of the other arm."""
        return self.about.replace("candidate", "control")


def answer(said: AlarmChanged, rollout: Deployment | None, control: Raised | None) -> tuple[Step, str] | None:
    """What is to be done with the agent's rollout, and why; nothing about what is older than it."""
    accused = said.about.startswith("candidate") and said.raised.state == "ALARM"
    if not accused or not rollout or not rollout.started or rollout.status not in _ANSWERED:
        return None
    if said.raised.at < rollout.requested_at:
        return None
    if not control or control.state != "ALARM":
        return Step.ROLL_BACK, f"alarm {said.about}"
    if rollout.status == "running":
        return Step.HOLD, f"alarms {said.about} and {said.control}: both arms suffer, so it is not the candidate alone"
    return None
