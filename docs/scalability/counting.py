"""Counts anew what the real handlers call, into calls.json; see tests/harness/journey.py for how."""

import io
import json
import logging
import os
from contextlib import redirect_stdout
from dataclasses import asdict
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("calls.json")
COMMAND = "python -m docs.scalability count"
_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}


def count(path: Path = FILE) -> None:
    """Takes some seconds; needs the packages of the tests."""
    os.environ.update(_ENVIRONMENT)
    logging.disable(logging.INFO)
    from tests.harness.journey import journey

    with redirect_stdout(io.StringIO()):  # where metrics go
        handled = [asdict(one) for one in journey()]
    told = {"measured": f"{date.today()}", "command": COMMAND, "handled": handled}
    path.write_text(json.dumps(told, indent=1) + "\n")
