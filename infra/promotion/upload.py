"""An artifact in the bucket of an account, with templates that name what lies there."""

import hashlib
import json
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

from infra.local.adapted import fitted
from infra.local.nested import transformed
from infra.promotion.artifact import BUNDLES, Artifact
from infra.promotion.target import Target

Template = dict[str, Any]


def upload(target: Target, made: Artifact) -> tuple[str, Template]:
    """Bundles and templates, each under the hash of its content; answers where the template lies, and what it says."""
    bundles = {
        name.removeprefix(BUNDLES).removesuffix(".zip"): put(target, content, "zip")
        for name, content in made.files.items() if name.startswith(BUNDLES)
    }
    return _template(target, made, made.template, bundles)


def put(target: Target, content: bytes, kind: str) -> str:
    """A file in the account's bucket; answers its key."""
    key = f"deployed/{hashlib.sha256(content).hexdigest()}.{kind}"
    target.client("s3").put_object(Bucket=target.artifacts, Key=key, Body=content)
    return key


def _template(target: Target, made: Artifact, name: str, bundles: dict[str, str]) -> tuple[str, Template]:
    """One template with what it nests."""
    parsed = json.loads(made.files[name])
    parsed = fitted(parsed) if target.emulated else parsed
    _code(parsed.get("Globals", {}).get("Function", {}), target, bundles)
    for resource in parsed["Resources"].values():
        properties = resource.get("Properties", {})
        _code(properties, target, bundles)
        if resource["Type"] == "AWS::Serverless::Application":
            nested = normpath(str(PurePosixPath(name).parent / properties["Location"]))
            properties["Location"], _ = _template(target, made, nested, bundles)
    if target.emulated and name != made.template:
        parsed = transformed(parsed, target.region)
    return _address(target, put(target, json.dumps(parsed).encode(), "template.json")), parsed


def _code(properties: dict[str, Any], target: Target, bundles: dict[str, str]) -> None:
    """Where a folder of the checkout is named, the bundle that was made of it."""
    if isinstance(folder := properties.get("CodeUri"), str):
        properties["CodeUri"] = {"Bucket": target.artifacts, "Key": bundles[PurePosixPath(folder).name]}
    if isinstance(folder := properties.get("Code"), str):
        properties["Code"] = {"S3Bucket": target.artifacts, "S3Key": bundles[PurePosixPath(folder).name]}


def _address(target: Target, key: str) -> str:
    place = target.client("s3").meta.endpoint_url if target.emulated else f"https://s3.{target.region}.amazonaws.com"
    return f"{place}/{target.artifacts}/{key}"
