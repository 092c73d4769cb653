"""A bench of network namespaces: hosts on one bridge, and a capture of its own. Always taken down again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

_numbers = count()
QUIET, LONG = 2.5, 30.0  # seconds without a word after which a link is settled, and in which it must be


class Packet(NamedTuple):
    """One captured frame. `kind`: `arp`, `ip6`, `tcp`, `udp`, `icmp`, `other`; for ARP `port` is the operation."""

    at: float
    mac: str
    kind: str
    source: str
    target: str
    port: int
    payload: bytes


class Bench:
    """`host("a", "10.9.0.1/24")` makes a namespace on the bridge; `run` and `start` work in it, `capture` at its port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mark = f"ld{os.getpid()}x{next(_numbers)}"
        self._spaces: list[str] = []
        self._folders: list[Path] = []
        self._children: list[subprocess.Popen[bytes]] = []
        self._room("switch")
        self.ip("switch", "link", "add", "br0", "type", "bridge")
        self.ip("switch", "link", "set", "br0", "up")

    def _room(self, name: str) -> None:
        subprocess.run(["ip", "netns", "add", self.space(name)], check=True)
        self._spaces.append(name)
        self.ip(name, "link", "set", "lo", "up")

    def space(self, name: str) -> str:
        """The namespace's name on this machine."""
        return f"{self._mark}{name}"

    def ip(self, name: str, *words: str) -> None:
        """`ip WORDS` in the namespace; it must succeed."""
        subprocess.run(["ip", "-n", self.space(name), *words], check=True, capture_output=True)

    def host(self, name: str, *addresses: str, mac: str = "", gateway: str = "") -> str:
        """A namespace with `eth0` on the bridge; its MAC."""
        self._room(name)
        port = f"p{name}"
        chosen = mac or f"02:00:5e:10:{len(self._spaces):02x}:{next(_numbers) & 255:02x}"
        self.ip("switch", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", self.space(name))
        self.ip("switch", "link", "set", port, "master", "br0", "up")
        self.ip(name, "link", "set", "eth0", "address", chosen, "up")
        for address in addresses:
            self.ip(name, "addr", "add", address, "dev", "eth0", "nodad")
        if gateway:
            self.ip(name, "route", "add", "default", "via", gateway)
        return chosen

    def words(self, name: str, *command: str) -> list[str]:
        """The command as it must be called to run in the namespace."""
        return ["ip", "netns", "exec", self.space(name), *command]

    def run(self, name: str, *command: str, wait: float = 60) -> subprocess.CompletedProcess[bytes]:
        """The command's outcome."""
        return subprocess.run(self.words(name, *command), capture_output=True, timeout=wait)

    def start(self, name: str, *command: str, **kept: object) -> subprocess.Popen[bytes]:
        """A command that runs until the bench is taken down."""
        kept.setdefault("stdout", subprocess.DEVNULL)
        kept.setdefault("stderr", subprocess.DEVNULL)
        child = subprocess.Popen(self.words(name, *command), start_new_session=True, **kept)  # type: ignore[call-overload]
        self._children.append(child)
        return child  # type: ignore[no-any-return]

    def open_folder(self) -> Path:
        """A folder that any user may look into, removed with the bench."""
        made = Path(tempfile.mkdtemp(prefix="laydown-bench-"))
        made.chmod(0o755)
        self._folders.append(made)
        return made

    def capture(self, name: str, filter_: str = "") -> Capture:
        """Everything at the switch's end of the host's cable, from now on."""
        return Capture(self, f"p{name}", filter_)

    def addressed(self, *names: str) -> None:
        """Wait until each has a link-local address that it may send from: it is looked for doubles of it first."""
        until = time.monotonic() + LONG
        for name in names:
            while b"tentative" in (said := self._shown(name)) or b"fe80" not in said:
                assert time.monotonic() < until, f"{name}: no link-local address after {LONG} seconds"
                time.sleep(0.1)

    def _shown(self, name: str) -> bytes:
        return self.run(name, "ip", "-6", "addr", "show", "dev", "eth0").stdout

    def settled(self, *names: str) -> None:
        """Wait until the kernels of these hosts have said all that a new link makes them say: they look for doubles of their
        addresses and report their groups, some of it again within a second or two, later on a busy machine."""
        cables = [self.capture(name, "ether multicast and ip6") for name in names]
        last, sizes, until = time.monotonic(), [-1], time.monotonic() + LONG
        while time.monotonic() - last < QUIET:
            assert time.monotonic() < until, f"{names}: still talking after {LONG} seconds"
            time.sleep(0.1)
            before, sizes = sizes, [cable.path.stat().st_size for cable in cables]
            last = last if sizes == before else time.monotonic()
        for cable in cables:
            cable.packets()

    def close(self) -> None:
        """End what was started, remove what was made."""
        for child in self._children:
            if child.poll() is None:
                # `ip netns exec` becomes the command itself, so its group is the command's.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        for name in self._spaces:
            subprocess.run(["ip", "netns", "del", self.space(name)], capture_output=True)


class Capture:
    """A tcpdump of its own. `packets()` ends it."""

    def __init__(self, bench: Bench, port: str, filter_: str) -> None:
        self.path = bench.folder / f"{port}-{next(_numbers)}.pcap"
        command = [
            shutil.which("tcpdump") or "/usr/bin/tcpdump",
            "-i",
            port,
            "-w",
            str(self.path),
            "-U",
            "-s",
            "1600",
            "-n",
        ]
        # Without it the last second of packets is lost when tcpdump ends.
        command.append("--immediate-mode")
        self._child = bench.start("switch", *command, *filter_.split(), stderr=subprocess.PIPE)
        assert self._child.stderr is not None
        self._child.stderr.readline()  # `listening on ...`: nothing is missed from here on

    def packets(self) -> list[Packet]:
        """What was seen, in order."""
        time.sleep(0.3)
        self._child.send_signal(signal.SIGINT)
        self._child.wait(10)
        return list(_packets(self.path.read_bytes()))


def _packets(data: bytes) -> Iterator[Packet]:
    at = 24
    while at + 16 <= len(data):
        seconds, micro, size = (int.from_bytes(data[at + n : at + n + 4], "little") for n in (0, 4, 8))
        yield _packet(seconds + micro / 1e6, data[at + 16 : at + 16 + size])
        at += 16 + size


def _dotted(raw: bytes) -> str:
    return ".".join(map(str, raw))


def _packet(at: float, frame: bytes) -> Packet:
    mac, kind = frame[6:12].hex(":"), frame[12:14]
    if kind == b"\x08\x06":
        return Packet(at, mac, "arp", _dotted(frame[28:32]), _dotted(frame[38:42]), frame[21], b"")
    if kind != b"\x08\x00":
        return Packet(at, mac, "ip6" if kind == b"\x86\xdd" else "other", "", "", 0, b"")
    start = 14 + (frame[14] & 15) * 4
    name = {6: "tcp", 17: "udp", 1: "icmp"}.get(frame[23], "other")
    port = int.from_bytes(frame[start + 2 : start + 4], "big") if name in ("tcp", "udp") else 0
    return Packet(at, mac, name, _dotted(frame[26:30]), _dotted(frame[30:34]), port, frame[start:])


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """An empty bench."""
    made = Bench(tmp_path)
    try:
        yield made
    finally:
        made.close()
