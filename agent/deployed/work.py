"""A scheduled scan as the running agent does it: each step a laydown command of its own, so that the agent itself stays small."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec

from agent.config import Config
from agent.own_program import own_program
from agent.secret_place import PREFIX
from model.trouble import Trouble

# The exit codes of agent.exits under which there is a report.
REPORTED = (0, 3, 4)
PATIENCE = 120.0  # seconds that a scan told to stop may take for its report
LINUX, PR_SET_PDEATHSIG = sys.platform == "linux", 1  # linux/prctl.h
EFFECTIVE = "effective.toml"


class Ended(msgspec.Struct, frozen=True):
    """How a step ended. `stopped`: why a scan ended early, in its own words; `said`, `told`: its last line of trouble, and of result."""

    code: int
    stopped: str
    said: str
    told: str


class Step:
    """One command under way; what it prints goes to `root`/`name`.out and .err."""

    def __init__(self, root: Path, name: str, *words: str) -> None:
        self._out, self._err = root / f"{name}.out", root / f"{name}.err"
        command = own_program("-m", "agent.command", *words)
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=_bound if LINUX else None
            )

    @property
    def pid(self) -> int:
        """Its process."""
        return self._child.pid

    def ended(self, wait: float = 0.0) -> Ended | None:
        """How it ended; None if it still runs after `wait` seconds."""
        try:
            code = self._child.wait(wait) if wait else self._child.poll()
        except subprocess.TimeoutExpired:
            return None
        return None if code is None else Ended(code, _stopped(self._out), _last_line(self._err), _last_line(self._out))

    def stop(self) -> None:
        """Tell it to end with what it has."""
        with contextlib.suppress(ProcessLookupError):
            self._child.send_signal(signal.SIGTERM)

    def end(self) -> Ended:
        """Stop it, and wait; it is killed if it takes too long: its evidence is on disk all the same."""
        self.stop()
        found = self.ended(PATIENCE)
        if found is None:
            self._child.kill()
            found = self.ended(PATIENCE)
        assert found is not None
        return found


def _bound() -> None:
    """An agent that is killed takes its scan along: it ends with a report, and is gone on with later."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stopped(path: Path) -> str:
    class Told(msgspec.Struct):
        stopped: str = ""

    try:
        return msgspec.json.decode(path.read_bytes()[:65_536], type=Told).stopped
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def _last_line(path: Path) -> str:
    try:
        lines = path.read_bytes()[-4_096:].decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.strip()[:400] for line in reversed(lines) if line.strip()), "")


def written(config: Config, source: Path, path: Path) -> None:
    """The configuration that holds now as a file for the scan: files of secrets named from the root, secrets themselves nowhere."""
    import tomli_w

    told = msgspec.to_builtins(config)
    for one in told["credential"]:
        for key in ("community_file", "auth_file", "priv_file"):
            named = one.get(key, "")
            if named and not named.startswith(PREFIX):
                one[key] = str((source.parent / Path(named).expanduser()).absolute())
    part = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(tomli_w.dumps(told).encode())
        part.replace(path)
    except OSError as fault:
        raise Trouble(str(path), f"cannot be written ({fault.strerror})", "free some space") from None
