"""A template without what the laptop's AWS refuses, and without what could not exist then."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.local.bridge import LEFT_OUT, THROUGH_API


def adapted(template: Path) -> Path:
    """The template without what the emulator refuses: itself, or a copy beside it, since its paths are relative."""
    from samcli.yamlhelper import yaml_dump, yaml_parse

    parsed = yaml_parse(template.read_text())
    refused = _refused(parsed["Resources"])
    if not refused:
        return template
    parsed["Resources"] = {name: made for name, made in parsed["Resources"].items() if name not in refused}
    copy = template.with_name("template.local.yaml")
    copy.write_text(yaml_dump(parsed))
    return copy


def _refused(resources: dict[str, Any]) -> set[str]:
    """The logical ids of what is left out: what the emulator refuses, and what could not exist without that."""
    refused = {name for name, made in resources.items() if made["Type"] in LEFT_OUT | THROUGH_API}
    while more := {name for name, made in resources.items() if name not in refused and refused & set(_named(made))}:
        refused |= more
    return refused


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
