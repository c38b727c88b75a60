"""Who may know whom: the rooms of the house, and the doors between them."""

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from infra.bundle import LIBRARIES
from tests.architecture.source import ROOT, Source, product, reached, services, sources, within

AWS = ("boto3", "botocore", "aws_lambda_powertools", "aws_xray_sdk", "shared.aws", "shared.store", "shared.unit")
UNDETERMINED = ("random", "secrets", "time", "uuid", "os", "shared.clock.now", "shared.clock.new_id", "shared.settings")
CLOCKS = {"now", "utcnow", "today"}
TABLE_CALLS = {
    "transact_write_items", "transact_get_items", "batch_get_item", "batch_write_item", "get_item", "put_item",
    "update_item", "delete_item", "scan",
}
KNOW_TABLES = {
    "shared/store.py": "the unit of work's way to the table",
    "infra/platform/rows.py": "the log's own table, which has no business state",
    "infra/platform/funnel.py": "counts in the log's table",
    "infra/platform/erasure.py": "forgets in the log's table",
    "infra/cli/log.py": "reads the log's table",
    "infra/cli/sandbox.py": "makes tables that are thrown away",
    "infra/cli/tables.py": "sees the tables of services from outside",
}


def room(name: str) -> tuple[Source, ...]:
    return sources(f"services/{name}")


def models() -> list[Source]:
    return [source for source in sources("services") if source.path.name == "model.py"]


def tables_named(source: Source) -> Iterator[str]:
    """Every place in a file that calls DynamoDB or asks for its client."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and any(isinstance(a, ast.Constant) and a.value == "dynamodb" for a in node.args):
            yield f"{source.name}:{node.lineno}"
        if isinstance(node, ast.Attribute) and node.attr in TABLE_CALLS:
            yield f"{source.name}:{node.lineno}"


@pytest.mark.parametrize("service", services())
def test_a_service_imports_what_is_shared_and_itself(service: str) -> None:
    others = [f"services.{other}" for other in services() if other != service]
    broken = {source.name: within(source.imports(), "infra", "tests", *others) for source in room(service)}
    assert not {name: found for name, found in broken.items() if found}


def test_what_is_shared_knows_no_service_and_no_infrastructure() -> None:
    broken = {source.name: within(source.imports(), "services", "infra", "tests") for source in sources("shared")}
    assert not {name: found for name, found in broken.items() if found}


@pytest.mark.parametrize("model", models(), ids=lambda source: source.name)
def test_a_model_reaches_no_aws(model: Source) -> None:
    assert within(reached(model), *AWS) == []


@pytest.mark.parametrize("model", models(), ids=lambda source: source.name)
def test_a_model_is_given_time_and_chance(model: Source) -> None:
    asked = [node.lineno for node in ast.walk(model.tree) if _asks_a_clock(node)]
    assert (within(model.imports(), *UNDETERMINED), asked) == ([], [])


def test_only_the_store_and_the_event_log_know_dynamodb() -> None:
    named = {place for source in product() if source.name not in KNOW_TABLES for place in tables_named(source)}
    assert not named
    unneeded = [name for name in KNOW_TABLES if (ROOT / name).exists() and not list(tables_named(Source(ROOT / name)))]
    assert unneeded == [], "an exception that nobody needs any more"


def test_only_the_bus_knows_put_events() -> None:
    named = [
        f"{source.name}:{node.lineno}" for source in product() for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr == "put_events"
    ]
    assert [place.split(":")[0] for place in named] == ["shared/bus.py"], named


def test_importing_a_service_loads_no_client_and_reads_no_setting() -> None:
    modules = [source.module for source in sources("services", "shared") if source.path.name != "api.py"]
    script = f"""
import importlib, sys
for name in {modules!r}:
    importlib.import_module(name)
from shared import aws, settings
made = [aws.client.cache_info().currsize, aws._session.cache_info().currsize, settings.settings.cache_info().currsize]
heavy = [name for name in ("boto3", "aws_lambda_powertools.event_handler", "aws_xray_sdk") if name in sys.modules]
sys.exit(f"made at import: {{made}}, loaded at import: {{heavy}}" if any(made) or heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", services())
def test_whoever_knows_time_zones_has_them_in_its_bundle(service: str) -> None:
    knows = any("zoneinfo" in reached(source) for source in room(service))
    assert knows is (service in LIBRARIES["tzdata"])


def _asks_a_clock(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
