"""Run MiniStack, with the places mended in which it differs from AWS for what our templates say.

AWS checks ``events:source`` of every entry of a PutEvents call against the caller's policies. MiniStack enforces policies
but does not know this key, so here the request's sources are told to it. A call with several sources is checked as one
that no policy allows: the laptop is then stricter than AWS, never laxer. Nor does it know ``ses:FromAddress``.

CloudFormation turns a number parameter into the number that a property wants. MiniStack leaves an event source mapping's
``MaximumConcurrency`` a string, and its poller stops at that.

SQS waits up to a mapping's batching window for a batch to fill, and hands on as many messages as the mapping says, up to six
megabytes. MiniStack hands on whatever is there, and never more than ten, which costs an invocation for nearly every message.

An update of a nested stack keeps the attributes of resources that do not change; MiniStack forgets them, and the next
``Fn::GetAtt`` fails.

SES checks ``ses:SendEmail`` on the identity that a mail is from; MiniStack checks it on everything.

An HTTP API of AWS names the stage at the beginning of the path that it hands on; MiniStack leaves it out, and whoever takes
it off, takes off something else.

CloudWatch is completed in metering.py, invocations.py, alarming.py and drawing.py. What a clean stop forgets is in kept.py,
what takes long in swift.py, server.py and bundles.py, what takes memory in compact.py, replays in replays.py, streams in
streams.py, updates of a function in workers.py.
"""

import json
import time
from collections.abc import Callable
from email.utils import parseaddr
from itertools import islice
from typing import Any

from ministack import app
from ministack.core import iam_actions
from ministack.services import apigateway, cloudformation, lambda_svc, sqs
from ministack.services.cloudformation import provisioners

from infra.local import (
    alarming, bundles, compact, drawing, feedback, identities, invocations, kept, replays, server, streams, survival, swift, workers,
)

Message = dict[str, Any]
Receive = Callable[[str, int], list[Message]]

_tags_of_request = iam_actions.request_tag_context
_resource_of_mail_call = iam_actions._ses_v2_resource_arn
_enforce = app._enforce_data_plane
_update = provisioners._update_resource
_concurrency = lambda_svc._sqs_esm_concurrency
_hand_on = apigateway._invoke_lambda_proxy
_receive = sqs._receive_messages_for_esm
_LARGEST_BATCH = 6 << 20  # characters of what is handed on at once


def main() -> None:
    iam_actions.request_tag_context = context_with_sources
    app._enforce_data_plane = enforced
    iam_actions._ses_v2_resource_arn = identity_of_sender
    provisioners._update_resource = update_that_remembers
    lambda_svc._sqs_esm_concurrency = concurrency
    sqs._receive_messages_for_esm = whole_batch
    apigateway._invoke_lambda_proxy = hand_on
    feedback.report()
    identities.know_roles()
    invocations.measure()
    alarming.watch()
    drawing.draw()
    kept.keep()
    bundles.share()
    workers.share()
    replays.choose_rules()
    streams.read_side_by_side()
    swift.hasten()
    server.serve_quickly()
    compact.save_memory()
    survival.survive()
    app.main()


def context_with_sources(service: str, action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    known = dict(_tags_of_request(service, action, body, params))
    return known | ({"events:source": source_of(body)} if action == "events:PutEvents" else {})


def source_of(body: bytes) -> str:
    """The one source of all entries, or all of them in a form that no policy can name."""
    sources = {str(entry.get("Source", "")) for entry in json.loads(body or b"{}").get("Entries", [])}
    return sources.pop() if len(sources) == 1 else " and ".join(sorted(sources))


def enforced(service: str, action: str, *request: Any, resource_arn: str = "*", **more: Any) -> Any:
    """The identity that a mail is from is the sender's address here."""
    sender = {"service_context": {"ses:FromAddress": resource_arn.rpartition("/")[2]}} if action == "ses:SendEmail" else {}
    return _enforce(service, action, *request, resource_arn=resource_arn, **more, **sender)


def update_that_remembers(kind: str, known_as: str, old: Any, new: Any, stack: str, logical_id: str) -> tuple[str, dict[str, Any]]:
    before = cloudformation._stacks[stack]["_resources"].get(logical_id, {}).get("Attributes", {})
    known_as, attributes = _update(kind, known_as, old, new, stack, logical_id)
    return known_as, {**before, **(attributes or {})}


async def hand_on(integration: Any, api: str, stage: str, path: str, *asked: Any, **options: Any) -> Any:
    whole = path if stage == "$default" else f"/{stage}{path}"
    return await _hand_on(integration, api, stage, whole, *asked, **options)


def identity_of_sender(method: str, path: str, body: bytes, region: str, account: str) -> str:
    if not path.rstrip("/").endswith("/email/outbound-emails"):
        return _resource_of_mail_call(method, path, body, region, account)
    address = parseaddr(json.loads(body or b"{}").get("FromEmailAddress", ""))[1]
    return f"arn:aws:ses:{region}:{account}:identity/{address}"


def concurrency(mapping: dict[str, Any], function: Any, config: Any, queue: dict[str, Any] | None = None) -> int:
    """How many batches may be handled now: none while the next one is still gathering."""
    scaling = mapping.get("ScalingConfig") or {}
    if "MaximumConcurrency" in scaling:
        scaling["MaximumConcurrency"] = int(scaling["MaximumConcurrency"])
    return 0 if gathers(mapping, queue, time.time()) else _concurrency(mapping, function, config, queue)


def gathers(mapping: dict[str, Any], queue: dict[str, Any] | None, now: float) -> bool:
    window = int(mapping.get("MaximumBatchingWindowInSeconds") or 0)
    if not window or not queue:
        return False
    visible = (message for message in queue["messages"] if message.get("visible_at", 0) <= now)
    batch = list(islice(visible, int(mapping["BatchSize"])))
    return len(batch) < int(mapping["BatchSize"]) and all(now - message["sent_at"] < window for message in batch)


def whole_batch(queue: str, most: int, receive: Receive = _receive) -> list[Message]:
    batch: list[Message] = []
    while len(batch) < most and sum(len(message["body"]) for message in batch) < _LARGEST_BATCH:
        more = receive(queue, most - len(batch))  # ten at most
        if not more:
            break
        batch += more
    return batch


if __name__ == "__main__":
    main()
