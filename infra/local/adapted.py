"""A template without what the laptop's AWS refuses, and without what could not exist then."""

import json
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.local.bridge import LEFT_OUT, THROUGH_API

_NESTED = "AWS::Serverless::Application"


def adapted(template: Path) -> Path:
    """The template as the laptop deploys it: a copy beside it, since its paths are relative, and so of those it nests.

    It is JSON, for ``sam`` reads each template many times and takes a hundred times as long for YAML.
    """
    from samcli.yamlhelper import yaml_parse

    parsed = fitted(yaml_parse(template.read_text()))
    for made in parsed["Resources"].values():
        if made["Type"] == _NESTED:
            nested = adapted(template.parent / made["Properties"]["Location"])
            made["Properties"]["Location"] = os.path.relpath(nested, template.parent)
    return _written(template.with_name(f"{template.stem}.local.json"), json.dumps(parsed, default=str))


def fitted(parsed: dict[str, Any]) -> dict[str, Any]:
    """A template without what the laptop's AWS refuses."""
    refused = _refused(parsed["Resources"]) | _plain(parsed["Resources"])
    parsed.get("Globals", {}).get("Function", {}).pop("DeploymentPreference", None)  # there is no CodeDeploy
    return parsed | {"Resources": {name: made for name, made in parsed["Resources"].items() if name not in refused}}


def _written(path: Path, text: str) -> Path:
    """All of it or the one before: stacks that are deployed at the same time nest the same templates."""
    fresh = path.with_suffix(f".{threading.get_ident()}")
    fresh.write_text(text)
    return fresh.replace(path)


def _refused(resources: dict[str, Any]) -> set[str]:
    """The logical ids of what is left out: what the emulator refuses, and what could not exist without that."""
    refused = {name for name, made in resources.items() if made["Type"] in LEFT_OUT | THROUGH_API}
    while more := {name for name, made in resources.items() if name not in refused and refused & set(_named(made))}:
        refused |= more
    return refused


def _plain(resources: dict[str, Any]) -> set[str]:
    """Takes out demands for TLS, since the laptop speaks plain HTTP; answers which policies said nothing else."""
    policies = {name: made.get("Properties", {}).get("PolicyDocument") for name, made in resources.items()}
    known = {name: policy for name, policy in policies.items() if policy}
    for policy in known.values():
        policy["Statement"] = [said for said in policy["Statement"] if not demands_tls(said)]
    return {name for name, policy in known.items() if not policy["Statement"]}


def demands_tls(said: dict[str, Any]) -> bool:
    return said.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport") == "false"


def _named(part: Any) -> Iterator[str]:
    """The logical ids that a part of a template refers to."""
    if isinstance(part, list):
        for one in part:
            yield from _named(one)
    if not isinstance(part, dict):
        return
    for name, told in part.items():
        if name == "Ref":
            yield told
        elif name == "Fn::GetAtt":
            yield told[0]
        elif name == "Fn::Sub":
            yield from re.findall(r"\$\{(\w+)", told)
        else:
            yield from _named(told)
