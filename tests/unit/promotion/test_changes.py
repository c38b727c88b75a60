"""What a change set would do, in words; what would lose data is seen."""

import pytest

from infra.promotion import changes
from infra.promotion.changes import Change


def told(action: str, kind: str, name: str = "X", **more: str) -> dict[str, object]:
    return {"ResourceChange": {"Action": action, "ResourceType": kind, "LogicalResourceId": name, **more}}


def test_the_worst_comes_first() -> None:
    found = changes.read("registry", [{"Changes": [
        told("Add", "AWS::IAM::Role", "B"), told("Modify", "AWS::Lambda::Function", "A", Replacement="False"),
        told("Remove", "AWS::Events::Rule", "C"), told("Modify", "AWS::DynamoDB::Table", "D", Replacement="True"),
    ]}])
    assert [str(one) for one in found] == [
        "  ~ registry: AWS::DynamoDB::Table D, replaced  LOSES rows", "  - registry: AWS::Events::Rule C",
        "  ~ registry: AWS::Lambda::Function A", "  + registry: AWS::IAM::Role B",
    ]


@pytest.mark.parametrize(("change", "lost"), [
    (Change("s", "Remove", "AWS::DynamoDB::Table", "T"), "rows"),
    (Change("s", "Modify", "AWS::DynamoDB::Table", "T", "True"), "rows"),
    (Change("s", "Modify", "AWS::DynamoDB::Table", "T", "Conditional"), ""),  # a table with a name is never replaced by chance
    (Change("s", "Modify", "AWS::DynamoDB::Table", "T"), ""),
    (Change("s", "Remove", "AWS::SecretsManager::Secret", "T", kept=True), ""),
    (Change("s", "Remove", "AWS::IAM::Role", "T"), ""),
    (Change("s", "Remove", "AWS::CloudFormation::Stack", "T"), "what is in the nested stack"),
    (Change("s", "Add", "AWS::DynamoDB::Table", "T"), ""),
])
def test_what_loses_data_is_what_is_taken_away_and_can_not_be_made_again(change: Change, lost: str) -> None:
    assert change.loses == lost


def test_what_is_retained_is_not_lost() -> None:
    removal = told("Remove", "AWS::SecretsManager::Secret", PolicyAction="Retain")
    [kept] = changes.read("orchestrator", [{"Changes": [removal]}])
    assert not kept.loses
