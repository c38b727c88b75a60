"""Where reports lie: a private bucket, for drafts contain given names."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.evaluation.terms import terms
from shared import aws


def report_key(evaluation_id: str, kind: str = "html") -> str:
    return f"reports/{evaluation_id}.{kind}"


def s3() -> Any:
    return aws.client("s3")


@dataclass(frozen=True)
class Reports:
    """The reports of this stack, each as a page and as data."""

    client: Callable[[], Any] = s3
    bucket: Callable[[], str] = lambda: terms().bucket

    def put(self, evaluation_id: str, html: str, data: dict[str, Any]) -> None:
        self._put(report_key(evaluation_id), html, "text/html; charset=utf-8")
        self._put(report_key(evaluation_id, "json"), json.dumps(data, ensure_ascii=False), "application/json")

    def get(self, evaluation_id: str) -> dict[str, Any]:
        """``html`` as text and ``json`` as data."""
        page, data = (self._get(report_key(evaluation_id, kind)) for kind in ("html", "json"))
        return {"html": page, "json": json.loads(data)}

    def _put(self, key: str, body: str, kind: str) -> None:
        self.client().put_object(Bucket=self.bucket(), Key=key, Body=body.encode(), ContentType=kind)

    def _get(self, key: str) -> str:
        return self.client().get_object(Bucket=self.bucket(), Key=key)["Body"].read().decode()
