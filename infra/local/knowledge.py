"""The laptop's knowledge base: Retrieve over the bucket with examples, which is read anew as it changes."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Thread
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local import bridge
from infra.local.forward import Failed
from infra.local.ranking import Example, Ranking
from shared import aws

Json = dict[str, Any]
_PREFIX, _METADATA = "examples/", ".metadata.json"
_FRESH = 1.0  # seconds for which what was read is believed
_QUICKLY_LISTED = 1_000  # objects in one answer of S3; more are listed while the one who asks gets what is known
_TOGETHER = 8
_DEFAULT_RESULTS = 5


class Shelf:
    """What lies in the bucket."""

    def __init__(self, client: Callable[[], Any] = lambda: aws.client("s3"), bucket: str = bridge.EXAMPLES) -> None:
        self._client, self._bucket = client, bucket
        self._tags: dict[str, str] = {}  # key of an object -> which content of it was read
        self._known: dict[str, Example] = {}
        self._ranking, self._read_at = Ranking([]), float("-inf")
        self._lock = Lock()

    def ranking(self) -> Ranking:
        """What was in the bucket a moment ago; where there is much, at the time of an earlier question."""
        if time.monotonic() - self._read_at > _FRESH:
            if len(self._tags) < _QUICKLY_LISTED:
                self.read()
            elif not self._lock.locked():
                Thread(target=self.read, daemon=True).start()
        return self._ranking

    def read(self) -> None:
        """Read what is new or has changed, and forget what is gone."""
        with self._lock:
            self._read_at = time.monotonic()
            tags = self._listed()
            if tags == self._tags:
                return
            changed = {_mail(key) for key in tags.keys() ^ self._tags.keys()}
            changed |= {_mail(key) for key in tags if tags[key] != self._tags.get(key)}
            whole = [key for key in changed if key in tags and key + _METADATA in tags]
            with ThreadPoolExecutor(_TOGETHER) as pool:
                read = dict(zip(whole, pool.map(self._example, whole), strict=True))
            self._known = {key: known for key, known in self._known.items() if key not in changed} | read
            self._ranking, self._tags = Ranking(list(self._known.values())), tags

    def _listed(self) -> dict[str, str]:
        pages = self._client().get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=_PREFIX)
        return {known["Key"]: known["ETag"] for page in pages for known in page.get("Contents", [])}

    def _example(self, key: str) -> Example:
        return Example(key, self._text(key), json.loads(self._text(key + _METADATA))["metadataAttributes"])

    def _text(self, key: str) -> str:
        return self._client().get_object(Bucket=self._bucket, Key=key)["Body"].read().decode()


_LAPTOPS = Shelf()


def retrieved(base: str, asked: Json, shelf: Shelf = _LAPTOPS) -> Json:
    """The answer to a Retrieve request; raises Failed as Bedrock would."""
    if base != bridge.KNOWLEDGE_BASE:
        raise Failed("ResourceNotFoundException", f"The laptop's knowledge base is {bridge.KNOWLEDGE_BASE}.")
    search = asked.get("retrievalConfiguration", {}).get("vectorSearchConfiguration", {})
    most, wanted = search.get("numberOfResults", _DEFAULT_RESULTS), search.get("filter")
    found = _ranking(shelf).best(asked["retrievalQuery"]["text"], most, wanted)
    return {"retrievalResults": [_result(example, score) for example, score in found]}


def _ranking(shelf: Shelf) -> Ranking:
    try:
        return shelf.ranking()
    except (BotoCoreError, ClientError) as error:
        raise Failed("ServiceUnavailableException", f"The bucket with examples can't be read: {error}") from None


def _result(example: Example, score: float) -> Json:
    place = {"type": "S3", "s3Location": {"uri": f"s3://{bridge.EXAMPLES}/{example.key}"}}
    return {
        "content": {"type": "TEXT", "text": example.text}, "location": place, "score": score, "metadata": example.metadata,
    }


def _mail(key: str) -> str:
    """The key of the mail that an object is, or belongs to."""
    return key.removesuffix(_METADATA)
