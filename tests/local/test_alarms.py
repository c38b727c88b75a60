"""What is measured, drawn and watched on the laptop, with the deployed dashboards and alarms."""

from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.harness.facts import job_detail
from tests.local import mishaps
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


def test_people_who_can_not_unsubscribe_raise_an_alarm(laptop: Laptop) -> None:
    """Their browsers call the function by its URL, which ``Invoke`` never sees."""
    lambdas, function = laptop.client("lambda"), "referral-local-unsubscribe"
    host = lambdas.get_function_url_config(FunctionName=function)["FunctionUrl"].split("/")[2]
    link = f"http://127.0.0.1:{laptop.port}/_aws/lambda-url/{host.partition('.')[0]}/r-1.0123"
    with mishaps.unable(laptop, function), pytest.raises(HTTPError) as refused:
        urlopen(link)
    assert refused.value.code >= 500
    laptop.eventually(lambda: "referral-local-unsubscribe-fails" in firing(laptop))
    assert urlopen(link).status == 200


def test_the_deployer_hears_what_becomes_of_an_alarm_on_an_arm(laptop: Laptop) -> None:
    alarm = {"AlarmName": "referral-local-control-latency", "StateReason": "a test"}
    laptop.client("cloudwatch").set_alarm_state(**alarm, StateValue="ALARM")
    assert laptop.eventually(lambda: heard(laptop, "control-latency"))
