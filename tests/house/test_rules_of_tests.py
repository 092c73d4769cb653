"""The rules of conftest hold: the shut network, skips with a reason, and skips that CI does not forgive."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import guard

ROOT = Path(__file__).resolve().parents[2]

# TEST-NET-1: even a broken guard would reach nobody.
ELSEWHERE = ("192.0.2.1", 9)


def test_loopback_is_reachable() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


@pytest.mark.parametrize("call", ["connect", "connect_ex", "sendto", "sendmsg"])
def test_nothing_else_is(call: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, pytest.raises(guard.ReachedOut):
        if call == "sendto":
            sock.sendto(b"x", ELSEWHERE)
        elif call == "sendmsg":
            sock.sendmsg([b"x"], [], 0, ELSEWHERE)
        else:
            getattr(sock, call)(ELSEWHERE)


@pytest.mark.parametrize("host", ["::ffff:192.0.2.1", "2001:db8::1", "device.example"])
def test_nor_by_another_spelling(host: str) -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock, pytest.raises(guard.ReachedOut):
        sock.sendto(b"x", (host, 9))


def test_no_name_is_looked_up() -> None:
    with pytest.raises(guard.ReachedOut):
        socket.getaddrinfo("device.example", 80)


RULES = """
from pathlib import Path
from tests import conftest
from tests.conftest import *

conftest.SHARED = Path("absent")
"""

SKIPPING = """
import pytest

@pytest.mark.needs("no-such-command-anywhere")
def test_needs(): pass

def test_by_hand(): pytest.skip("by hand")

@pytest.mark.shared
def test_shared(): pass
"""


@pytest.mark.parametrize(("require", "closing"), [("0", "3 skipped"), ("1", "1 failed, 1 skipped, 1 error")])
def test_skips_fail_where_everything_is_required(tmp_path: Path, require: str, closing: str) -> None:
    (tmp_path / "conftest.py").write_text(RULES)
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    quiet = ["-q", "-rs", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(tmp_path)]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *quiet, str(tmp_path)],
        env={**os.environ, "LAYDOWN_REQUIRE_ALL": require, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert closing in run.stdout, run.stdout + run.stderr
    assert "needs no-such-command-anywhere" in run.stdout
