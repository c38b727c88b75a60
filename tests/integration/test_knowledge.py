"""The knowledge base as it is deployed: what is new is ingested, and what could not be read is told."""

import json
from typing import Any

import pytest
from botocore.stub import Stubber

from infra.knowledge.ingestion import not_ingested
from shared import aws
from tests.harness.cloud import Cloud
from tests.integration.story import ingestion


@pytest.fixture
def knowledge(cloud: Cloud) -> Cloud:
    return cloud.deploy("knowledge")


def started(cloud: Cloud) -> int:
    return [call.operation for call in cloud.calls].count("StartIngestionJob")


@pytest.mark.parametrize(("status", "jobs"), [("COMPLETE", 1), ("FAILED", 1), ("STOPPED", 1), ("IN_PROGRESS", 0), ("STARTING", 0)])
def test_a_job_is_started_where_none_is_under_way(knowledge: Cloud, status: str, jobs: int) -> None:
    with ingestion(status, starts=jobs == 1) as bedrock:
        knowledge.invoke("ingest_examples", {})
        bedrock.assert_no_pending_responses()
    assert started(knowledge) == jobs


def test_the_first_job_needs_none_before_it(knowledge: Cloud) -> None:
    with ingestion() as bedrock:
        knowledge.invoke("ingest_examples", {})
        bedrock.assert_no_pending_responses()


def test_what_could_not_be_read_is_counted(knowledge: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    with ingestion("COMPLETE", failed=2):
        knowledge.invoke("ingest_examples", {})
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "ExamplesNotIngested" in line]
    assert counted[-1]["ExamplesNotIngested"] == [2.0]
    assert counted[-1]["service"] == "knowledge"


@pytest.mark.parametrize(
    ("job", "count"),
    [({}, 0), ({"status": "COMPLETE"}, 0), ({"status": "FAILED"}, 1),
     ({"status": "FAILED", "statistics": {"numberOfDocumentsFailed": 3}}, 3)],
)
def test_a_job_that_failed_as_a_whole_counts(job: dict[str, Any], count: int) -> None:
    assert not_ingested(job) == count


def test_a_refusal_is_an_error_of_the_function(knowledge: Cloud) -> None:
    with Stubber(aws.client("bedrock-agent")) as bedrock:
        bedrock.add_client_error("list_ingestion_jobs", "AccessDeniedException", http_status_code=403)
        with pytest.raises(Exception, match="AccessDenied"):
            knowledge.invoke("ingest_examples", {})
