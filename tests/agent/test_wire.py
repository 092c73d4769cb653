"""The wire process: what it sends is seen on the cable, what it must not send is refused by the process itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import pytest

from agent.wire import frames, pipe, ranges
from agent.wire.pace import Pace
from agent.wire.sweep import LINK_GONE, PORT_SHUT
from tests.agent.netns import Bench, bench  # noqa: F401

NET = 10 << 24 | 9 << 16
NEEDS = [pytest.mark.needs("root", "ip", "tcpdump"), pytest.mark.namespaces]
SENDER = "10.9.0.1"


class Started:
    """The process in a namespace, spoken to as the program does it."""

    def __init__(self, net: Bench, targets: list[list[int]], exclude: list[list[int]], ceiling: float = 1000.0) -> None:
        self.child = subprocess.Popen(
            net.words("desk", sys.executable, "-m", "agent.wire"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.say(do="hello", targets=targets, exclude=exclude, ceiling=ceiling)
        assert self.hear()[0]["event"] == "ready"

    def say(self, **header: Any) -> None:
        assert self.child.stdin
        pipe.send(self.child.stdin, header)

    def hear(self) -> tuple[dict[str, Any], bytes]:
        assert self.child.stdout
        found = pipe.receive(self.child.stdout)
        assert found is not None
        return found

    def sweep(self, addresses: list[list[int]], rate: float = 500.0, **more: Any) -> tuple[dict[str, Any], list[bytes]]:
        self.say(
            **{"do": "arp", "interface": "eth0", "source": SENDER, "wait": 0.3, "addresses": addresses, "rate": rate}
            | more
        )
        pairs: list[bytes] = []
        while (message := self.hear())[0]["event"] == "heard":
            pairs += [message[1][at : at + 10] for at in range(0, len(message[1]), 10)]
        return message[0], pairs

    def close(self) -> None:
        assert self.child.stdin and self.child.stdout
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait(10)


def _site(net: Bench) -> str:
    mac = net.host("desk", f"{SENDER}/16")
    net.host("peer", "10.9.0.2/16")
    # Every address of 10.9.4.0/24 is the peer's own too, so that it answers for 257.
    net.ip("peer", "route", "add", "local", "10.9.4.0/24", "dev", "lo")
    return mac


class TestOnACable:
    pytestmark = NEEDS

    def test_every_asked_address_is_asked_and_no_other(self, bench: Bench) -> None:  # noqa: F811
        mac = _site(bench)
        seen = bench.capture("desk")
        wire = Started(bench, [[NET, NET + 1535]], [[NET + 3, NET + 9]])
        done, pairs = wire.sweep([[NET + 2, NET + 2], [NET + 1020, NET + 1100]], rate=200.0)
        wire.close()
        asked = Counter(packet.target for packet in seen.packets() if packet.kind == "arp" and packet.mac == mac)
        told = [[NET + 2, NET + 2], [NET + 1020, NET + 1100]]
        assert done["asked"] == told and done["stopped"] == ""
        answered = {pair[:4] for pair in pairs}
        assert answered == {(NET + n).to_bytes(4, "big") for n in (2, *range(1024, 1101))}
        silent = {f"10.9.3.{n}" for n in range(252, 256)}
        assert asked == Counter({_text(n): 2 if _text(n) in silent else 1 for n in ranges.each(ranges.read(told))})

    def test_rate_is_kept_in_every_second(self, bench: Bench) -> None:  # noqa: F811
        mac = _site(bench)
        seen = bench.capture("desk", "arp")
        wire = Started(bench, [[NET, NET + 1535]], [])
        wire.sweep([[NET + 512, NET + 600]], rate=40.0)
        wire.close()
        times = [packet.at for packet in seen.packets() if packet.mac == mac]
        assert len(times) == 178
        assert max(sum(at <= other < at + 1 for other in times) for at in times) <= 41

    @pytest.mark.parametrize(
        ("job", "says"),
        [
            ({"addresses": [[NET + 3, NET + 12]]}, "outside the scope"),
            ({"addresses": [[NET + 4096, NET + 4096]]}, "outside the scope"),
            ({"addresses": [[NET + 2, NET + 2]], "rate": 5000.0}, "frames a second"),
            ({"addresses": [[NET + 2, NET + 2]], "source": "10.9.0.77"}, "no address of eth0"),
            ({"addresses": [[NET + 2, NET + 2]], "interface": "lo", "source": "127.0.0.1"}, "speaks ARP"),
            ({"addresses": [[NET + 9, NET + 2]]}, "low to high"),
            ({"do": "tcp", "addresses": []}, "no job"),
            ({"do": "hello", "targets": [[0, 2**32 - 1]], "exclude": [], "ceiling": 9.0}, "set once"),
        ],
    )
    def test_refuses_by_itself(self, bench: Bench, job: dict[str, Any], says: str) -> None:  # noqa: F811
        _site(bench)
        seen = bench.capture("desk", "arp or udp or tcp")
        wire = Started(bench, [[NET, NET + 255]], [[NET + 3, NET + 9]])
        header, _ = wire.sweep(**({"addresses": []} | job))
        wire.close()
        assert header["event"] == "refused" and says in header["reason"]
        assert seen.packets() == []

    @pytest.mark.parametrize(("change", "reason"), [("link", LINK_GONE), ("arp", PORT_SHUT)])
    def test_stops_when_the_port_is_shut(self, bench: Bench, change: str, reason: str) -> None:  # noqa: F811
        _site(bench)
        wire = Started(bench, [[NET, NET + 65535]], [])
        # Answered at first, then a long empty stretch, in which the port goes.
        wire.say(do="arp", interface="eth0", source=SENDER, wait=0.3, addresses=[[NET + 1200, NET + 9000]], rate=400.0)
        assert wire.hear()[0]["event"] == "heard"
        time.sleep(0.3)
        if change == "link":
            bench.ip("switch", "link", "set", "pdesk", "down")
        else:
            bench.run("peer", "sysctl", "-q", "net.ipv4.conf.all.arp_ignore=8")
        while (header := wire.hear()[0])["event"] == "heard":
            pass
        wire.close()
        assert header["stopped"] == reason
        assert 0 < ranges.size([tuple(pair) for pair in header["asked"]]) < 3000

    def test_empty_stretch_is_no_shut_port(self, bench: Bench) -> None:  # noqa: F811
        _site(bench)
        wire = Started(bench, [[NET, NET + 65535]], [])
        done, pairs = wire.sweep([[NET + 1200, NET + 2600]], rate=600.0, retries=0)
        wire.close()
        assert done["stopped"] == "" and len(pairs) == 80

    def test_ends_with_its_program(self, bench: Bench) -> None:  # noqa: F811
        mac = _site(bench)
        seen = bench.capture("desk", "arp")
        wire = Started(bench, [[NET, NET + 65535]], [])
        wire.say(do="arp", interface="eth0", source=SENDER, wait=0.3, addresses=[[NET + 2000, NET + 60000]], rate=500.0)
        time.sleep(0.8)
        wire.close()
        closed = time.time()
        time.sleep(0.3)
        late = [packet for packet in seen.packets() if packet.mac == mac and packet.at > closed]
        assert wire.child.returncode is not None and late == []


def _text(number: int) -> str:
    return ".".join(map(str, number.to_bytes(4, "big")))


class TestPure:
    @pytest.mark.parametrize("rate", [1.0, 10.0, 50.0, 1000.0, 100_000.0])
    def test_pace_never_passes_its_rate(self, rate: float) -> None:
        pace, sent, now = Pace(rate, 0.0), [], 0.0
        while now < 3.0:
            sent += [now] * pace.due(now)
            now += 0.0031
        late = [now for now in sent if 1.0 <= now < 2.0]
        assert min(rate, 256 / 0.0031) * 0.9 <= len(late) <= rate * 1.02 + 1

    def test_frame_is_an_arp_question(self) -> None:
        frame = frames.arp("02:00:00:00:00:01", "10.0.0.1")
        assert frame.template.hex() == (
            "ffffffffffff020000000001080600010800060400010200000000010a00000100000000000000000000"
        )
        assert frame.template[frame.patch :] == bytes(4)

    @pytest.mark.parametrize("cut", range(43))
    def test_reply_is_read_whole_or_not_at_all(self, cut: int) -> None:
        reply = bytes.fromhex("0200000000010200000000020806000108000604000202000000000a0a0000020200000000010a000001")
        assert frames.reply_of(reply[:cut]) == ((0x0A000002, bytes.fromhex("02000000000a")) if cut >= 42 else None)
        assert frames.reply_of(reply[:21] + b"\x01" + reply[22:]) is None  # a question

    @pytest.mark.parametrize(
        "told", [None, [1], [[1]], [[2, 1]], [[0, 2**32]], [[-1, 3]], [["1", "2"]], [[True, True]], {"a": 1}]
    )
    def test_ranges_of_strangers(self, told: Any) -> None:
        with pytest.raises(ValueError):
            ranges.read(told)

    def test_ranges_minus(self) -> None:
        assert ranges.minus([(1, 10), (20, 30)], [(3, 4), (9, 22)]) == [(1, 2), (5, 8), (23, 30)]
        assert ranges.joined([(5, 9), (1, 4), (20, 21), (2, 3)]) == [(1, 9), (20, 21)]
        assert [n for n in range(12) if ranges.holds([(1, 2), (5, 8)], n)] == [1, 2, 5, 6, 7, 8]

    def test_loads_scapy_the_standard_library_and_itself_only(self) -> None:
        """The licence of scapy is why this process exists."""
        code = (
            "import sys, json, agent.wire.__main__ as process; from agent.wire import frames; process._alone();"
            "frames.arp('02:00:00:00:00:01', '10.0.0.1'); loaded = [m for m in sys.modules if sys.modules[m]];"
            "print(json.dumps(sorted({m.partition('.')[0] for m in loaded} - set(sys.stdlib_module_names))));"
            "print(json.dumps(sorted(m for m in loaded if m.startswith('agent'))))"
        )
        out = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
        ).stdout
        rooms, ours = (json.loads(line) for line in out.splitlines())
        assert set(rooms) - {"_distutils_hack", "__main__", "sitecustomize"} == {
            "scapy",
            "agent",
        }  # Debian has the last
        assert all(name in ("agent", "agent.wire") or name.startswith("agent.wire.") for name in ours)
