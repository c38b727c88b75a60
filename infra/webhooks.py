"""The secrets with which upstream systems sign webhooks, where an account keeps them: an encrypted parameter."""

import base64
import json
import secrets
from typing import Any


def parameter(account: str) -> str:
    return f"/referral/{account}/prep/webhook-secrets"


def known(ssm: Any, account: str) -> list[str]:
    """The secrets that are valid, the newest first; empty where there is none yet."""
    try:
        found = ssm.get_parameter(Name=parameter(account), WithDecryption=True)
    except ssm.exceptions.ParameterNotFound:
        return []
    return list(json.loads(found["Parameter"]["Value"]))


def keep(ssm: Any, account: str, valid: list[str]) -> None:
    """From now on these are valid, the newest first; functions look once a minute."""
    told = "Secrets with which upstream systems sign webhooks, the newest first."
    ssm.put_parameter(
        Name=parameter(account), Value=json.dumps(valid), Type="SecureString", Overwrite=True, Description=told,
    )


def fresh() -> str:
    """A secret that nobody knows yet."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
