"""A service of tomorrow beside those of today on the laptop's AWS: nobody stumbles, and nothing that it says is lost."""

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.accounts import ROOT
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


def of_today(folder: Path) -> Path:
    """The service's code; bytecode and what is beside it are left out."""
    for part in ("shared", "services/features"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "services" / "__init__.py", folder / "services")
    return folder


def of_tomorrow(folder: Path) -> Path:
    """The same, in which an event and a part of it have one more field."""
    contract = of_today(folder) / "shared" / "events" / "features.py"
    text = contract.read_text()
    for last in ("    property_features: dict[str, Any]\n", "    features: Features\n"):
        assert last in text
        text = text.replace(last, last + MOOD)
    contract.write_text(text)
    return folder


@pytest.fixture
def deploy(laptop: Laptop, tmp_path: Path) -> Iterator[Any]:
    """Puts the code of tomorrow, or of today, into the function that learns; in the end it is that of today."""
    code = {"tomorrow": of_tomorrow(tmp_path / "tomorrow"), "today": of_today(tmp_path / "today")}
    deployed = ["today"]

    def put(day: str) -> None:
        if day != deployed[-1]:
            laptop.client("lambda").update_function_code(FunctionName=ENRICHER, ZipFile=zipped(code[day]))
            deployed.append(day)

    yield put
    put("today")


def learned(laptop: Laptop, service_id: str, until: str) -> str:
    """What is said to be learned from a job, once its story has come so far."""
    detail = job_detail(service_id, customer__customer_id="local-v", customer__email=f"{service_id}@example.com")
    entry = {"EventBusName": "referral-local", "Source": "upstream.test", "DetailType": "ServiceCompleted", "Detail": json.dumps(detail)}
    laptop.client("events").put_events(Entries=[entry])
    story = referral_id(service_id)
    return laptop.eventually(lambda: until in laptop.story(story) and laptop.story(story)["FeaturesUpdated"])


def test_a_service_of_tomorrow_and_one_of_today_speak_to_the_same_others(laptop: Laptop, deploy: Any) -> None:
    deploy("tomorrow")
    assert learned(laptop, "local-v1", until="ReferralDrafted").count("fine") == 2  # in the event, and in its features
    deploy("today")
    told = json.loads(learned(laptop, "local-v2", until="FeaturesUpdated"))  # from rows that the other one wrote
    assert "mood" not in told and told["features"]["service_count"] == 2


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
