"""What botocore knows of AWS services, read once by a process that forks itself for those who ask for it again."""

import gc
from collections.abc import Iterable

from botocore import loaders, session

_OF_ALL = ("endpoints", "partitions", "sdk-default-configuration", "_retry")


def remember(services: Iterable[str]) -> None:
    """Have it in memory for every session from now on, shared by the forks until one writes there."""
    known = loaders.create_loader()
    for service in services:
        known.load_service_model(service, "service-2")
        known.load_service_model(service, "endpoint-rule-set-1")
    for name in _OF_ALL:
        known.load_data(name)
    session.create_loader = lambda *_: known
    gc.collect()
    gc.freeze()
