"""Who may deploy to an account: what accounts.toml says of it, as parameters of the access stack."""

from typing import Any

from infra.accounts import NAMES, account

PARTITION = "aws"
PATH = "/referral/{}/"  # of every role that a deployment makes, by which its own role may know them


def parameters(settings: dict[str, Any], here: str) -> dict[str, str]:
    """Every parameter of the access stack; ``here`` is the id of the AWS account that it is deployed to."""
    before, after = settings.get("after", ""), following(settings["name"])
    return {
        "Account": settings["name"],
        "Subject": subject(settings),
        "MakeProvider": "true" if makes_provider(settings) else "false",
        "ToolsRole": settings["tools_role"],
        "NextDeployRole": role(after, "deploy", here) if after else "",
        "PreviousReleasesRole": role(before, "releases", here) if before else "",
    }


def subject(settings: dict[str, Any]) -> str:
    """``sub`` of GitHub's tokens for the environment that is named like the account; nothing else may deploy."""
    repository = settings["repository"]
    return f"repo:{repository}:environment:{settings['name']}" if repository else ""


def makes_provider(settings: dict[str, Any]) -> bool:
    """Whether no account before this one lies in the same AWS account, which has one provider for all."""
    before = NAMES[1 : NAMES.index(settings["name"])]
    return not any(account(name)["account_id"] == settings["account_id"] for name in before)


def following(name: str) -> str:
    """The account that takes what was deployed to this one; empty for the last."""
    return next((one for one in NAMES if account(one).get("after") == name), "")


def role(name: str, what: str, here: str) -> str:
    """The ARN of a role of an account; one without an id of its own lies in this AWS account."""
    return f"arn:{PARTITION}:iam::{account(name)['account_id'] or here}:role/referral-{name}-{what}"
