"""Who calls, as policies name it: a session of a role is that role.

AWS tells a condition on ``aws:PrincipalArn`` the ARN of the role that was assumed; MiniStack tells it that of the session.
"""

from typing import Any

from ministack.core import iam_evaluator

_resolve = iam_evaluator._resolve_condition_key
_SESSION, _ROLE = ":assumed-role/", ":role/"


def know_roles() -> None:
    iam_evaluator._resolve_condition_key = condition_key


def condition_key(key: str, context: Any) -> Any:
    told = _resolve(key, context)
    return role_of(told) if key.lower() == "aws:principalarn" else told


def role_of(arn: str) -> str:
    """The ARN of the role behind a session's; that of anybody else stays."""
    if _SESSION not in arn:
        return arn
    account, _, session = arn.partition(_SESSION)
    return f"{account.replace(':sts:', ':iam:')}{_ROLE}{session.partition('/')[0]}"
