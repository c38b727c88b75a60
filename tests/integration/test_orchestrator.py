"""The orchestrator as it is deployed: one draft, one decision, one mail."""

import json
from typing import Any

import pytest

from shared.events.prep import ReferralPrepared
from shared.events.upstream import referral_id
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.facts import features
from tests.harness.outside import BODY, SUBJECT
from tests.harness.room import said
from tests.integration.story import decide, drafts, jobs, model, production, refusing, sender, types, unclear, writing

REFERRAL = referral_id("s-1")


@pytest.fixture
def orchestrator(cloud: Cloud) -> Cloud:
    """An agent is in production, SES may send, and a job is known."""
    cloud.deploy("knowledge", "registry", "orchestrator")
    production(cloud)
    sender(cloud)
    jobs(cloud, "s-1")
    cloud.settle().heard()
    return cloud


def prepared(cloud: Cloud, service_id: str = "s-1", **envelope: Any) -> None:
    event = ReferralPrepared.model_validate({
        "referral_id": referral_id(service_id), "service_id": service_id, "customer_id": "c-1", "given_name": "Dana",
        "time_zone": "Europe/Berlin", "features": features().features, "features_version": 1, "missing": {},
        "service": {
            "type": "roof repair", "completed_at": "2026-11-20T16:30:00Z", "price": None, "satisfaction": 5,
            "property": {},
        },
    })
    detail = json.loads(event.wrap(said(event, f"prepared-{service_id}", referral_id(service_id))))
    if envelope:
        said_again = {"source": event.source, "detail-type": "ReferralPrepared", "detail": detail}
        _queue(cloud, "draft_referral", said_again | envelope)
    else:
        cloud.put("ReferralPrepared", detail, source=event.source)


def again(cloud: Cloud, event: dict[str, Any], **envelope: Any) -> None:
    """The same review reaches the sending mailbox once more."""
    _queue(cloud, "send_referral", event | envelope)
    cloud.settle()


def drafted(cloud: Cloud) -> dict[str, Any]:
    """The draft that is now in review."""
    prepared(cloud)
    with writing():
        cloud.settle()
    [line] = drafts(cloud)
    return line


def review(cloud: Cloud) -> dict[str, Any]:
    """The draft is approved; answers the event that says so, which the sending mailbox has too."""
    assert decide(cloud, "approve", drafted(cloud)).status == 200
    cloud.relay("orchestrator-relay")
    return next(event for event in cloud.heard() if event["detail-type"] == "ReferralReviewed")


def mails(cloud: Cloud) -> list[dict[str, Any]]:
    """What was handed to SES, taken or not."""
    return [call.parameters for call in cloud.calls if call.operation == "SendEmail"]


def taken() -> int:
    return int(client("ses").get_send_quota()["SentLast24Hours"])


def test_what_a_person_approved_is_what_leaves(orchestrator: Cloud) -> None:
    line = drafted(orchestrator)
    assert taken() == 0
    decide(orchestrator, "approve", line)
    heard = types(orchestrator.settle().heard())
    assert heard == ["ReferralPrepared", "ReferralDrafted", "ReferralReviewed", "ReferralSent"]
    [mail] = mails(orchestrator)
    assert mail["Destination"] == {"ToAddresses": ["dana@example.com"]}
    assert mail["Content"]["Simple"]["Subject"]["Data"] == SUBJECT
    assert taken() == 1


def test_everything_twice_is_one_draft_and_one_mail(orchestrator: Cloud) -> None:
    event = review(orchestrator)
    again(orchestrator, event)
    again(orchestrator, event)
    prepared(orchestrator)
    with model():
        orchestrator.settle()
    assert (len(mails(orchestrator)), drafts(orchestrator, "sent")[0]["referral_id"]) == (1, REFERRAL)


def test_a_replay_writes_nothing_and_sends_nothing(orchestrator: Cloud) -> None:
    prepared(orchestrator, **{"replay-name": "yesterday"})
    with model():
        orchestrator.settle()
    assert drafts(orchestrator) == []
    event = review(orchestrator)
    client("sqs").purge_queue(QueueUrl=orchestrator.deployed.functions["send_referral"].queue)
    again(orchestrator, event, **{"replay-name": "yesterday"})
    assert mails(orchestrator) == []


def test_what_was_rejected_does_not_even_reach_the_sender(orchestrator: Cloud) -> None:
    decide(orchestrator, "reject", drafted(orchestrator), reason="wrong_tone")
    orchestrator.relay("orchestrator-relay")
    assert orchestrator.waiting("send_referral") == 0


def test_a_draft_that_changed_since_it_was_seen_can_not_be_approved(orchestrator: Cloud) -> None:
    line = drafted(orchestrator)
    decide(orchestrator, "edit", line, subject="Thank you", body=BODY)
    answer = decide(orchestrator, "approve", line)
    assert (answer.status, answer.code) == (409, "content_changed")
    assert mails(orchestrator.settle()) == []


def test_an_opt_out_that_comes_before_the_mail_stops_it(orchestrator: Cloud) -> None:
    review(orchestrator)
    orchestrator.put("CustomerOptedOut", {"customer_id": "c-1", "at": "2026-11-21T09:00:00Z"})
    orchestrator.deliver("follow_events")
    assert types(orchestrator.settle().heard())[-1] == "ReferralSuppressed"
    assert mails(orchestrator) == []


def test_a_prepared_referral_whose_job_is_not_known_yet_waits_for_it(orchestrator: Cloud) -> None:
    prepared(orchestrator, "s-2")
    orchestrator.settle()
    assert (orchestrator.waiting("draft_referral"), drafts(orchestrator)) == (1, [])
    jobs(orchestrator, "s-2")
    orchestrator.settle()
    with writing():
        orchestrator.later()
    assert [line["referral_id"] for line in drafts(orchestrator)] == [referral_id("s-2")]


def test_a_busy_model_is_asked_again_later_and_a_busy_provider_sends_once(orchestrator: Cloud) -> None:
    prepared(orchestrator)
    with model() as busy:
        busy.add_client_error("converse", "ThrottlingException", http_status_code=429)
        orchestrator.settle()
    with writing():
        orchestrator.later()
    [line] = drafts(orchestrator)
    decide(orchestrator, "approve", line)
    with refusing("TooManyRequestsException", 429):
        orchestrator.settle()
    assert (taken(), orchestrator.waiting("send_referral")) == (0, 1)
    orchestrator.later()
    assert (taken(), drafts(orchestrator, "sent")[0]["referral_id"]) == (1, REFERRAL)


def test_a_mail_that_the_provider_refuses_can_be_drafted_anew(orchestrator: Cloud) -> None:
    review(orchestrator)
    with refusing("MessageRejected", 400):
        orchestrator.settle()
    assert types(orchestrator.heard())[-1] == "SendFailed"
    with writing():
        assert orchestrator.call("review_api", "POST", f"/drafts/{REFERRAL}/retry").body["status"] == "in_review"


def test_a_mail_of_which_nobody_knows_whether_it_left_is_never_sent_again(orchestrator: Cloud) -> None:
    event = review(orchestrator)
    with unclear():
        orchestrator.settle()
    again(orchestrator, event)
    orchestrator.later()
    assert len(mails(orchestrator)) == 1
    assert [line["referral_id"] for line in drafts(orchestrator, "sending")] == [REFERRAL]
    found = {"message_id": None, "reviewer": "r-1"}
    early = orchestrator.call("review_api", "POST", f"/drafts/{REFERRAL}/settle", found)
    assert (early.status, early.code) == (409, "still_sending")


def _queue(cloud: Cloud, function: str, envelope: dict[str, Any]) -> None:
    client("sqs").send_message(QueueUrl=cloud.deployed.functions[function].queue, MessageBody=json.dumps(envelope))
