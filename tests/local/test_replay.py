"""What was said is said again on the laptop's AWS: nothing follows from it, and in the sandbox nothing can."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.harness.facts import job_detail
from tests.local.laptop import Laptop

ROLE = "role/referral-local-sandbox"
MAIL = {
    "FromEmailAddress": "hello@example.com", "Destination": {"ToAddresses": ["dana@example.com"]},
    "Content": {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
}
ENTRY = {"EventBusName": "referral-local", "Source": "upstream.crm", "DetailType": "ServiceCompleted", "Detail": "{}"}
ITEM = {"pk": {"S": "x"}, "sk": {"S": "x"}}


@pytest.mark.parametrize(("service", "call", "said"), [
    ("sesv2", "send_email", MAIL),
    ("ssm", "put_parameter", {"Name": "/referral/local/agents/x", "Value": "1", "Type": "String"}),
    ("events", "put_events", {"Entries": [ENTRY]}),
    ("lambda", "invoke", {"FunctionName": "referral-local-send_referral"}),
    ("dynamodb", "put_item", {"TableName": "referral-local-Referrals", "Item": ITEM}),
])
def test_the_role_of_the_sandbox_can_do_nothing_that_is_felt_outside(
    laptop: Laptop, service: str, call: str, said: dict[str, Any],
) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(laptop.as_role(ROLE, service), call)(**said)


def test_what_was_said_is_replayed_and_the_table_is_what_the_log_says(laptop: Laptop, tmp_path: Path) -> None:
    jobs = [job_detail(f"local-r{n}", customer__customer_id="local-r", historical=True) for n in range(5)]
    laptop.put(*jobs)
    laptop.eventually(lambda: laptop.features("local-r").get("service_count") == 5)
    file = tmp_path / "events.ndjson"

    def exported() -> bool:
        file.write_text(laptop.referral("events", "export", "--from", "2020-01-01", "--customer", "local-r", "--unredacted"))
        return file.read_text().count("FeaturesUpdated") == 5

    laptop.eventually(exported)
    before = laptop.features("local-r")
    again = laptop.json("replay", str(file), "--service", "features", "--yes")
    assert (again["plan"]["services"]["features"]["known"], again["taken"]) == (5, {"features": 5})
    apart = laptop.json("replay", str(file), "--service", "features", "--into", "sandbox", "--yes")
    assert (apart["plan"]["services"]["features"]["new"], apart["failed"]) == (5, {"features": 0})

    laptop.json("replay", "--service", "features", "--from", "2020-01-01", "--yes")
    log = laptop.client("dynamodb").get_paginator("scan").paginate(TableName="referral-local-EventLog")
    assert not [item for page in log for item in page["Items"] if "replay" in item], "the archive reached another service"
    assert laptop.features("local-r") == before
    told = laptop.command("rebuild", "features", "--json")
    assert "local-r" not in told.stdout, told.stdout
