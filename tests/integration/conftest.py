"""An account of its own for every story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import cloud as clouds
from tests.harness.cloud import Cloud


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with clouds.cloud() as made:
        yield made


@pytest.hookimpl(tryfirst=True)  # the runner reads the groups in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stories of one file share what they deploy, so one process tells them."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
