"""What can go wrong in any command, as one sentence that says what to do."""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup

from infra.cli import tree
from infra.cli.say import Problem, note

_NO_ANSWER = ("ConnectionError", "HTTPClientError")  # and all that botocore derives from them
_NO_CREDENTIALS = (
    "NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "TokenRetrievalError", "SSOTokenLoadError",
)
_UNKNOWN = ("ResourceNotFoundException", "ResourceNotFound")
_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId")


class Commands(TyperGroup):
    """The command tree; what goes wrong in it ends as a sentence on stderr and exit code 1."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        self.commands = tree.Tree()

    def invoke(self, ctx: typer.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            sentence = explain(error, ctx.obj.name if ctx.obj else "local")
            if not sentence:
                raise
            note(f"referral: {sentence}")
            raise typer.Exit(1) from None


def explained(call: Callable[..., Any], account: str) -> Callable[..., Any]:
    """The same call; an error of it that is nobody's bug is a Problem, so that the caller can say more."""

    def calling(*given: Any) -> Any:
        try:
            return call(*given)
        except Exception as error:
            if sentence := explain(error, account):
                raise Problem(sentence) from None
            raise

    return calling


def explain(error: Exception, account: str) -> str | None:
    """The sentence for an error that is nobody's bug; None for all others."""
    if isinstance(error, Problem):
        return str(error)
    if isinstance(error, BrokenPipeError):
        return None  # whoever read the answer has enough of it; the command line ends quietly by itself
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {*_NO_ANSWER}:
        return _unreachable(error, account)
    if names & {*_NO_CREDENTIALS}:
        return f"There are no AWS credentials for account {account} ({error}): log in, or set AWS_PROFILE."
    return _refused(error, account) if "ClientError" in names else None


def _unreachable(error: Exception, account: str) -> str:
    if account == "local":
        advice = "start it with `referral up`, or name its port with REFERRAL_PORT"
        return f"The laptop's AWS does not answer ({error}): {advice}."
    return f"AWS does not answer ({error}): try again."


def _refused(error: Any, account: str) -> str:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in _UNKNOWN:
        return f"{message.rstrip('.')}. Deploy what is missing: ./infra/deploy.sh --account {account}"
    if code in _EXPIRED:
        return f"AWS does not accept these credentials for account {account} ({code}): log in again."
    return f"AWS refuses {error.operation_name} ({code}): {message}"
