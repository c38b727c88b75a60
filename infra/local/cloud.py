"""Start and stop the laptop's AWS: the emulator and the local model, as processes of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import Problem
from infra.accounts import ROOT
from infra.local import bridge, ports, processes

HOME = ROOT / ".local"
_START_SECONDS = 30
_STOP_SECONDS = 20


class CannotStart(Problem):
    """Why the laptop's AWS does not run, and what to do."""


@dataclass(frozen=True)
class Part:
    """One process of the laptop's AWS."""

    name: str
    module: str
    port: int
    health: str

    @property
    def pid_file(self) -> Path:
        return home() / f"{self.name}.pid"

    @property
    def log_file(self) -> Path:
        return home() / f"{self.name}.log"

    @property
    def arguments(self) -> list[str]:
        return [sys.executable, "-m", self.module, *(["--port", str(self.port)] if self.name == "model" else [])]


def home() -> Path:
    """Where state, logs and process ids of the laptop's AWS are kept; one folder a port."""
    return Path(os.environ.get("REFERRAL_HOME", HOME)) / str(bridge.port())


def parts() -> list[Part]:
    return [
        Part("model", "infra.local.model", bridge.port() + 1, "/health"),
        Part("aws", "infra.local.emulator", bridge.port(), "/_ministack/health"),
    ]


def start(settings: dict[str, Any]) -> list[str]:
    """Start what does not run yet; answers what was started. Raises Problem."""
    home().mkdir(parents=True, exist_ok=True)
    missing = [part for part in parts() if not running(part)]
    ports.refuse_busy([part.port for part in missing])
    for part in missing:
        _spawn(part, settings)
    for part in parts():
        _await(part)
    return [part.name for part in missing]


def stop(keep: bool = True) -> list[str]:
    """Stop cleanly, so that the state is saved, or at once with nothing to ``keep``; answers what was stopped."""
    stopped = []
    for part in parts():
        if running(part):
            _tell_to_end(part, keep)
            _await_end(part)
            stopped.append(part.name)
        part.pid_file.unlink(missing_ok=True)
    shutil.rmtree(home() / "tmp", ignore_errors=True)
    return stopped


def running(part: Part) -> bool:
    """Whether the process that was started for this part is still that process."""
    pid = _pid(part)
    try:
        return processes.runs(pid, part.module) if processes.TOLD and pid else processes.alive(pid)
    except OSError:
        return False


def healthy(part: Part) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{part.port}{part.health}", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def memory_bytes() -> int:
    """Memory of the laptop's AWS with all its functions; 0 where the system does not tell."""
    if not processes.TOLD:
        return 0
    return sum(map(processes.memory, processes.family({_pid(part) for part in parts() if running(part)})))


def _environment(settings: dict[str, Any]) -> dict[str, str]:
    """What the emulator hands on to the functions it runs, and its own settings."""
    return bridge.environment(settings) | {
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(bridge.port()),
        "MINISTACK_REGION": settings["region"],
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home() / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home() / "s3"),
        "LOG_LEVEL": os.environ.get("REFERRAL_LOCAL_LOG_LEVEL", "WARNING"),
        "LAMBDA_WARM_TTL_SECONDS": "60",  # an idle function holds memory, and starts in a moment
        "IOT_MTLS_ENABLED": "false",
        "SFTP_ENABLED": "false",
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bridge.model_endpoint(),
        "AWS_ENDPOINT_URL_BEDROCK_AGENT_RUNTIME": bridge.model_endpoint(),
        "TMPDIR": str(_temporary()),
        "PYTHONPATH": str(ROOT),
    }


def _temporary() -> Path:
    folder = home() / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _spawn(part: Part, settings: dict[str, Any]) -> None:
    with part.log_file.open("ab") as log:
        process = subprocess.Popen(
            part.arguments, env=_environment(settings), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, cwd=ROOT,
        )
    part.pid_file.write_text(json.dumps(process.pid))


def _await(part: Part) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not healthy(part):
        if not running(part) or time.monotonic() > deadline:
            last = part.log_file.read_text(errors="replace")[-2000:]
            raise CannotStart(f"{part.module} does not answer on port {part.port}. Its log, {part.log_file}, ends:\n{last}")
        time.sleep(0.1)


def _tell_to_end(part: Part, keep: bool) -> None:
    tell, signal_number = (os.kill, signal.SIGTERM) if keep else (os.killpg, signal.SIGKILL)  # and its functions
    tell(_pid(part), signal_number)


def _await_end(part: Part) -> None:
    deadline = time.monotonic() + _STOP_SECONDS
    while running(part):
        if time.monotonic() > deadline:
            os.kill(_pid(part), signal.SIGKILL)
            return
        time.sleep(0.1)


def _pid(part: Part) -> int:
    try:
        return int(json.loads(part.pid_file.read_text()))
    except (OSError, ValueError):
        return 0
