"""`laydown listen` on a cable: what is heard, what never reaches the process, that nothing leaves, and how it ends."""

from __future__ import annotations

import json
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from agent.decode.pcap import MEDIA, packets
from agent.listen.order import seconds
from agent.readers import readers
from agent.spool import read
from model.evidence import Evidence
from model.run import End, Ledger, Start, event_of
from model.trouble import UsageTrouble
from tests.agent.cli import clear, report, run
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.peers import lldpd, wait_for
from tests.agent.test_frames_hostile import NEAR, at, octets

CABLE = [pytest.mark.needs("root", "ip", "tcpdump"), pytest.mark.namespaces]
START = "from agent.command import main\nmain()"


class Ear:
    """`laydown listen` at work in the namespace `desk`."""

    def __init__(self, net: Bench, folder: Path, *words: str) -> None:
        self.folder = folder
        before = _open(net)
        command = [sys.executable, "-c", START, "listen", "-i", "eth0", "-o", str(folder), *words]
        self._child = net.start("desk", *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert self._child.stderr
        for line in self._child.stderr:
            if b"listening on" in line:
                break
        wait_for(lambda: _open(net) > before, "the wire process's socket")

    def end(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        """(exit code, standard output, the rest of standard error) after a signal, 0 for none."""
        if number:
            self._child.send_signal(number)
        out, err = self._child.communicate(timeout=60)
        return self._child.returncode, out.decode(), err.decode()


def _open(net: Bench) -> int:
    """Packet sockets in the namespace `desk` that receive everything from one interface."""
    rows = [line.split() for line in net.run("desk", "cat", "/proc/net/packet").stdout.decode().splitlines()[1:]]
    return sum(row[3] == "0003" and row[4] != "0" and row[5] == "1" for row in rows)


def kept(folder: Path) -> list[Evidence]:
    return [one for one in read(folder) if one.observation.probe == "listen"]


def frames(folder: Path) -> list[bytes]:
    """Every frame that was kept, in order."""
    return [packet.data for one in kept(folder) for packet in packets(one.body or b"")]


def ledger(folder: Path) -> list[Ledger]:
    events = [event_of(one) for one in read(folder) if one.observation.probe == "run"]
    assert isinstance(events[0], Start) and isinstance(events[-1], End)
    return [event for event in events if isinstance(event, Ledger)]


SEND = """
import socket, sys, time
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
link.bind(("eth0", 0))
for line in sys.stdin:
    link.send(bytes.fromhex(line.strip()))
"""


def send(net: Bench, name: str, *sent: bytes) -> None:
    """Put these frames on the cable of `name`."""
    text = "\n".join(frame.hex() for frame in sent)
    words = net.words(name, sys.executable, "-c", SEND)
    subprocess.run(words, input=text, text=True, check=True, timeout=30)


def arp(mac: str, number: int) -> bytes:
    """An announcement: `mac` has 10.9.8.`number`."""
    own, address = bytes.fromhex(mac.replace(":", "")), bytes([10, 9, 8, number])
    body = struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + own + address + bytes(6) + address
    return b"\xff" * 6 + own + b"\x08\x06" + body


def to(mac: str, frame: bytes) -> bytes:
    """The same frame to another."""
    return bytes.fromhex(mac) + frame[6:]


def tagged(frame: bytes) -> bytes:
    """The same frame in VLAN 10; of no frame the tag alone."""
    return frame[:12] + b"\x81\0\0\x0a" + frame[12:]


def ipsc(payload: bytes, ports: tuple[int, int] = (50000, 50000)) -> bytes:
    """A datagram between two stations."""
    above = struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload
    ends = bytes([10, 9, 8, 9, 10, 9, 8, 3])
    head = struct.pack(">BBHHHBB", 0x45, 0, 20 + len(above), 0, 0, 64, 17)
    total = sum(struct.unpack(">9H", head + ends))
    head += struct.pack(">H", ~(total + (total >> 16)) & 0xFFFF)  # bridges may look at it
    return bytes.fromhex("001b17000063001b17000009") + b"\x08\0" + head + ends + above


def dhcp6(payload: bytes) -> bytes:
    """A client's question to all servers and relays of its link."""
    above = struct.pack(">HHHH", 546, 547, 8 + len(payload), 0) + payload
    head = struct.pack(">IHBB", 6 << 28, len(above), 17, 1)
    ends = bytes.fromhex("fe80" + "00" * 13 + "05" + "ff02" + "00" * 11 + "010002")
    return bytes.fromhex("333300010002" + "001b17000005" + "86dd") + head + ends + above


TALK = """
import socket, sys, threading
server = socket.create_server(("10.9.8.2", 80))
def answer():
    peer, _ = server.accept()
    peer.recv(4000)
    peer.sendall(b"HTTP/1.0 200 OK\\r\\nSet-Cookie: PLANTED-COOKIE\\r\\n\\r\\nPLANTED-PAGE")
    peer.close()
threading.Thread(target=answer, daemon=True).start()
sys.stdin.read()
"""
# What a user does: a page, a name, a TLS hello, a chat over UDP from an unlucky ephemeral port.
BROWSE = """
import socket
page = socket.create_connection(("10.9.8.2", 80), 5)
page.sendall(b"GET /PLANTED-PATH HTTP/1.0\\r\\nAuthorization: PLANTED-LOGIN\\r\\n\\r\\n")
while page.recv(4000): pass
names = (53, 0, b"PLANTED-NAME"), (53, 5353, b"PLANTED-DNS")
for port, own, what in (*names, (443, 37020, b"PLANTED-QUIC"), (51820, 37810, b"PLANTED-VPN")):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        if own: one.bind(("", own))
        one.sendto(what, ("10.9.8.2", port))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    one.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    one.sendto(b"PLANTED-CAST", ("10.9.8.255", 9999))
"""


class TestOnACable:
    pytestmark = CABLE

    def test_hears_what_is_listed_and_nothing_of_users(self, bench: Bench, tmp_path: Path) -> None:  # noqa: F811
        _users(bench)
        seen = bench.capture("desk")
        # The cable of `desk` sees everything, as a mirror port does: the bridge floods when it learns nothing.
        ear = Ear(bench, tmp_path / "out", "--promiscuous", "--json")
        bench.start("two", sys.executable, "-c", TALK, stdin=subprocess.PIPE)
        wait_for(lambda: b":0050 00000000:0000 0A" in bench.run("two", "cat", "/proc/net/tcp").stdout, "the server")
        done = bench.run("one", sys.executable, "-c", BROWSE)
        assert done.returncode == 0, done.stderr
        send(bench, "one", arp("00:1b:17:00:00:07", 7))
        time.sleep(0.6)
        code, out, _ = ear.end()
        captured = seen.packets()
        cable = b"".join(packet.payload for packet in captured)
        planted = (
            b"PLANTED-PATH",
            b"PLANTED-COOKIE",
            b"PLANTED-NAME",
            b"PLANTED-QUIC",
            b"PLANTED-DNS",
            b"PLANTED-CAST",
        )
        for what in (*planted, b"PLANTED-VPN"):
            assert what in cable, f"{what!r} did not pass the cable: the test looks at nothing"
        everything = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
        pages = b"".join(frames(tmp_path / "out"))
        assert b"PLANTED" not in everything and b"PLANTED" not in pages
        assert arp("00:1b:17:00:00:07", 7) in frames(tmp_path / "out")
        assert code in (0, 4) and json.loads(out)["stopped"] == ""
        others = [one for one in frames(tmp_path / "out") if one[12:14] not in (b"\x08\x06", b"\x86\xdd")]
        assert all(one[12:14] == b"\x08\x00" and one[23] == 2 for one in others), (
            others
        )  # a bridge reports groups by IGMP

    def test_what_the_lab_does_not_speak_is_heard_too(self, bench: Bench, tmp_path: Path) -> None:  # noqa: F811
        """EDP, FDP, DHCPv6 and IPSC on a real cable, to the addresses that their speakers use, plain and in a VLAN."""
        bench.host("desk")
        bench.host("peer", "10.9.8.3/24")
        ear = Ear(bench, tmp_path / "out", "--promiscuous")
        sent = {
            "edp.display_name": to("00e02b000000", at("snap/00e02b:00bb", octets(NEAR["snap/00e02b:00bb"]))),
            "fdp.device_id": to("01e052cccccc", at("snap/00e052:2000", octets(NEAR["snap/00e052:2000"]))),
            "dhcp.duid": dhcp6(octets(NEAR["udp/546"])),
            "hytera.ipsc": ipsc(b"P2P" + bytes(17) + b"\x10" + bytes(4)),
        }
        users = ipsc(b"PLANTED", (50000, 40000))  # one port alone may be a user's program
        send(bench, "peer", *sent.values(), users, to("01e052cccccd", tagged(sent["fdp.device_id"])))
        time.sleep(0.6)
        ear.end()
        heard = frames(tmp_path / "out")
        assert set(sent.values()) <= set(heard) and users not in heard
        found = {fact.key for fact in readers()["listen"](kept(tmp_path / "out"))}
        assert set(sent) <= found, sorted(set(sent) - found)
        assert any(tagged(b"")[:4] in frame[12:16] for frame in heard), "the one in a VLAN was lost"

    def test_nothing_leaves(self, bench: Bench, tmp_path: Path) -> None:  # noqa: F811
        mac = bench.host("desk")
        bench.host("peer", "10.9.8.3/24")
        bench.run("desk", "sysctl", "-q", "net.ipv6.conf.eth0.disable_ipv6=1")
        time.sleep(0.3)
        seen = bench.capture("desk")
        ear = Ear(bench, tmp_path / "out", "--promiscuous", "--for", "3")
        send(bench, "peer", arp("02:00:00:00:00:01", 1))
        _, _, _ = ear.end(0)
        sent = [packet for packet in seen.packets() if packet.mac == mac]
        assert sent == [], "joining groups on a packet socket sends no IGMP or MLD, and listening sends nothing at all"
        assert len(frames(tmp_path / "out")) >= 1

    def test_a_repeated_frame_is_counted(self, bench: Bench, tmp_path: Path) -> None:  # noqa: F811
        _quiet(bench)
        ear = Ear(bench, tmp_path / "out", "--for", "4")
        one, other = arp("02:00:00:00:00:01", 1), arp("02:00:00:00:00:01", 2)
        send(bench, "peer", *[one] * 40, other, *[one] * 5)
        ear.end(0)
        mine = [frame for frame in frames(tmp_path / "out") if frame[6:12] == bytes.fromhex("020000000001")]
        assert mine == [one, other]
        (row,) = [row for row in ledger(tmp_path / "out") if row.status == "done"]
        assert row.scope == "eth0" and row.asked == row.answered == ("eth0",)
        assert "44 repeated" in row.reason and "0 lost" in row.reason

    def test_pages_are_packet_files_with_the_frames_times(self, bench: Bench, tmp_path: Path) -> None:  # noqa: F811
        _quiet(bench)
        ear = Ear(bench, tmp_path / "out", "--for", "3")
        before = time.time_ns()
        send(bench, "peer", arp("02:00:00:00:00:01", 1))
        after = time.time_ns()
        ear.end(0)
        (one,) = [one for one in kept(tmp_path / "out") if b"\x0a\x09\x08\x01" in (one.body or b"")]
        assert one.observation.answer is not None and one.observation.answer.media == MEDIA
        (packet,) = [packet for packet in packets(one.body or b"") if packet.data == arp("02:00:00:00:00:01", 1)]
        assert before <= packet.at <= after
        path = tmp_path / "page.pcap"
        path.write_bytes(one.body or b"")
        told = subprocess.run(["tcpdump", "-nr", path], capture_output=True, text=True, timeout=20)
        assert "10.9.8.1" in told.stdout, told.stderr

    def test_is_on_disk_within_seconds(self, bench: Bench, tmp_path: Path) -> None:  # noqa: F811
        """`kill -9` takes the last word, not what was heard."""
        _quiet(bench)
        ear = Ear(bench, tmp_path / "out")
        send(bench, "peer", arp("02:00:00:00:00:01", 1))
        wait_for(lambda: arp("02:00:00:00:00:01", 1) in frames(tmp_path / "out"), "what is on disk")
        ear.end(signal.SIGKILL)
        assert arp("02:00:00:00:00:01", 1) in frames(tmp_path / "out")
        assert run("assess", tmp_path / "out", "-o", tmp_path / "again").code == 4
        rows = report(tmp_path / "again")["coverage"]
        assert {row["status"] for row in rows} == {"incomplete"} and "run" in {row["probe"] for row in rows}

    def test_a_tag_that_the_kernel_took_out_is_put_back(self, bench: Bench, tmp_path: Path) -> None:  # noqa: F811
        _quiet(bench)
        ear = Ear(bench, tmp_path / "out", "--for", "3")
        plain = arp("02:00:00:00:00:01", 1)
        once = plain[:12] + b"\x81\x00\x00\x2a" + plain[12:]
        twice = plain[:12] + b"\x88\xa8\x00\x07\x81\x00\x00\x2a" + plain[12:]
        send(bench, "peer", once, twice)
        ear.end(0)
        assert {once, twice} <= set(frames(tmp_path / "out"))

    @pytest.mark.parametrize(("number", "for_"), [(signal.SIGTERM, ""), (signal.SIGINT, "1h")])
    def test_a_signal_ends_it_with_a_report(
        self,
        bench: Bench,  # noqa: F811
        tmp_path: Path,
        number: int,
        for_: str,
    ) -> None:
        _quiet(bench)
        ear = Ear(bench, tmp_path / "out", *(["--for", for_] if for_ else []), "--json")
        send(bench, "peer", arp("02:00:00:00:00:01", 1))
        _, out, _ = ear.end(number)  # at once: what is on its way still arrives
        told = json.loads(out)
        assert told["stopped"] == ("interrupted by the user" if for_ else "")
        assert arp("02:00:00:00:00:01", 1) in frames(tmp_path / "out")
        assert ledger(tmp_path / "out")[-1].status == ("incomplete" if for_ else "done")

    def test_a_link_that_goes_down_and_comes_back_is_listened_to_on(self, bench: Bench, tmp_path: Path) -> None:  # noqa: F811
        _quiet(bench)
        ear = Ear(bench, tmp_path / "out", "--for", "5")
        bench.ip("desk", "link", "set", "eth0", "down")
        time.sleep(0.4)
        bench.ip("desk", "link", "set", "eth0", "up")
        time.sleep(0.6)
        send(bench, "peer", arp("02:00:00:00:00:01", 1))
        ear.end(0)
        assert arp("02:00:00:00:00:01", 1) in frames(tmp_path / "out")

    def test_an_interface_that_goes_away_ends_it(self, bench: Bench, tmp_path: Path) -> None:  # noqa: F811
        _quiet(bench)
        ear = Ear(bench, tmp_path / "out", "--json")
        bench.ip("desk", "link", "del", "eth0")
        code, out, _ = ear.end(0)
        assert code == 4 and json.loads(out)["stopped"] == "eth0: the interface is gone"

    def test_without_the_right_it_says_how_to_get_it(self, bench: Bench, tmp_path: Path) -> None:  # noqa: F811
        bench.host("desk")
        drop = ("setpriv", "--inh-caps=-net_raw", "--bounding-set=-net_raw")
        wrap = tuple(bench.words("desk", *drop))
        told = run("listen", "-i", "eth0", "-o", tmp_path / "out", "--for", "1", wrap=wrap)
        assert told.code == 1
        clear(told, "CAP_NET_RAW", "setpriv", "laydown listen")
        assert not (tmp_path / "out").exists()

    @pytest.mark.needs("lldpd", "lldpcli")
    def test_lldpd_is_a_device_and_its_capture_says_the_same(
        self,
        bench: Bench,  # noqa: F811
        tmp_path: Path,
        command: Any,
    ) -> None:
        bench.host("desk")
        mac = bench.host("sw", "10.9.8.5/24")
        # A bridge keeps LLDP's address to itself unless told: this one stands for a plain cable.
        bench.ip("switch", "link", "set", "br0", "type", "bridge", "group_fwd_mask", "16384")
        path = tmp_path / "same.pcap"
        dump = bench.start(
            "desk",
            "tcpdump",
            "-i",
            "eth0",
            "-Q",
            "in",
            "-w",
            str(path),
            "-U",
            "--immediate-mode",
            stderr=subprocess.PIPE,
        )
        assert dump.stderr
        dump.stderr.readline()
        ear = Ear(bench, tmp_path / "out", "--for", "7")
        lldpd(bench, command, "sw", cdp=True)
        ear.end(0)
        dump.send_signal(signal.SIGINT)
        dump.wait(10)
        heard = [one for one in report(tmp_path / "out")["findings"] if mac in one["macs"]]
        assert len(heard) == 1 and "bench-sw" in heard[0]["names"]
        told = run("import", path, "-o", tmp_path / "imported")
        assert told.code in (0, 4), told.err
        (again,) = [one for one in report(tmp_path / "imported")["findings"] if mac in one["macs"]]
        for key in ("outcome", "maker", "addresses", "macs", "names"):
            assert again[key] == heard[0][key]
        assert _facts(tmp_path / "imported") == _facts(tmp_path / "out")
        kinds = {frame[12:22] for frame in frames(tmp_path / "out")}
        assert any(kind.startswith(b"\x88\xcc") for kind in kinds), "LLDP"
        assert any(kind[2:] == bytes.fromhex("aaaa0300000c2000") for kind in kinds), "CDP"


def _facts(folder: Path) -> set[tuple[str, str, str]]:
    held = [one for one in read(folder) if one.observation.probe in ("listen", "pcap")]
    found = {(fact.about, fact.key, fact.value) for one in held for fact in readers()[one.observation.probe]([one])}
    # The bridge's own chatter may fall between the two beginnings; lldpd began after both.
    found = {fact for fact in found if fact[1].startswith(("lldp.", "cdp."))}
    assert {key[:4] for _, key, _ in found} == {"lldp", "cdp."}
    return found


def _users(net: Bench) -> None:
    net.host("desk")
    net.host("one", "10.9.8.1/24")
    net.host("two", "10.9.8.2/24")
    # A bridge that forgets at once floods everything: the desk's cable carries other people's traffic.
    net.ip("switch", "link", "set", "br0", "type", "bridge", "ageing_time", "0")


def _quiet(net: Bench) -> None:
    net.host("desk")
    net.host("peer", "10.9.8.3/24")
    for name in ("switch", "peer"):  # no router solicitations of theirs between our frames
        net.run(name, "sysctl", "-q", "net.ipv6.conf.all.disable_ipv6=1")


class TestWords:
    @pytest.mark.parametrize(
        ("text", "wanted"), [("", 0), ("90", 90), ("90s", 90), ("10m", 600), ("1h30m", 5400), ("2d1s", 172801)]
    )
    def test_spans(self, text: str, wanted: int) -> None:
        assert seconds(text) == wanted

    @pytest.mark.parametrize("text", ["0", "0s", "-1", "1.5h", "s", "m10", "10 m", "9999999999", "1h1h"])
    def test_no_spans(self, text: str) -> None:
        with pytest.raises(UsageTrouble, match="--for"):
            seconds(text)

    @pytest.mark.parametrize("name", ["nosuch0", "lo"])
    def test_an_interface_that_is_none(self, name: str, tmp_path: Path) -> None:
        told = run("listen", "-i", name, "-o", tmp_path / "out")
        assert told.code == 2
        clear(told, name, "choose one of")
