"""What an account needs before mails leave, each looked at with read-only calls; what is missing says how to get it."""

from collections.abc import Callable, Iterator
from email.utils import parseaddr
from typing import Any

from infra import deploy, webhooks
from infra.cli.findings import UNKNOWN, Finding, finding
from infra.cli.session import Account

_PAGE = "docs/deploy.md"
_UNRESERVED = 100  # calls at the same time that Lambda keeps for functions without a reservation
_EXAMPLE = "example.com"
Settings = dict[str, Any]


Check = Callable[[Account, Settings], Iterator[Finding]]


def look(account: Account, settings: Settings) -> list[Finding]:
    """Every finding, in the order in which one sets up an account."""
    return [found for check in CHECKS for found in looked(check, account, settings)]


def identity(account: Account, settings: Settings) -> Iterator[Finding]:
    here, wanted = account.client("sts").get_caller_identity(), settings["account_id"]
    right = not wanted or account.local or here["Account"] == wanted
    how = f"sign in to {wanted}, or correct account_id in infra/accounts.toml"
    yield finding("AWS account", right, f"{here['Account']} as {here['Arn'].rpartition(':')[2]}", how)


def company(account: Account, settings: Settings) -> Iterator[Finding]:
    told = settings["company"]
    examples = [name for name, value in told.items() if isinstance(value, str) and (_EXAMPLE in value or "Example" in value)]
    how = f"say who you are in [{account.name}.company] of infra/accounts.toml, or of the file that REFERRAL_ACCOUNTS names"
    found = f"still the example: {', '.join(examples)}" if examples else told["name"]
    yield finding("company", not examples or account.local, found, how)


def access(account: Account, settings: Settings) -> Iterator[Finding]:
    state = _stack(account, f"referral-access-{account.name}")
    how = f"an administrator: ./infra/deploy.sh --account {account.name} --bootstrap"
    yield finding("who may deploy", account.local or state.endswith("_COMPLETE"), state or "no access stack", how)


def stacks(account: Account, settings: Settings) -> Iterator[Finding]:
    states = {stack: _stack(account, deploy.stack_name(account.name, stack)) for stack in deploy.stacks()}
    wrong = [f"{stack} {state or 'not deployed'}" for stack, state in states.items() if state not in _DEPLOYED]
    how = "referral up" if account.local else f"./infra/deploy.sh --account {account.name}"
    yield finding("stacks", not wrong, ", ".join(wrong) or f"{len(states)} deployed", how)


def functions(account: Account, settings: Settings) -> Iterator[Finding]:
    limit = account.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    needed = settings["webhook_concurrency"] + _UNRESERVED
    how = f"ask for 1,000 in Service Quotas (Lambda, Concurrent executions); new accounts have less: {_PAGE}#quotas"
    yield finding("Lambda's concurrency", limit >= needed, f"{limit}, of which {needed} are needed", how)


def sender(account: Account, settings: Settings) -> Iterator[Finding]:
    address = parseaddr(settings["company"]["sender"])[1]
    known = [one for name in (address, address.rpartition("@")[2]) if (one := _identity(account, name))]
    verified = [one for one in known if one["VerifiedForSendingStatus"]]
    found = "verified" if verified else "not verified yet" if known else f"{address} is unknown to SES"
    yield finding("sender", bool(verified), found, f"verify its domain in SES: {_PAGE}#the-sender")
    if not account.local:
        signed = any(one.get("DkimAttributes", {}).get("Status") == "SUCCESS" for one in known)
        how = f"add SES's three CNAME records: {_PAGE}#the-sender"
        yield finding("DKIM", signed, "signs" if signed else "does not sign", how)


def sandbox(account: Account, settings: Settings) -> Iterator[Finding]:
    told = account.client("sesv2").get_account()
    out = bool(told["ProductionAccessEnabled"])
    found = f"{told['SendQuota']['Max24HourSend']:.0f} mails a day" if out else "in the sandbox: mails to verified addresses only"
    yield finding("sending", out and told["SendingEnabled"], found, f"ask SES for production access: {_PAGE}#leaving-the-sandbox")


def models(account: Account, settings: Settings) -> Iterator[Finding]:
    """The judge's; the writers' are those of the agent versions, whose drafts fail by name where one is missing."""
    if account.local:
        return
    known = settings["judge_model"]
    region, _, behind = known.partition(".")
    model = behind if region in ("eu", "us", "apac", "global") else known
    told = account.client("bedrock").get_foundation_model_availability(modelId=model)
    wrong = [name for name, good in _USABLE.items() if told[name] != good]
    yield finding(f"model {known}", not wrong, ", ".join(wrong) or "usable", f"{_PAGE}#access-to-models")


def alarms(account: Account, settings: Settings) -> Iterator[Finding]:
    address = settings["alarm_email"]
    pages = account.client("sns").get_paginator("list_subscriptions").paginate()
    topic = f":referral-{account.name}-alarms"
    heard = [one for page in pages for one in page["Subscriptions"] if one["TopicArn"].endswith(topic)]
    confirmed = [one for one in heard if one["SubscriptionArn"].startswith("arn:")]
    how = "answer the mail that AWS sent to it" if address else "set alarm_email in infra/accounts.toml, deploy platform"
    yield finding("alarms", bool(confirmed) or account.local, f"{len(confirmed)} confirmed of {len(heard)} listeners", how)


def upstream(account: Account, settings: Settings) -> Iterator[Finding]:
    known = bool(webhooks.known(account.client("ssm"), account.name))
    how = f"upstream_principals in infra/accounts.toml, or referral --account {account.name} webhook secret --rotate"
    count = len(settings["upstream_principals"])
    found = f"{count} principals, {'a' if known else 'no'} secret for webhooks"
    yield finding("upstream systems", bool(count) or known, found, how)


def agent(account: Account, settings: Settings) -> Iterator[Finding]:
    from infra.cli.call import Refused, Service

    try:
        told = Service(account, "register_agent").get("agents", settings["agent"])
    except Refused:  # nobody has registered it
        told = {"aliases": []}
    production = {one["alias"]: one["version"] for one in told["aliases"]}.get("production")
    how = f"referral --account {account.name} agents register FILE, then agents alias {settings['agent']} production 1"
    yield finding(f"agent {settings['agent']}", bool(production), f"version {production or 'none'} in production", how)


CHECKS: tuple[Check, ...] = (identity, company, access, functions, stacks, sender, sandbox, models, alarms, upstream, agent)
_DEPLOYED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_USABLE = {"authorizationStatus": "AUTHORIZED", "entitlementAvailability": "AVAILABLE", "regionAvailability": "AVAILABLE"}


def looked(check: Check, account: Account, settings: Settings) -> Iterator[Finding]:
    """What a check finds; where it may not look, or its service does not answer, that is what was found."""
    from infra.cli.problems import explain

    try:
        yield from check(account, settings)
    except Exception as error:
        if not (told := explain(error, account.name)):
            raise
        yield Finding(check.__name__, UNKNOWN, told, "mend what stands above first, or look with an operator's rights")


def _stack(account: Account, name: str) -> str:
    from infra.promotion.changesets import Stacks

    return Stacks(account.client("cloudformation"), "", 0).status(name)


def _identity(account: Account, name: str) -> dict[str, Any] | None:
    ses = account.client("sesv2")
    try:
        return ses.get_email_identity(EmailIdentity=name)
    except ses.exceptions.NotFoundException:
        return None
