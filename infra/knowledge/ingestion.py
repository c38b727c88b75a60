"""Has the knowledge base read what is new in the bucket, and counts what it could not read the last time."""

from typing import Any

from shared import aws
from shared.observe import Observer
from shared.settings import required

_BUSY = {"STARTING", "IN_PROGRESS", "STOPPING"}


def ingest_examples(event: dict[str, Any], context: Any) -> None:
    """Start one job, where none is under way; what the job before could not read is counted once, now."""
    source = {"knowledgeBaseId": required("KNOWLEDGE_BASE_ID"), "dataSourceId": required("DATA_SOURCE_ID")}
    client = aws.client("bedrock-agent")
    newest = _newest(client, source)
    if newest.get("status") in _BUSY:
        return
    _tell(not_ingested(newest))
    client.start_ingestion_job(**source)


def not_ingested(job: dict[str, Any]) -> int:
    """How many examples a job could not read; a job that failed as a whole counts for at least one."""
    failed = job.get("statistics", {}).get("numberOfDocumentsFailed", 0)
    return max(failed, 1) if job.get("status") == "FAILED" else failed


def _newest(client: Any, source: dict[str, str]) -> dict[str, Any]:
    order = {"attribute": "STARTED_AT", "order": "DESCENDING"}
    jobs = client.list_ingestion_jobs(**source, sortBy=order, maxResults=1)["ingestionJobSummaries"]
    return jobs[0] if jobs else {}


def _tell(count: int) -> None:
    observer = Observer("knowledge")
    if count:
        observer.warn("examples not ingested", count=count)
    observer.count("ExamplesNotIngested", count)
    observer.flush()
