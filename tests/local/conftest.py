"""One laptop's AWS for all tests here: every stack deployed with ``sam deploy``, IAM enforced, an agent in production."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.accounts import ROOT
from tests.local.laptop import Laptop, free_port


@pytest.hookimpl(tryfirst=True)  # the runner reads the groups in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.local)
            item.add_marker(pytest.mark.xdist_group("laptop"))  # they share one, whoever runs them


@pytest.fixture(scope="session")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    made = Laptop(free_port(), tmp_path_factory.mktemp("laptop"))
    try:
        made.referral("up")
        made.referral("agents", "register", str(ROOT / "examples" / "agents" / "referral-writer-v1.yaml"))
        made.referral("agents", "alias", "referral-writer", "production", "1")
        yield made
    finally:
        made.referral("down", "--erase")
