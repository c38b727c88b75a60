"""What the laptop's AWS enforces, survives and keeps."""

import json
import os
import socket
import subprocess
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from infra import sam
from infra.accounts import ROOT, account
from infra.deploy import deploy_stack
from infra.local import bridge
from tests.harness.facts import job_detail
from tests.local.laptop import Laptop

DATA = Path(os.environ.get("REFERRAL_DATA", ROOT.parent / "shared" / "data"))


def refusal(call: object) -> str:
    with pytest.raises(ClientError) as refused:
        call()  # type: ignore[operator]
    return refused.value.response["Error"]["Code"]


def test_all_who_share_the_laptop_are_told_by_one_process(request: pytest.FixtureRequest) -> None:
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    assert alone or request.node.nodeid.endswith("@laptop")  # else each process deploys, from one build folder


def test_an_upstream_system_may_speak_for_itself_only(laptop: Laptop) -> None:
    upstream = laptop.as_role("referral-local-upstream", "events")

    def put(*sources: str) -> dict[str, object]:
        entry = {"EventBusName": "referral-local", "DetailType": "ReferralReviewed", "Detail": "{}"}
        return upstream.put_events(Entries=[entry | {"Source": source} for source in sources])

    assert put("upstream.crm")["FailedEntryCount"] == 0
    assert refusal(lambda: put("referral.orchestrator")) == "AccessDeniedException"
    assert refusal(lambda: put("upstream.crm", "referral.orchestrator")) == "AccessDeniedException"


def test_mails_leave_from_the_company_only(laptop: Laptop) -> None:
    sesv2 = laptop.as_role(laptop.role_of("send_referral"), "sesv2")
    said = {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}}
    mail = {"Destination": {"ToAddresses": ["local.m@example.com"]}, "Content": said}
    assert sesv2.send_email(FromEmailAddress=account("local")["company"]["sender"], **mail)["MessageId"]
    assert refusal(lambda: sesv2.send_email(FromEmailAddress="hello@elsewhere.example", **mail)) == "AccessDeniedException"


@pytest.mark.parametrize(("function", "foreign"), [
    ("feature_enricher", "Referrals"), ("data_prep_processor", "CustomerFeatures"),
    ("draft_referral", "AgentRegistry"), ("register_agent", "Preparation"),
])
def test_no_service_can_read_the_table_of_another(laptop: Laptop, function: str, foreign: str) -> None:
    dynamodb = laptop.as_role(laptop.role_of(function), "dynamodb")
    key = {"pk": {"S": "x"}, "sk": {"S": "x"}}
    asked = {f"referral-local-{foreign}": {"Keys": [key]}}
    assert refusal(lambda: dynamodb.batch_get_item(RequestItems=asked)) == "AccessDeniedException"


def test_a_service_is_redeployed_alone_while_jobs_arrive_and_none_is_lost(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_PORT", str(laptop.port))
    settings = account("local") | {"log_level": "DEBUG"}
    jobs = [job_detail(f"local-d{n}", customer__customer_id="local-d", historical=True) for n in range(150)]

    def arrive() -> None:
        for start in range(0, len(jobs), 25):
            laptop.put(*jobs[start : start + 25])

    arriving = threading.Thread(target=arrive)
    arriving.start()
    with sam.ready(bridge.environment(settings)) as run_sam:
        deploy_stack(settings, "features", run_sam, lambda stack: None)
    arriving.join()
    assert laptop.eventually(lambda: laptop.features("local-d").get("service_count") == len(jobs), seconds=150)


def test_what_is_known_survives_a_clean_stop(laptop: Laptop) -> None:
    laptop.put(job_detail("local-s1", customer__customer_id="local-s", historical=True))
    before = laptop.eventually(lambda: laptop.features("local-s"))
    sqs = laptop.client("sqs")
    letters = sqs.get_queue_url(QueueName="referral-local-features-dead-letters")["QueueUrl"]
    sqs.send_message(QueueUrl=letters, MessageBody="being read")
    [reading] = sqs.receive_message(QueueUrl=letters, VisibilityTimeout=600)["Messages"]
    laptop.referral("down")
    assert not (Path(laptop.environment["REFERRAL_HOME"]) / str(laptop.port) / "tmp").exists()  # nothing of the functions is left
    assert laptop.command("features", "show", "local-s").returncode == 1
    laptop.referral("up")
    assert laptop.features("local-s") == before
    [again] = sqs.receive_message(QueueUrl=letters)["Messages"]  # whoever read it is gone
    assert again["MessageId"] == reading["MessageId"]
    sqs.delete_message(QueueUrl=letters, ReceiptHandle=again["ReceiptHandle"])
    laptop.put(job_detail("local-s2", customer__customer_id="local-s", historical=True))
    laptop.eventually(lambda: laptop.features("local-s")["service_count"] == 2)


def test_a_busy_port_is_named_with_a_way_out(laptop: Laptop, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        other = Laptop(taken.getsockname()[1], tmp_path)
        refused = other.command("up")
    assert refused.returncode == 1
    assert f"Taken by another program: port {other.port}" in refused.stderr  # and the next one too, if it is
    assert "REFERRAL_PORT=" in refused.stderr


def test_a_deployment_without_an_account_is_refused(laptop: Laptop) -> None:
    refused = laptop.command(program=str(ROOT / "infra" / "deploy.sh"))
    assert refused.returncode == 1
    assert "--account" in refused.stderr


@pytest.mark.skipif(not DATA.exists(), reason="the real data sets are not on this machine; set REFERRAL_DATA to their folder")
def test_features_agree_with_a_direct_query_to_the_cent(laptop: Laptop) -> None:
    laptop.environment["REFERRAL_DATA"] = str(DATA)
    told = laptop.json("import", str(ROOT / "examples/queries/online_retail.sql"), "--historical", "--limit", "300")
    assert told["sent"] == 300
    for customer_id, (jobs, total) in direct(300).items():
        known = laptop.eventually(lambda c=customer_id, n=jobs: _counted(laptop, c, n))  # type: ignore[misc]
        assert Decimal(known["lifetime_value"]["GBP"]) == total


def _counted(laptop: Laptop, customer_id: str, jobs: int) -> dict[str, dict[str, str]]:
    known = laptop.features(customer_id)
    return known if known.get("service_count") == jobs else {}


def direct(rows: int) -> dict[str, tuple[int, Decimal]]:
    """Jobs and total of the ten busiest customers, straight from the query over the files."""
    import duckdb

    query = (ROOT / "examples/queries/online_retail.sql").read_text().rstrip().rstrip(";")
    connection = duckdb.connect()
    connection.execute("SET VARIABLE data = ?", [str(DATA)])
    totals = connection.execute(
        f"SELECT customer_id, count(*), sum(price_amount) FROM (SELECT * FROM ({query}) LIMIT {rows}) "
        "GROUP BY customer_id ORDER BY count(*) DESC, customer_id LIMIT 10"
    ).fetchall()
    return {str(customer): (jobs, Decimal(total)) for customer, jobs, total in totals}


def test_everything_stays_within_its_memory(laptop: Laptop) -> None:
    told = json.loads(subprocess.run(
        [str(ROOT / ".venv/bin/referral"), "status", "--json"], env=laptop.environment, capture_output=True, text=True, check=True,
    ).stdout)
    assert 0 < told["memory_mb"] < 1500
