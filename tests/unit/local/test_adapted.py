"""What the laptop's AWS can't have is left out of the templates, and with it what could not exist then."""

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


def test_a_template_that_can_be_had_is_taken_as_it_is(tmp_path: Path) -> None:
    bucket = {"Type": "AWS::S3::Bucket"}
    assert left(tmp_path, Bucket=bucket) == {"Bucket"}
    assert not (tmp_path / "template.local.yaml").exists()


def test_of_the_knowledge_base_the_bucket_is_left() -> None:
    kept = yaml_parse(adapted(deploy.template("knowledge")).read_text())["Resources"]
    assert kept["Examples"]["Type"] == "AWS::S3::Bucket"
    assert not {"AWS::Serverless::Function", "AWS::Scheduler::Schedule"} & {made["Type"] for made in kept.values()}
