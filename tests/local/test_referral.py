"""From a completed job to a sent mail through the deployed stacks."""

import json
from typing import Any

from shared.events.upstream import referral_id
from tests.harness.facts import job_detail
from tests.local.laptop import Laptop


def drafted(laptop: Laptop, service_id: str) -> str:
    """Wait for the draft of a job."""
    referral = referral_id(service_id)
    laptop.eventually(lambda: laptop.ask("review_api", "GET", "drafts", referral))
    return referral


def quarantined(laptop: Laptop, referral: str) -> list[dict[str, Any]]:
    return [case for case in laptop.ask("prep_api", "GET", "quarantine") if case["referral_id"] == referral]


def mails_to(laptop: Laptop, address: str) -> list[dict[str, object]]:
    return [mail for mail in laptop.json("mail", "list") if address in json.dumps(mail)]


def test_the_example_history_becomes_reviewed_mails(laptop: Laptop) -> None:
    told = laptop.json("run", "--once", "--review", "simulated")
    assert "simulated" in told["review"]
    assert told["settled"]
    assert (told["jobs"], told["rows_rejected"], told["learned"]) == (59, 1, 59)
    assert (told["prepared"], told["drafted"], told["suppressed"], told["failed"]) == (11, 10, 1, 0)
    assert told["approved"] + told["rejected"] == 10
    assert told["sent"] == told["approved"]


def test_a_draft_leaves_once_and_only_as_it_was_approved(laptop: Laptop) -> None:
    laptop.put(job_detail("local-1", customer__customer_id="local-1", customer__email="local.one@example.com"))
    referral = drafted(laptop, "local-1")
    seen = laptop.json("drafts", "show", referral)["content_hash"]
    laptop.referral("drafts", "edit", referral, "--subject", "A word from us", "--body", "Dear customer, " + "thank you. " * 12)

    stale = laptop.command("drafts", "approve", referral, "--hash", seen)
    assert stale.returncode == 1
    assert mails_to(laptop, "local.one@example.com") == []

    laptop.referral("drafts", "approve", referral, "--yes")
    [mail] = laptop.eventually(lambda: mails_to(laptop, "local.one@example.com"))
    assert "A word from us" in json.dumps(mail)


def test_the_same_jobs_again_in_reverse_order_change_nothing(laptop: Laptop) -> None:
    jobs = [job_detail(f"local-r{n}", customer__customer_id="local-r", customer__email="local.r@example.com") for n in range(4)]
    laptop.put(*jobs)
    for n in range(4):
        drafted(laptop, f"local-r{n}")
    before = laptop.features("local-r")
    laptop.put(*reversed(jobs))
    laptop.put(job_detail("local-r9", customer__customer_id="local-r9"))
    drafted(laptop, "local-r9")  # everything before it was handled by now
    assert laptop.features("local-r") == before
    drafts = [d for d in laptop.json("drafts", "list", "--limit", "100")["drafts"] if d["customer_id"] == "local-r"]
    assert len(drafts) == 4


def test_a_broken_job_waits_in_quarantine_until_it_is_mended(laptop: Laptop) -> None:
    broken = job_detail("local-q1", customer__customer_id="local-q", service__price={"amount": "a lot", "currency": "EUR"})
    laptop.put(broken)
    mine = referral_id("local-q1")
    [case] = laptop.eventually(lambda: quarantined(laptop, mine))
    assert [reason["field"] for reason in case["reasons"]] == ["service.price.amount"]
    assert laptop.features("local-q") == {}

    laptop.referral("quarantine", "retry", case["quarantine_id"], "--set", "service.price.amount=40.10")
    drafted(laptop, "local-q1")
    assert laptop.features("local-q")["lifetime_value"] == {"EUR": "40.10"}


def test_a_customer_who_opts_out_before_the_mail_leaves_gets_none(laptop: Laptop) -> None:
    laptop.put(job_detail("local-o1", customer__customer_id="local-o", customer__email="local.o@example.com"))
    referral = drafted(laptop, "local-o1")
    laptop.put({"customer_id": "local-o", "at": "2026-11-21T10:00:00Z"}, detail_type="CustomerOptedOut")
    story = "customer-local-o"
    laptop.eventually(lambda: laptop.referral("events", "tail", "--no-follow", "--correlation", story, "--json"))
    refused = laptop.eventually(lambda: laptop.command("drafts", "approve", referral, "--yes").stderr)
    assert "no more mail" in refused
    assert mails_to(laptop, "local.o@example.com") == []


def test_what_a_person_wrote_is_in_no_log(laptop: Laptop) -> None:
    secret = {"customer__name": "Canary Canarysson", "customer__email": "canary.log@example.com", "service__notes": "canary under the mat"}
    laptop.put(job_detail("local-c1", customer__customer_id="local-c", **secret))
    laptop.put(job_detail("local-c2", customer__customer_id="local-c", completed_at="canary o'clock", **secret))
    drafted(laptop, "local-c1")
    laptop.eventually(lambda: quarantined(laptop, referral_id("local-c2")))
    logged = laptop.logged()
    assert "handled" in logged
    assert "anary" not in logged
