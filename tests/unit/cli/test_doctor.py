"""What an account still needs before its first mail is said, with the way to it."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.accounts import account
from infra.cli import checks
from infra.cli.findings import GOOD, MISSING, UNKNOWN, Finding
from infra.cli.session import Account

COMPANY = account("dev")["company"] | {
    "name": "Good Roofs", "sender": "Good Roofs <hello@roofs.test>", "postal_address": "Roof Street 1",
    "referral_url": "https://roofs.test/r", "unsubscribe_mailto": "stop@roofs.test",
}
SETTINGS = account("dev") | {"account_id": "111122223333", "company": COMPANY}


class Answers:
    """A client that answers each operation with what it was made with, or refuses it."""

    class exceptions:
        class NotFoundException(Exception):
            """SES does not know it."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def __getattr__(self, operation: str) -> Any:
        def answer(**asked: Any) -> Any:
            told = self.answers[operation]
            if isinstance(told, Exception):
                raise told
            return told

        return answer


@dataclass(frozen=True)
class Dev(Account):
    """The account dev with these clients."""

    name: str = "dev"
    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return self.clients[service]


def found(check: checks.Check, settings: dict[str, Any] = SETTINGS, **clients: Any) -> list[Finding]:
    return list(checks.looked(check, Dev(clients=clients), settings))


def states(findings: list[Finding]) -> list[str]:
    return [one.state for one in findings]


def test_credentials_of_another_account_are_seen() -> None:
    other = Answers(get_caller_identity={"Account": "999900001111", "Arn": "arn:aws:iam::999900001111:user/robin"})
    [one] = found(checks.identity, sts=other)
    assert one.state == MISSING
    assert "111122223333" in one.how


def test_the_example_company_sends_no_mail() -> None:
    [one] = found(checks.company, account("dev"))
    assert (one.state, "sender" in one.found) == (MISSING, True)
    assert states(found(checks.company)) == [GOOD]


@pytest.mark.parametrize(("limit", "state"), [(10, MISSING), (109, MISSING), (110, GOOD), (1000, GOOD)])
def test_lambda_lets_enough_run_at_once(limit: int, state: str) -> None:
    quota = Answers(get_account_settings={"AccountLimit": {"ConcurrentExecutions": limit}})
    assert states(found(checks.functions, **{"lambda": quota})) == [state]


@pytest.mark.parametrize(("identity", "wanted"), [
    (Answers.exceptions.NotFoundException(), [MISSING, MISSING]),
    ({"VerifiedForSendingStatus": False, "DkimAttributes": {"Status": "PENDING"}}, [MISSING, MISSING]),
    ({"VerifiedForSendingStatus": True, "DkimAttributes": {"Status": "FAILED"}}, [GOOD, MISSING]),
    ({"VerifiedForSendingStatus": True, "DkimAttributes": {"Status": "SUCCESS"}}, [GOOD, GOOD]),
])
def test_the_sender_is_verified_and_signs(identity: Any, wanted: list[str]) -> None:
    assert states(found(checks.sender, sesv2=Answers(get_email_identity=identity))) == wanted


@pytest.mark.parametrize(("out", "enabled", "state"), [(False, True, MISSING), (True, False, MISSING), (True, True, GOOD)])
def test_sending_is_allowed_to_anybody(out: bool, enabled: bool, state: str) -> None:
    told = {"ProductionAccessEnabled": out, "SendingEnabled": enabled, "SendQuota": {"Max24HourSend": 200.0}}
    assert states(found(checks.sandbox, sesv2=Answers(get_account=told))) == [state]


@pytest.mark.parametrize(("authorized", "state"), [("AUTHORIZED", GOOD), ("NOT_AUTHORIZED", MISSING)])
def test_the_model_behind_a_profile_may_be_used(authorized: str, state: str) -> None:
    told = {"authorizationStatus": authorized, "entitlementAvailability": "AVAILABLE", "regionAvailability": "AVAILABLE"}
    assert states(found(checks.models, bedrock=Answers(get_foundation_model_availability=told))) == [state]


def test_what_may_not_be_looked_at_is_unknown_and_stops_nothing() -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "No."}}, "GetAccount")
    [one] = found(checks.sandbox, sesv2=Answers(get_account=denied))
    assert (one.state, "AccessDenied" in one.found) == (UNKNOWN, True)


def test_a_stack_that_is_not_there_is_named_with_the_command() -> None:
    nothing = ClientError({"Error": {"Code": "ValidationError", "Message": "Stack does not exist"}}, "DescribeStacks")
    [one] = found(checks.stacks, cloudformation=Answers(describe_stacks=nothing))
    assert "registry not deployed" in one.found
    assert one.how == "./infra/deploy.sh --account dev"
