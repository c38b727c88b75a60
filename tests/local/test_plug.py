"""The laptop's AWS is killed: it goes on where it was, and what was accepted has its effect once."""

import json
import os
import signal
from functools import partial
from pathlib import Path

from tests.harness.facts import job_detail
from tests.local.laptop import Laptop
from tests.local.test_referral import drafted, mails_to

JOBS = [job_detail(f"plug-{n}", customer__customer_id=f"plug-{n}", customer__email=f"plug{n}@example.com") for n in (1, 2)]


def test_who_pulls_the_plug_loses_nothing_that_was_accepted(laptop: Laptop) -> None:
    laptop.put(JOBS[0])
    laptop.referral("drafts", "approve", drafted(laptop, "plug-1"), "--yes")
    laptop.eventually(lambda: mails_to(laptop, "plug1@example.com"))
    checkpointed(laptop)
    laptop.put(JOBS[1])
    os.kill(int(json.loads((state(laptop).parent / "aws.pid").read_text())), signal.SIGKILL)

    said = laptop.command("up").stderr
    assert "handled again" in said
    drafted(laptop, "plug-2")
    assert laptop.features("plug-2")["service_count"] == 1
    assert len(mails_to(laptop, "plug1@example.com")) == 1
    laptop.referral("audit")


def checkpointed(laptop: Laptop) -> None:
    """What is there now is in a checkpoint: not in the next one, for that may have begun before, but in the one after it."""
    for _ in range(2):
        before = checkpoint(laptop)
        laptop.json("mail", "list")  # a checkpoint follows a request
        laptop.eventually(partial(lambda last: checkpoint(laptop) > last, before))


def state(laptop: Laptop) -> Path:
    return Path(laptop.environment["REFERRAL_HOME"]) / str(laptop.port) / "state"


def checkpoint(laptop: Laptop) -> int:
    return max((int(path.stem) for path in state(laptop).glob("*.checkpoint")), default=0)
