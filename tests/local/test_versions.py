"""A service of tomorrow beside those of today on the laptop's AWS: nobody stumbles, and nothing that it says is lost."""

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra import bundle
from shared.events.upstream import referral_id
from tests.harness.facts import job_detail
from tests.harness.room import said
from tests.local.laptop import Laptop
from tests.unit.orchestrator.story import registered

ENRICHER = "referral-local-feature_enricher"
MOOD = '    mood: str = "fine"  # which nobody else knows yet\n'


def zipped(folder: Path) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for path in folder.rglob("*.py"):
            file.write(path, path.relative_to(folder))
    return made.getvalue()


def of_tomorrow(today: Path, folder: Path) -> Path:
    """The same code, in which an event and a part of it have one more field."""
    shutil.copytree(today, folder, ignore=shutil.ignore_patterns("__pycache__"))
    contract = folder / "shared" / "events" / "features.py"
    text = contract.read_text()
    for last in ("    property_features: dict[str, Any]\n", "    features: Features\n"):
        assert last in text
        text = text.replace(last, last + MOOD)
    contract.write_text(text)
    return folder


@pytest.fixture
def deploy(laptop: Laptop, tmp_path: Path) -> Iterator[Any]:
    """Puts the code of tomorrow, or of today, into the function that learns; in the end it is that of today."""
    today = shutil.copytree(bundle.build("features"), tmp_path / "today")
    code = {"tomorrow": of_tomorrow(today, tmp_path / "tomorrow"), "today": today}

    def put(day: str) -> None:
        laptop.client("lambda").update_function_code(FunctionName=ENRICHER, ZipFile=zipped(code[day]))

    yield put
    put("today")


def learned(laptop: Laptop, service_id: str) -> str:
    """What is said to be learned from a job, once it became a draft."""
    laptop.put(job_detail(service_id, customer__customer_id="local-v", customer__email=f"{service_id}@example.com"))
    story = referral_id(service_id)
    return laptop.eventually(lambda: "ReferralDrafted" in laptop.story(story) and laptop.story(story)["FeaturesUpdated"])


def test_a_service_of_tomorrow_and_one_of_today_speak_to_the_same_others(laptop: Laptop, deploy: Any) -> None:
    deploy("tomorrow")
    assert learned(laptop, "local-v1").count("fine") == 2  # in the event, and in its features
    deploy("today")
    assert "mood" not in learned(laptop, "local-v2")
    assert laptop.features("local-v")["service_count"] == 2


def test_what_a_registry_of_tomorrow_says_is_kept_whole_and_other_events_of_it_are_recorded(laptop: Laptop) -> None:
    known = registered().model_copy(update={"agent": "writer-of-tomorrow"})
    detail = json.loads(known.wrap(said(known)))
    detail["data"]["config"]["tone"] = {"warmth": 0.7}
    entry = {"EventBusName": "referral-local", "Source": known.source}
    laptop.client("events").put_events(Entries=[
        entry | {"DetailType": "AgentRegistered", "Detail": json.dumps(detail)},
        entry | {"DetailType": "AgentPraised", "Detail": json.dumps(detail | {"data": {"praise": "much"}})},
    ])
    key = {"pk": {"S": "AGENT#writer-of-tomorrow"}, "sk": {"S": f"V#{known.version:09d}"}}
    rows = laptop.client("dynamodb")
    kept = laptop.eventually(lambda: rows.get_item(TableName="referral-local-Referrals", Key=key).get("Item"))
    assert kept["config"]["M"]["tone"]["M"]["warmth"] == {"S": "0.7"}
    assert laptop.eventually(lambda: "AgentPraised" in laptop.story(known.correlation() or ""))
