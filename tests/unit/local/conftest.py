"""What the tests of the laptop's CloudWatch share."""

from collections.abc import Iterator

import pytest
from ministack.services import cloudwatch, cloudwatch_logs, lambda_svc


@pytest.fixture
def nothing_measured() -> Iterator[None]:
    """No figure, no log and no function before, and none left behind."""
    cloudwatch.reset()
    yield
    for service in (cloudwatch, cloudwatch_logs, lambda_svc):
        service.reset()
