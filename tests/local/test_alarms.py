"""What is measured, drawn and watched on the laptop, with the deployed dashboards and alarms."""

from typing import Any

from tests.harness.facts import job_detail
from tests.local.laptop import Laptop

DEAD = "referral-local-registry-dead-letters"


def firing(laptop: Laptop) -> set[str]:
    pages = laptop.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    alarms = [one for page in pages for kind in ("MetricAlarms", "CompositeAlarms") for one in page[kind]]
    return {one["AlarmName"] for one in alarms if one["StateValue"] == "ALARM"}


def heard(laptop: Laptop, about: str) -> dict[str, Any]:
    """What the deployer remembers of an alarm."""
    key = {"pk": {"S": "AGENT#referral-writer"}, "sk": {"S": f"ALARM#{about}"}}
    return laptop.client("dynamodb").get_item(TableName="referral-local-Rollouts", Key=key).get("Item", {})


def jobs(laptop: Laptop) -> float:
    """How many jobs the business dashboard has seen today."""
    charts = {chart["key"]: chart for chart in laptop.json("dashboard", "--days", "1")["charts"]}
    assert charts["approval"]["threshold"] == 70
    return charts["funnel"]["series"][0]["points"][0][1] or 0


def test_a_dead_letter_raises_its_alarm_and_the_one_above_it_until_it_is_gone(laptop: Laptop) -> None:
    sqs = laptop.client("sqs")
    queue = sqs.get_queue_url(QueueName=DEAD)["QueueUrl"]
    before = jobs(laptop)
    laptop.put(job_detail("local-a1"))
    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    laptop.eventually(lambda: {DEAD, "referral-local-unwell"} <= firing(laptop))
    asked = laptop.command("alarms")
    assert (asked.returncode, DEAD in asked.stdout) == (1, True)
    sqs.purge_queue(QueueUrl=queue)
    laptop.eventually(lambda: jobs(laptop) > before)


def test_the_deployer_hears_what_becomes_of_an_alarm_on_an_arm(laptop: Laptop) -> None:
    alarm = {"AlarmName": "referral-local-control-latency", "StateReason": "a test"}
    laptop.client("cloudwatch").set_alarm_state(**alarm, StateValue="ALARM")
    assert laptop.eventually(lambda: heard(laptop, "control-latency"))
