"""A model and a mail provider for tests: each answers what it is told to, and remembers what it was asked."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

SUBJECT = "A small thank you from Example Home Services"
BODY = "Hello Dana,\n\nthank you for having us repair your roof. Tell a friend about us: https://example.com/refer"


class Crash(BaseException):
    """The function is killed at this very moment."""


class Bedrock:
    """Answers Converse with these in turn, an exception by raising it; the last one answers for ever."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers) or [written()]
        self.asked: list[dict[str, Any]] = []
        self.judged: list[dict[str, Any]] = []
        self.forbidden: set[str] = set()  # words at which a guardrail steps in

    def apply_guardrail(self, content: list[dict[str, Any]], **asked: Any) -> dict[str, Any]:
        self.judged.append(asked | {"content": content})
        bad = any(word in part["text"]["text"] for word in self.forbidden for part in content)
        return {"action": "GUARDRAIL_INTERVENED" if bad else "NONE"}

    def converse(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer


class Library:
    """A knowledge base that answers Retrieve with what lies in it, whatever the filter says."""

    def __init__(self) -> None:
        self.results: list[dict[str, Any]] = []
        self.before: Callable[[], None] = lambda: None
        self.asked: list[dict[str, Any]] = []

    def add(self, referral_id: str, text: str = BODY, **label: Any) -> None:
        known = {
            "service_type": "roof repair", "region": "north", "satisfaction_band": "high", "approved_at": 1_700_000_000.0,
            "referral_id": referral_id, "customer": "somebody-else",
        }
        self.results.append({"content": {"text": text}, "metadata": known | label})

    def retrieve(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        self.before()
        return {"retrievalResults": self.results}


class Ses:
    """Accepts mails; ``before`` and ``after`` may raise, before the mail is accepted or once it is."""

    def __init__(self) -> None:
        self.accepted: list[dict[str, Any]] = []
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None

    def send_email(self, **mail: Any) -> dict[str, str]:
        self.before()
        self.accepted.append(mail)
        self.after()
        return {"MessageId": f"m-{len(self.accepted)}"}


def raising(error: BaseException) -> Callable[[], None]:
    def fault() -> None:
        raise error

    return fault


def written(subject: Any = SUBJECT, body: Any = BODY, stop: str = "tool_use") -> dict[str, Any]:
    """A Converse answer that hands over a mail."""
    mail = {"subject": subject, "body": body}
    return answer(stop, {"toolUse": {"toolUseId": "t-1", "name": "write_referral_email", "input": mail}})


def answer(stop: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {
        "output": {"message": {"role": "assistant", "content": list(blocks)}},
        "stopReason": stop,
        "usage": {"inputTokens": 400, "outputTokens": 100, "totalTokens": 500},
    }


def refused(code: str, status: int) -> ClientError:
    """An AWS service's refusal."""
    said = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, "Operation")
