"""One process reads the source tree, for all of its laws."""

from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)  # the runner reads the groups in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.path.stem != "test_templates":
            item.add_marker(pytest.mark.xdist_group("source"))
