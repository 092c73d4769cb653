"""Two ways to a wire process: one that is started here and inherits this program's rights, or one that systemd starts at a socket."""

import contextlib
import os
import socket
import subprocess
from typing import IO, Any, BinaryIO

from agent.own_program import own_program
from model.trouble import Trouble

VARIABLE = "LAYDOWN_WIRE"  # the socket's path, in the environment of the hardened service
PATIENCE = 10.0  # seconds for the process to end


class Spawned:
    """A child: it has the rights of this process, and ends when its pipe closes."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            own_program("-m", "agent.wire"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self.inward: BinaryIO = _there(self._child.stdin)
        self.outward: int = _there(self._child.stdout).fileno()

    def close(self) -> None:
        """End it."""
        for stream in (self._child.stdin, self._child.stdout):
            with contextlib.suppress(OSError):
                _there(stream).close()
        try:
            self._child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


class Reached:
    """A process of its own rights behind a socket: one for each connection, and it ends with it. Trouble where nobody answers."""

    def __init__(self, path: str) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        try:
            self._line.connect(path)
        except OSError as fault:
            self._line.close()
            remedy = f"start laydown-wire.socket and see its rights, or unset {VARIABLE}"
            raise Trouble(path, f"the wire process is not reached ({fault.strerror})", remedy) from None
        self.inward: BinaryIO = self._line.makefile("wb")
        self.outward: int = self._line.fileno()

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(OSError):
            self.inward.close()
        self._line.close()


def way() -> Spawned | Reached:
    """The one that the environment names, or a child."""
    path = os.environ.get(VARIABLE, "")
    return Reached(path) if path else Spawned()


def _there(found: IO[bytes] | None) -> Any:
    assert found is not None  # both are pipes
    return found
