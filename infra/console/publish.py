"""Copy the page into its bucket, with what it has to know of the account that it belongs to."""

import json
import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SITE = Path(__file__).parent / "site"
CONFIG = "config.json"
STACK = "console"
_TYPES = {".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
Clients = Callable[[str], Any]
Files = dict[str, bytes]


def publish(stack: str, settings: dict[str, Any], client: Clients, site: Files) -> dict[str, Any]:
    """Copy the files of the page, and take away those that are no longer there; answers what the page is told."""
    made = outputs(stack, client)
    told = config(settings, made)
    files = site | {CONFIG: json.dumps(told).encode()}
    s3, bucket = client("s3"), made["Bucket"]
    for name, body in files.items():  # CloudFront asks for each whether it changed, so that nobody sees half of a release
        s3.put_object(Bucket=bucket, Key=name, Body=body, ContentType=kind(name), CacheControl="no-cache")
    for name in set(_stored(s3, bucket)) - set(files):
        s3.delete_object(Bucket=bucket, Key=name)
    return told


def outputs(stack: str, client: Clients) -> dict[str, str]:
    """What the stack of the console says of itself."""
    [found] = client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {told["OutputKey"]: told["OutputValue"] for told in found["Outputs"]}


def config(settings: dict[str, Any], made: dict[str, str]) -> dict[str, Any]:
    """What the page has to know; nothing of it is a secret."""
    return {
        "account": settings["name"], "sign_in": settings["sign_in"], "region": settings["region"],
        "client_id": made["Client"], "domain": made["SignInDomain"],
    }


def pages() -> Files:
    """The files of the page as they are in this checkout."""
    found = (path for path in sorted(SITE.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(SITE).as_posix(): path.read_bytes() for path in found}


def kind(name: str) -> str:
    """The content type of a file."""
    known = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{known}; charset=utf-8" if known.startswith("text/") else known


def _stored(s3: Any, bucket: str) -> Iterator[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return (known["Key"] for page in pages for known in page.get("Contents", []))
