"""What really goes wrong on the laptop's AWS: functions are killed, a stream is not read, a message is given up soon."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local import processes
from tests.local.laptop import Laptop


def workers(laptop: Laptop) -> set[int]:
    """The processes of functions and relays: all below the one that is AWS, but for the one that bears them."""
    parents = processes.parents()
    aws = json.loads((Path(laptop.environment["REFERRAL_HOME"]) / str(laptop.port) / "aws.pid").read_text())
    return {pid for pid in processes.family({aws}) - {aws} if parents[pid] != aws}


@contextmanager
def killing(laptop: Laptop, every: float = 0.3) -> Iterator[list[int]]:
    """Whatever works is killed again and again, in the middle of whatever it does."""
    over, killed = threading.Event(), list[int]()

    def kill() -> None:
        while not over.wait(every):
            for pid in workers(laptop):
                try:
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
                except ProcessLookupError:
                    continue

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


@contextmanager
def unable(laptop: Laptop, function: str) -> Iterator[None]:
    """A function can't even begin."""
    client = laptop.client("lambda")
    before = client.get_function_configuration(FunctionName=function)["Handler"]
    client.update_function_configuration(FunctionName=function, Handler="services.nowhere.handler")
    try:
        yield
    finally:
        client.update_function_configuration(FunctionName=function, Handler=before)


@contextmanager
def impatient(laptop: Laptop) -> Iterator[None]:
    """What was lost with a function comes again after some seconds, and not after a minute and a half."""
    sqs = laptop.client("sqs")
    known = sqs.list_queues(QueueNamePrefix="referral-local-")["QueueUrls"]
    queues = [url for url in known if not url.endswith(("-letters", "-undeliverable"))]
    before = {url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"] for url in queues}
    for url in queues:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "3"})
    try:
        yield
    finally:
        for url, known in before.items():
            sqs.set_queue_attributes(QueueUrl=url, Attributes=known)


@contextmanager
def tried(laptop: Laptop, queue: str, tries: int) -> Iterator[None]:
    """A message of this queue is tried so often before it is a dead letter."""
    sqs = laptop.client("sqs")
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])["Attributes"]
    after = json.loads(before["RedrivePolicy"]) | {"maxReceiveCount": tries}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(after)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=before)


def given_up(laptop: Laptop, service: str) -> int:
    """How many dead letters a service has."""
    sqs = laptop.client("sqs")
    queue = sqs.get_queue_url(QueueName=f"referral-local-{service}-dead-letters")["QueueUrl"]
    known = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return int(known["ApproximateNumberOfMessages"])


@contextmanager
def unread(laptop: Laptop, relay: str) -> Iterator[None]:
    """Nobody reads the stream of an outbox."""
    client = laptop.client("lambda")
    [mapping] = client.list_event_source_mappings(FunctionName=f"referral-local-{relay}")["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    time.sleep(0.3)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
