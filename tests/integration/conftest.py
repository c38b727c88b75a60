"""An account of its own for every story."""

from collections.abc import Iterator

import pytest

from tests.harness import cloud as clouds
from tests.harness.cloud import Cloud


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with clouds.cloud() as made:
        yield made
