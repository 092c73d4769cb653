"""A real Debian snmpd on a high loopback port for tests: started with its own configuration, ended by its pid."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.decode.ber import write_pdu
from agent.snmp import usm

COMMUNITY, AUTH, PRIV = "planted-community-7d1", "planted-auth-pass-3c9", "planted-priv-pass-e42"
HELLO = usm.write(usm.Door(b""), 1, b"", write_pdu("get", 1, ()))
CONFIG = f"""
rocommunity {COMMUNITY} 127.0.0.1
createUser strong SHA-256 "{AUTH}" AES-256 "{PRIV}"
createUser stretched SHA "{AUTH}" AES-256 "{PRIV}"
createUser stretched192 SHA "{AUTH}" AES-192 "{PRIV}"
createUser old MD5 "{AUTH}" DES "{PRIV}"
createUser signed SHA-512 "{AUTH}"
rouser strong priv
rouser stretched priv
rouser stretched192 priv
rouser old priv
rouser signed auth
sysDescr an agent of the test suite
sysObjectID 1.3.6.1.4.1.99999.1
"""


@contextmanager
def running(binary: str, folder: Path) -> Iterator[int]:
    """The UDP port of an snmpd that lives until the block ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    (folder / "snmpd.conf").write_text(f"agentAddress udp:127.0.0.1:{port}\n{CONFIG}")
    command = [binary, "-f", "-C", "-c", str(folder / "snmpd.conf"), "-Lf", str(folder / "log"), "-I", "-diskio"]
    agent = subprocess.Popen(command, env={"SNMP_PERSISTENT_DIR": str(folder), "PATH": "/usr/bin:/bin"})
    try:
        _wait(agent, port)
        yield port
    finally:
        agent.terminate()
        agent.wait(10)


def _wait(agent: subprocess.Popen[bytes], port: int) -> None:
    """Until it answers an SNMPv3 discovery (RFC 3414 section 4)."""
    for _ in range(100):
        assert agent.poll() is None, "snmpd ended at once"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.1)
            sock.connect(("127.0.0.1", port))
            try:
                sock.send(HELLO)
                sock.recv(2_000)
                return
            except OSError:
                time.sleep(0.05)
    raise AssertionError("snmpd did not answer")
