"""A day in which every function does everything it can: what permissions, events and the log are compared with."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.events.upstream import referral_id
from tests.harness import cloud as clouds
from tests.harness.cloud import Cloud
from tests.harness.facts import erased, job_detail, survey
from tests.harness.outside import BODY, Library
from tests.harness.rollouts import rolled_back, started
from tests.harness.templates import BASE, services
from tests.integration.colleagues import evaluating, retrieving
from tests.integration.story import (
    CONFIG, an_hour_passes, candidate, decide, drafts, feedback, follow_link, ingestion, jobs, production, rubbish,
    say, sender, unclear, unspeakable, waited, weeks_pass, writing,
)
from tests.integration.webhooks import agree_on, webhook
from tests.unit.evaluation.story import GOOD, Colleagues
from tests.unit.prep.webhooks import SECRET

TABLES = {
    "CustomerFeatures": "referral.features", "Preparation": "referral.prep", "AgentRegistry": "referral.registry",
    "Referrals": "referral.orchestrator", "Rollouts": "referral.deployer",
    "Evaluations": "referral.evaluation",
}


@contextmanager
def whole_day() -> Iterator[Cloud]:
    with clouds.cloud() as made, evaluating(Colleagues({1: GOOD}, lambda body: True)), retrieving(Library()):
        made.deploy(*BASE, *services())
        learn_and_prepare(made)
        draft_and_fail(made)
        review_and_send(made)
        roll_out(made)
        take_back(made)
        wait(made)
        unsubscribe(made)
        evaluate(made)
        retire(made)
        hear_back(made)
        erase(made)
        ingest(made)
        look_into_the_log(made)
        fail_everywhere(made)
        yield made


def learn_and_prepare(day: Cloud) -> None:
    production(day, retrieval={"examples": 2})
    day.settle()
    jobs(day, "s-1", "s-2", "s-3", "s-4")
    jobs(day, "s-5", satisfaction=9)
    day.put("SatisfactionReported", survey("s-1").model_dump(mode="json"))
    day.put("CustomerOptedOut", {"customer_id": "c-9", "at": "2026-11-21T09:00:00Z"})
    with writing(3) as model_of_today:
        model_of_today.add_client_error("converse", "ValidationException", http_status_code=400)
        day.settle()
    agree_on(SECRET)
    assert [webhook(day, "ServiceCompleted", job_detail("s-9", historical=True)).status for _ in range(2)] == [200, 200]
    day.settle()
    day.call("features_api", "GET", "/customers/c-1/features")
    day.call("features_api", "GET", "/customers/c-1/features/versions")
    for path in ("/agents", "/agents/referral-writer", "/agents/referral-writer/versions/1",
                 "/agents/referral-writer/aliases/production", "/agents/referral-writer/aliases/production/history",
                 "/agents/referral-writer/versions/1/diff/1", "/agents/referral-writer/versions/1/performance",
                 "/agents/referral-writer/versions/1/evaluations"):
        assert day.call("register_agent", "GET", path).status == 200


def draft_and_fail(day: Cloud) -> None:
    [case] = day.call("prep_api", "GET", "/quarantine").body
    path = f"/quarantine/{case['quarantine_id']}"
    day.call("prep_api", "GET", path)
    assert day.call("prep_api", "POST", f"{path}/retry", {"patch": {"satisfaction": 5}}).status == 200
    jobs(day, "s-6", satisfaction=9)
    with writing():
        day.settle()
    [other] = day.call("prep_api", "GET", "/quarantine").body
    path = f"/quarantine/{other['quarantine_id']}"
    assert day.call("prep_api", "POST", f"{path}/discard", {"reason": "gone"}).status == 200
    [failed] = drafts(day, "failed")
    with writing():
        assert day.call("review_api", "POST", f"/drafts/{failed['referral_id']}/retry").body["status"] == "in_review"


def review_and_send(day: Cloud) -> None:
    first, second, third, fourth, _ = drafts(day)
    assert day.call("review_api", "GET", f"/drafts/{first['referral_id']}").status == 200
    assert day.call("review_api", "POST", f"/drafts/{first['referral_id']}/open", {"reviewer": "r-1"}).status == 200
    assert day.call("review_api", "GET", f"/drafts/{first['referral_id']}/similar").status == 200
    assert decide(day, "approve", first).status == 200
    day.settle()
    sender(day)
    assert decide(day, "reject", third, reason="wrong_tone").status == 200
    assert decide(day, "approve", fourth).status == 200
    day.settle()
    edited = decide(day, "edit", second, subject="Thank you", body=BODY).body
    assert decide(day, "approve", edited).status == 200
    with unclear():
        day.settle()
    an_hour_passes(day, second["referral_id"])
    path = f"/drafts/{second['referral_id']}/settle"
    assert day.call("review_api", "POST", path, {"message_id": None, "reviewer": "r-1"}).status == 200


def hear_back(day: Cloud) -> None:
    """A friend buys because of a mail that bounced; an operator stops sending for a moment."""
    mail = drafts(day, "sent")[0]
    feedback(day, "Email Bounced", "bounce", mail, bounceType="Permanent", bounceSubType="General")
    code = day.call("review_api", "GET", f"/drafts/{mail['referral_id']}").body["body"].partition("code=")[2][:10]
    day.put("ReferralBooked", {"referral_code": code, "booked_at": "2026-11-22T09:00:00Z"})
    for verb in ("pause", "resume"):
        assert day.call("review_api", "POST", f"/sending/{verb}", {"by": "op-1"}).status == 200
    assert day.call("review_api", "GET", "/sending").body["paused"] is False
    day.settle()


def roll_out(day: Cloud) -> None:
    """Without an evaluation, on a person's word; a person is asked again at once, and takes it back."""
    brief = {"config": CONFIG | {"system_prompt": "Be brief."}, "author": "ae-1", "message": "brief"}
    day.call("register_agent", "POST", "/agents", {"agent": "referral-writer", **brief})
    day.relay("registry-relay")
    day.deliver("count_outcomes")  # the deployer knows of it, and nobody has evaluated it yet
    wanted = {"agent": "referral-writer", "candidate": 2, "by": "ae-1", "plan": {"hold_days": 1e-9}}
    path = f"/rollouts/{day.call('agent_deployer', 'POST', '/rollouts', wanted).body['rollout_id']}"
    for verb in ("advance", "rollback"):
        assert day.call("agent_deployer", "POST", f"{path}/{verb}", {"by": "op-1", "reason": "a try"}).status == 200
        day.settle()
        day.invoke("decide_rollouts", {})
        day.settle()
        assert day.call("agent_deployer", "GET", path).status == 200


def take_back(day: Cloud) -> None:
    """Two mails of a candidate: one is sent before the rollback, the other is taken back and written anew."""
    named = candidate(day) | {"rollout_id": "ro-9"}
    say(day, started(percent=100, **named))
    day.settle()
    before = {line["referral_id"] for line in drafts(day)}
    jobs(day, "s-7", "s-8")
    with writing(2):
        day.settle()
    first, _ = [line for line in drafts(day) if line["referral_id"] not in before]
    assert decide(day, "approve", first).status == 200
    day.settle()
    say(day, rolled_back(**named))
    with writing():
        day.settle()


def wait(day: Cloud) -> None:
    """A mail waited for its time, and a draft waited too long."""
    old, gone = drafts(day)[0], drafts(day, "rejected")[0]
    weeks_pass(day, old["referral_id"])
    waited(day, gone["referral_id"])
    assert day.invoke("watch_drafts", {}) == {"woken": 0, "expired": 1}
    day.settle()


def unsubscribe(day: Cloud) -> None:
    """Whoever got the first mail wants no more of them."""
    sent = drafts(day, "sent")[0]["referral_id"]
    assert [follow_link(day, method, sent) for method in ("GET", "POST")] == [200, 200]
    day.settle()


def retire(day: Cloud) -> None:
    """A version that nobody needs any more, and figures that are counted anew."""
    loud = {"config": CONFIG | {"system_prompt": "Be loud."}, "author": "ae-1", "message": "loud"}
    known = day.call("register_agent", "POST", "/agents", loud | {"agent": "referral-writer"}).body
    path = f"/agents/referral-writer/versions/{known['version']}/retire"
    assert day.call("register_agent", "POST", path, {"reason": "too loud", "by": "ae-1"}).status == 200
    assert day.call("register_agent", "POST", "/performance/rebuild").status == 200


def evaluate(day: Cloud) -> None:
    """A person asks for another evaluation, looks while it runs, and has it scored anew."""
    known = day.call("evaluations_api", "POST", "/evaluations", {"agent": "referral-writer", "candidate": 2}).body
    path = f"/evaluations/{known['evaluation_id']}"
    assert day.call("evaluations_api", "GET", path).body["status"] == "running"
    day.settle()
    assert day.call("evaluations_api", "GET", "/evaluations").body["evaluations"][0]["status"] == "finished"
    assert day.call("evaluations_api", "GET", f"{path}/report").status == 200
    assert day.call("evaluations_api", "POST", f"{path}/rescore").status == 200


def erase(day: Cloud) -> None:
    """A customer of whom every service knows something is forgotten."""
    day.put("CustomerErased", erased().model_dump(mode="json"))
    day.settle().later().later()
    for api in ("features_api", "prep_api", "review_api", "evaluations_api"):
        assert day.call(api, "GET", "/customers/c-1/kept").status == 200


def look_into_the_log(day: Cloud) -> None:
    story = referral_id("s-1")
    assert day.call("events_api", "GET", f"/stories/{story}").body["correlation_id"] == story
    assert day.call("events_api", "GET", "/funnel").status == 200
    assert day.call("events_api", "GET", "/figures").status == 200


def ingest(day: Cloud) -> None:
    with ingestion():
        day.invoke("ingest_examples", {})


def fail_everywhere(day: Cloud) -> None:
    for name, known in day.deployed.functions.items():
        if known.queue:
            rubbish(day, name)
    for table, source in TABLES.items():
        unspeakable(day, table, source)
    day.settle()
