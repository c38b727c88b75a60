"""What the laptop's AWS can't have is left out of the templates, and with it what could not exist then."""

import json
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_dump, yaml_parse

from infra import deploy
from infra.local.adapted import adapted

BASE = {"Type": "AWS::Bedrock::KnowledgeBase"}


def left(folder: Path, **resources: Any) -> set[str]:
    """What is left of these resources."""
    template = folder / "template.yaml"
    template.write_text(yaml_dump({"Resources": resources}))
    return set(yaml_parse(adapted(template).read_text())["Resources"])


def test_what_refers_to_something_left_out_is_left_out_too(tmp_path: Path) -> None:
    named = {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Fn::If": ["Yes", {"Ref": "Base"}, "none"]}}}
    role = {"Type": "AWS::IAM::Role", "Properties": {"Resource": {"Fn::Sub": "arn:${AWS::Partition}:x/${Name.Value}"}}}
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}}}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "x-${AWS::AccountId}"}}}
    assert left(tmp_path, Base=BASE, Name=named, Role=role, Function=function, Bucket=bucket) == {"Bucket"}


def test_the_copy_nests_copies(tmp_path: Path) -> None:
    (tmp_path / "mailbox.yaml").write_text(yaml_dump({"Resources": {"Base": BASE, "Queue": {"Type": "AWS::SQS::Queue"}}}))
    template = tmp_path / "template.yaml"
    nested = {"Type": "AWS::Serverless::Application", "Properties": {"Location": "mailbox.yaml"}}
    template.write_text(yaml_dump({"Resources": {"Mailbox": nested}}))
    location = json.loads(adapted(template).read_text())["Resources"]["Mailbox"]["Properties"]["Location"]
    assert set(json.loads((tmp_path / location).read_text())["Resources"]) == {"Queue"}


def test_of_the_knowledge_base_the_bucket_is_left() -> None:
    kept = yaml_parse(adapted(deploy.template("knowledge")).read_text())["Resources"]
    assert kept["Examples"]["Type"] == "AWS::S3::Bucket"
    assert not {"AWS::Serverless::Function", "AWS::Scheduler::Schedule"} & {made["Type"] for made in kept.values()}
