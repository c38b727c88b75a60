"""From dev over test to prod, in three AWS accounts that the laptop's AWS plays: by whom, of what, and back again."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.accounts import account
from infra.cli.call import event
from infra.promotion import artifact, bootstrap, choose, drift, ledger, promote, teardown
from infra.promotion.artifact import Artifact
from infra.promotion.choose import Chosen
from infra.promotion.ledger import NotPromoted, Release
from infra.promotion.promote import Step, Stopped, Wanted
from infra.promotion.target import NotAllowed, Target
from tests.harness.facts import job_detail
from tests.local.laptop import Laptop

IDS = {"dev": "111111111111", "test": "222222222222", "prod": "333333333333"}
FEATURES = Wanted(("features",))
FROM_BEFORE = Wanted(("features",), promote=True)


def say(line: str) -> None:
    """Nobody reads along."""


def yes(question: str) -> bool:
    return True


class Company:
    """Three accounts, their administrators, and a pipeline that comes with GitHub's tokens."""

    def __init__(self, laptop: Laptop, environment: Callable[[str, str], None]) -> None:
        self.laptop = laptop
        self.set = environment
        self.known: dict[tuple[str, str], Target] = {}

    def administrator(self, name: str) -> Target:
        return self._once("administrator", name, lambda: (IDS[name], "test", ""))

    def pipeline(self, name: str) -> Target:
        return self._once("pipeline", name, lambda: self.token(name, f"repo:example/referrals:environment:{name}"))

    def token(self, name: str, subject: str) -> tuple[str, str, str]:
        """The keys that GitHub's token is good for."""
        told = {"iss": "https://token.actions.githubusercontent.com", "aud": "sts.amazonaws.com"}
        token = _unsigned(told | {"sub": subject})
        keys = self.laptop.client("sts").assume_role_with_web_identity(
            RoleArn=f"arn:aws:iam::{IDS[name]}:role/referral-{name}-deploy", RoleSessionName="pipeline", WebIdentityToken=token,
        )["Credentials"]
        return keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]

    def client(self, name: str, service: str) -> Any:
        return self.laptop.client(service, aws_access_key_id=IDS[name], aws_secret_access_key="test")

    def code(self, name: str) -> str:
        return self.client(name, "lambda").get_function_configuration(FunctionName=f"referral-{name}-features_api")["CodeSha256"]

    def learns(self, name: str) -> None:
        """A job that comes onto an account's bus teaches its features, all the way through the functions' aliases."""
        job = job_detail("promoted-1", customer__customer_id="promoted", historical=True)
        entry = {"EventBusName": f"referral-{name}", "Source": "upstream.crm", "DetailType": "ServiceCompleted"}
        self.client(name, "events").put_events(Entries=[entry | {"Detail": json.dumps(job)}])
        assert self.laptop.eventually(lambda: self._features(name).get("service_count") == 1)

    def _features(self, name: str) -> dict[str, Any]:
        asked = json.dumps(event("GET", ("customers", "promoted", "features"), {})).encode()
        function = {"FunctionName": f"referral-{name}-features_api", "Qualifier": "live"}
        said = json.loads(self.client(name, "lambda").invoke(**function, Payload=asked)["Payload"].read())
        return json.loads(said["body"])

    def _once(self, who: str, name: str, keys: Callable[[], tuple[str, str, str]]) -> Target:
        if (who, name) not in self.known:
            self.known[who, name] = self.signed_in(name, keys())
        return self.known[who, name]

    def signed_in(self, name: str, keys: tuple[str, str, str]) -> Target:
        """An account as somebody sees it whose keys the environment has."""
        for variable, value in zip(("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"), keys, strict=True):
            self.set(f"AWS_{variable}", value)
        found = Target(account(name))
        assert found.caller  # from now on its keys are known
        return found


@pytest.fixture
def company(laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    own = tmp_path / "accounts.toml"
    after = {"test": 'after = "dev"', "prod": 'after = "test"'}
    own.write_text("".join(
        f'[{name}]\n{after.get(name, "")}\naccount_id = "{known}"\nrepository = "example/referrals"\n' for name, known in IDS.items()
    ))
    monkeypatch.setenv("REFERRAL_ACCOUNTS", str(own))
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{laptop.port}")
    account.cache_clear()
    yield Company(laptop, monkeypatch.setenv)
    monkeypatch.undo()
    account.cache_clear()


def test_a_release_goes_from_dev_over_test_to_prod_and_back(company: Company) -> None:
    with pytest.raises(NotAllowed, match="--account dev --bootstrap"):
        promote.deployment(company.administrator("dev"), FEATURES, say, yes)
    with pytest.raises(NotAllowed, match="Your credentials are of AWS account 222222222222"):
        stranger = company.signed_in("dev", (IDS["test"], "test", ""))
        bootstrap.bootstrap(stranger, dry_run=False, say=say, ask=yes)
    for name in IDS:
        bootstrap.bootstrap(company.administrator(name), dry_run=False, say=say, ask=yes)
        company.client(name, "events").create_event_bus(Name=f"referral-{name}")  # what the platform makes
    with pytest.raises(ClientError, match="Not authorized"):
        company.token("dev", "repo:example/referrals:ref:refs/heads/main")

    promote.deployment(company.pipeline("dev"), FEATURES, say, yes)
    known = ledger.read(company.pipeline("dev"), "features").current
    assert known
    with pytest.raises(NotPromoted, match=f"features {known.id} was not deployed to test"):
        promote.deployment(company.pipeline("prod"), Wanted(("features",), release=known.id), say, yes)
    with pytest.raises(Stopped, match="nobody said yes"):
        promote.deployment(company.pipeline("test"), FROM_BEFORE, say, lambda question: False)
    promote.deployment(company.pipeline("test"), replace(FROM_BEFORE, dry_run=True), say, yes)
    assert ledger.read(company.pipeline("test"), "features").current is None
    promote.deployment(company.pipeline("test"), FEATURES, say, yes)
    promote.deployment(company.pipeline("prod"), FROM_BEFORE, say, yes)
    first = company.code("dev")
    company.learns("prod")
    assert {company.code(name) for name in IDS} == {first}

    second = another(company.pipeline("dev"), "bundles/features.zip", _with_a_note)
    promote.carry_out(company.pipeline("dev"), [second], FEATURES, say, yes)
    for name in ("test", "prod"):
        promote.deployment(company.administrator(name), FROM_BEFORE, say, yes)
    assert first not in {company.code(name) for name in IDS}
    promote.deployment(company.pipeline("prod"), Wanted(("features",), previous=True), say, yes)
    assert company.code("prod") == first != company.code("test")

    worse = another(company.pipeline("dev"), "services/features/template.yaml", _with_another_table)
    with pytest.raises(Stopped, match=r"(?s)would lose data.*- features: AWS::DynamoDB::Table CustomerFeatures  LOSES rows"):
        promote.carry_out(company.pipeline("dev"), [worse], FEATURES, say, yes)

    assert list(drift.look(company.pipeline("test"), ("features",))) == []
    by_hand = {"FunctionName": "referral-test-features_api", "MemorySize": 512}
    company.client("test", "lambda").update_function_configuration(**by_hand)
    [found] = drift.look(company.pipeline("test"), ("features",))
    assert str(found) == "  features: FeaturesApi /MemorySize is 512, not 256"

    with pytest.raises(Stopped, match="tables of prod are protected"):
        teardown.teardown(company.administrator("prod"), dry_run=False, say=say, ask=yes)
    teardown.teardown(company.administrator("test"), dry_run=False, say=say, ask=yes)
    assert not company.client("test", "dynamodb").list_tables()["TableNames"]


def another(target: Target, name: str, edit: Callable[[bytes], bytes]) -> Step:
    """What a developer made of the service meanwhile: one file of its artifact differs."""
    record = ledger.read(target, "features")
    assert record.current
    files = choose.fetched(target, "features", record.current).artifact.files
    known = hashlib.sha256(edit(files[name])).hexdigest()[:16]
    made = Artifact("features", known, artifact.KEPT / "features" / f"{known}.zip")
    made.path.write_bytes(_packed(files | {name: edit(files[name])}))
    return Step(Chosen(made, Release(known, made.sha256, "", "2026-11-23T03:00:00+00:00", "developer")), record)


def _with_a_note(packed: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        return _packed({name: files.read(name) for name in files.namelist()} | {"note.txt": b"changed"})


def _with_another_table(template: bytes) -> bytes:
    return template.replace(b'"CustomerFeatures', b'"Customers').replace(b"${CustomerFeatures", b"${Customers")


def _packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return made.getvalue()


def _unsigned(claims: dict[str, str]) -> str:
    parts = ({"alg": "none"}, claims)
    return ".".join([*(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), ""])
