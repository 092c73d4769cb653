"""A real snmpsim on a loopback port for tests, and a relay that counts what reaches it: one file a community or context."""

from __future__ import annotations

import grp
import os
import pwd
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.decode.ber import read_message
from tests.agent.runs import udp_server
from tests.agent.snmpd import AUTH, HELLO, PRIV

RESPONDER = Path(sys.executable).with_name("snmpsim-command-responder")


@contextmanager
def running(folder: Path, files: Mapping[str, str]) -> Iterator[int]:
    """The UDP port of an agent that answers community or context NAME with the records of `files[NAME]`."""
    (folder / "data").mkdir()
    (folder / "cache").mkdir()
    for name, text in files.items():
        rows = sorted(text.split("\n"), key=lambda row: [int(part) for part in row.split("|")[0].split(".") if part])
        (folder / "data" / f"{name}.snmprec").write_text("\n".join(filter(None, rows)) + "\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    # As root it refuses to start without names.
    who = [
        f"--process-user={pwd.getpwuid(os.geteuid()).pw_name}",
        f"--process-group={grp.getgrgid(os.getegid()).gr_name}",
    ]
    keys = [f"--v3-auth-key={AUTH}", "--v3-auth-proto=SHA256", f"--v3-priv-key={PRIV}", "--v3-priv-proto=AES"]
    folders = [f"--data-dir={folder / 'data'}", f"--cache-dir={folder / 'cache'}", *who]
    command = [str(RESPONDER), *folders, "--v3-user=strong", *keys, f"--agent-udpv4-endpoint=127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log:
        agent = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(agent, port, folder)
            yield port
        finally:
            agent.terminate()
            agent.wait(10)


def _wait(agent: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    for _ in range(200):
        assert agent.poll() is None, (folder / "log").read_text()[-500:]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.1)
            sock.connect(("127.0.0.1", port))
            try:
                sock.send(HELLO)
                sock.recv(2_000)
                return
            except OSError:
                time.sleep(0.05)
    raise AssertionError("snmpsim did not answer")


@contextmanager
def counted(port: int) -> Iterator[tuple[int, Counter[bytes]]]:
    """A port that passes datagrams on to the agent at `port`, and how often each community came by (b"" for version 3)."""
    seen: Counter[bytes] = Counter()

    def passed_on(sock: socket.socket, body: bytes, sender: Any) -> None:
        try:
            seen[read_message(body)[1] or b""] += 1
        except ValueError:
            seen[b""] += 1
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.settimeout(1.5)
            out.sendto(body, ("127.0.0.1", port))
            try:
                sock.sendto(out.recv(65_535), sender)
            except TimeoutError:
                return

    with udp_server(passed_on) as front:
        yield front, seen
