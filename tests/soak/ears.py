"""A `laydown listen` on a cable while the same frames are replayed to it again and again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from agent.spool import FILE
from tests.agent.netns import Bench
from tests.faults.checks import Verdicts, verdicts
from tests.faults.ground import START
from tests.soak.measure import Size, size

# ARP announcements of two stations and one LLDP frame, at 200 frames a second.
REPLAY = """
import socket, sys, time
def arp(n):
    mac, ip = bytes((0, 0x40, 0x8c, 0x11, 0x22, n)), bytes((10, 9, 0, n))
    return b"\\xff" * 6 + mac + bytes.fromhex("08060001080006040001") + mac + ip + bytes(6) + ip
mac = bytes.fromhex("001bd4000001")
def tlv(kind, value): return (kind << 9 | len(value)).to_bytes(2, "big") + value
lldp = bytes.fromhex("0180c200000e") + mac + b"\\x88\\xcc" + tlv(1, b"\\x04" + mac) + tlv(2, b"\\x051")
lldp += tlv(3, b"\\0\\x78") + tlv(5, b"soak-switch") + tlv(0, b"")
line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
line.bind(("eth0", 0))
while True:
    for frame in (arp(7), arp(8), lldp):
        line.send(frame)
        time.sleep(0.005)
"""


class Heard:
    """`program`, `wire`: their sizes, measured one after another; `disk` bytes of evidence; `found` its verdicts."""

    def __init__(self) -> None:
        self.program: list[Size] = []
        self.wire: list[Size] = []
        self.disk = 0
        self.code = -1
        self.found: Verdicts = set()


def listened(folder: Path, seconds: float, pause: float) -> Heard:
    """Listen for `seconds`, measuring every `pause` of them."""
    made = Heard()
    with tempfile.TemporaryDirectory() as room:
        net = Bench(Path(room))
        try:
            net.host("desk", "10.9.0.1/24")
            net.host("peer", "10.9.0.2/24")
            words = net.words("desk", sys.executable, "-c", START, "listen", "-i", "eth0", "-o", str(folder))
            child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            net.start("peer", sys.executable, "-c", REPLAY)
            time.sleep(3)  # all is imported, and the first page is written
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                made.program.append(size(child.pid))
                made.wire += [size(pid) for pid in _children(child.pid)]
                time.sleep(pause)
            child.send_signal(signal.SIGINT)
            made.code = child.wait(60)
        finally:
            net.close()
    made.disk = (folder / FILE).stat().st_size
    made.found = verdicts(folder)
    return made


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def possible() -> bool:
    """Whether namespaces can be made here."""
    return os.geteuid() == 0
