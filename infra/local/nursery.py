"""Where the laptop's functions are born: one process with the libraries of all, which forks itself for each.

MiniStack starts an interpreter for every worker: 45 MB and half a second each, for some thirty of them. A fork shares
what was imported, and the descriptions of AWS services, until it writes there. Only libraries are ahead of a function,
never our own code: that comes from its bundle, as on AWS.
"""

import importlib
import json
import os
import runpy
import signal
import socket
import sys
import time
import traceback

from infra import descriptions

_LIBRARIES = (
    "aws_lambda_powertools.event_handler", "botocore.awsrequest", "botocore.client", "botocore.endpoint",
    "botocore.handlers", "botocore.httpsession", "botocore.parsers", "botocore.regions", "botocore.retries.standard",
    "pydantic.fields", "pydantic.json_schema", "pydantic.main", "pydantic.types",
)  # fmt: skip
_SERVICES = ("dynamodb", "events", "sqs")
_LONGEST = 1 << 20  # bytes of a wish
_STREAMS = 3


def main() -> None:
    """Fork for whoever asks at the socket that is named, until nobody can any more."""
    asked = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for a child: who asked watches it
    prepare()
    while True:
        wish, streams, *_ = socket.recv_fds(asked, _LONGEST, _STREAMS)
        if not wish:
            return
        child = os.fork()
        if not child:
            asked.close()
            live(streams, **json.loads(wish))
        for stream in streams:
            os.close(stream)
        asked.sendall(str(child).encode())


def prepare() -> None:
    """Have in memory what every function will ask for."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    descriptions.remember(_SERVICES)


def live(streams: list[int], script: str, folder: str, environment: dict[str, str]) -> None:
    """Be the worker, and nothing after it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    try:
        runpy.run_path(script, run_name="__main__")
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


if __name__ == "__main__":
    main()
