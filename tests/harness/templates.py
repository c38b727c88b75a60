"""The deployed templates as values: what they make, with references and parameters filled in."""

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse

from infra.accounts import ROOT, account, parameters

BASE = ("platform", "knowledge")
CONSOLE, MONITORING = "console", "monitoring"
FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
Properties = dict[str, Any]
_NAMED = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True)
class Template:
    """One template file; two of the same path are the same."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def body(self) -> dict[str, Any]:
        return _body(self.path)

    def of_type(self, *kinds: str) -> dict[str, Properties]:
        """Logical id -> properties of the resources of these types, in the order of the file."""
        return {name: known["Properties"] for name, known in self.body["Resources"].items() if known["Type"] in kinds}

    def nested(self) -> dict[str, tuple["Template", Properties]]:
        """Logical id -> template and parameters of every nested application."""
        return {
            name: (Template((self.path.parent / made["Location"]).resolve()), made["Parameters"])
            for name, made in self.of_type("AWS::Serverless::Application").items()
        }

    def functions(self) -> dict[str, Properties]:
        """Every function, with what the template says of all of them."""
        common = self.body.get("Globals", {}).get("Function", {})
        return {name: _merged(common, own) for name, own in self.of_type(*FUNCTIONS).items()}


def template(service: str) -> Template:
    """The template of a service, of what services stand on, or of what stands on them."""
    return Template(ROOT / (f"infra/{service}" if service in (*BASE, CONSOLE, MONITORING) else f"services/{service}") / "template.yaml")


def services() -> list[str]:
    """Every service that has a template."""
    return sorted(path.parent.name for path in (ROOT / "services").glob("*/template.yaml"))


def handler(path: str) -> Callable[..., Any]:
    """The function that a template names as ``package.module.function``."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def given(account_name: str = "local") -> dict[str, str]:
    """What a deployment to this account fills in: its parameters, and what AWS itself knows."""
    place = {"AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012", "AWS::Partition": "aws"}
    return parameters(account(account_name)) | place


def resolve(value: Any, names: Mapping[str, Any]) -> Any:
    """The value with every reference replaced; raises KeyError for one that nothing stands for."""
    if isinstance(value, list):
        return [resolve(part, names) for part in value]
    if not isinstance(value, dict):
        return value
    ((kind, told),) = value.items() if len(value) == 1 else ((None, None),)
    if kind == "Ref":
        return names[told]
    if kind == "Fn::GetAtt":
        return names[".".join(told)]
    if kind == "Fn::Sub":
        return _NAMED.sub(lambda found: str(names[found[1]]), told)
    return {name: resolve(part, names) for name, part in value.items()}


class Unresolved(dict[str, Any]):
    """Names of which nobody asks what they stand for: each stands for itself."""

    def __missing__(self, name: str) -> str:
        return name


def statements(source: Template, role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a role, named by a reference to it, allows beyond writing logs."""
    name = role["Fn::GetAtt"][0]
    for policy in source.of_type("AWS::IAM::Role")[name]["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def listed(value: Any) -> list[Any]:
    """One or many, as policies write them, as a list."""
    return value if isinstance(value, list) else [value]


def _merged(common: Properties, own: Properties) -> Properties:
    both = common | own
    variables = [part.get("Environment", {}).get("Variables", {}) for part in (common, own)]
    return both | {"Environment": {"Variables": variables[0] | variables[1]}}


@cache
def _body(path: Path) -> dict[str, Any]:
    return yaml_parse(path.read_text())
