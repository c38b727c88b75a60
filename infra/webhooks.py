"""The secrets with which upstream systems sign webhooks, where an account keeps them: an encrypted parameter."""

import base64
import json
import secrets
from typing import Any

from infra import Problem


def parameter(account: str) -> str:
    return f"/referral/{account}/prep/webhook-secrets"


def known(ssm: Any, account: str) -> list[str]:
    """The secrets that are valid, the newest first; empty where there is none yet. Raises Problem where they are unusable."""
    from services.prep.webhook_secrets import parsed
    from services.prep.webhook_signature import UnusableSecret

    try:
        found = ssm.get_parameter(Name=parameter(account), WithDecryption=True)
    except ssm.exceptions.ParameterNotFound:
        return []
    try:
        return list(parsed(found["Parameter"]["Value"]))
    except UnusableSecret as wrong:
        raise Problem(
            f"The secrets of webhooks in {parameter(account)} are of no use. {wrong} "
            "Make a new one, and give it to those who sign: `referral webhook secret --rotate --retire`."
        ) from None


def keep(ssm: Any, account: str, valid: list[str]) -> None:
    """From now on these are valid, the newest first; functions look once a minute."""
    told = "Secrets with which upstream systems sign webhooks, the newest first."
    ssm.put_parameter(
        Name=parameter(account), Value=json.dumps(valid), Type="SecureString", Overwrite=True, Description=told,
    )


def fresh() -> str:
    """A secret that nobody knows yet."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
