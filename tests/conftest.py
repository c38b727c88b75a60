"""What holds in every test: credentials of nobody, and no way out of this machine."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import typer.testing
from botocore.loaders import JSONFileLoader
from botocore.stub import Stubber

from services.evaluation import terms as terms_of_evaluation
from services.orchestrator import terms
from shared import aws, secrets, settings

NOBODY = {
    "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "ACCOUNT": "local",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",  # moto serves streams under the plain endpoint only
}
_SECRET = "sending"
_HERE = ("127.", "localhost", "::1")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: whoever tells the laptop's stories mostly waits for it."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """What was collected stays until the end; looking through it for garbage was a tenth of the time of all tests."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()  # libraries that count what they leave behind find nothing


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The laptop's stories, told one after another, are the longest way to the end: whoever tells others steps aside."""
    if "PYTEST_XDIST_WORKER" in os.environ and not item.get_closest_marker("local") and not os.nice(0):
        os.nice(5)


class Outside(Exception):
    """A test wanted to leave this machine."""


@pytest.fixture(scope="session", autouse=True)
def nobody() -> Iterator[None]:
    """Whoever runs the tests, the tests are nobody; what a shell says of AWS does not count."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in NOBODY.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """What AWS's library and the command read of themselves is the same in every test."""
    read = cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        patch.setattr(typer.testing, "_get_command", cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session", autouse=True)
def locked_in() -> Iterator[None]:
    """No connection to another machine, and no question to a name server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _only_here(socket.socket.connect, lambda sock, place: place))
        patch.setattr(socket, "getaddrinfo", _only_here(socket.getaddrinfo, lambda host, *_: (host,)))
        yield


@pytest.fixture(autouse=True)
def agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process knows the secret of an account, and where people unsubscribe; what is deployed in a test has one of its own."""
    monkeypatch.setenv("SENDING_SECRET", _SECRET)
    monkeypatch.setenv("UNSUBSCRIBE_URL", "https://unsubscribe.example.com/")
    if not secrets.secret.cache_info().currsize:
        with Stubber(aws.client("secretsmanager")) as kept:
            kept.add_response("get_secret_value", {"SecretString": "agreed for tests"})
            secrets.secret(_SECRET)


@pytest.fixture
def forgetful() -> Iterator[None]:
    """Settings and clients are made anew, before and after."""
    forget()
    yield
    forget()


def forget() -> None:
    for cached in (aws.client, aws._session, settings.settings, terms.terms, terms_of_evaluation.terms):
        cached.cache_clear()


def _only_here(call: Callable[..., Any], place_of: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(*arguments: Any, **options: Any) -> Any:
        place = place_of(*arguments)
        host = place[0] if isinstance(place, tuple) else None  # a path is a socket of this machine
        if isinstance(host, str) and host and not host.startswith(_HERE):
            raise Outside(f"A test wanted to talk to {host}.")
        return call(*arguments, **options)

    return guarded
