"""Asking all nodes of a link: one frame, once a minute, and whoever answers is told apart from whoever only sends."""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import sys
from typing import Any

import pytest

from agent.wire import ear, heard, nodes
from agent.wire.heard import Heard
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.test_wire import NEEDS, Started

OWN = bytes.fromhex("fe800000000000000000000000000001")
MAC = bytes.fromhex("020000000001")
TABLE = """\
fe800000000000000000000000000001 02 40 20 80     eth0
20010db8000000000000000000000001 02 40 00 80     eth0
fe800000000000000000000000000002 03 40 20 c0     eth1
fe800000000000000000000000000003 04 40 20 08     eth2
00000000000000000000000000000001 01 80 10 80       lo
"""


def gather(wire: Started, **more: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    wire.say(**{"do": "nodes", "interface": "eth0", "wait": 1.0} | more)
    found: list[bytes] = []
    while (message := wire.hear())[0]["event"] == "heard":
        found += [message[1][at : at + 22] for at in range(0, len(message[1]), 22)]
    return message[0], [(socket.inet_ntop(socket.AF_INET6, one[:16]), one[16:].hex(":")) for one in found]


class TestOnACable:
    pytestmark = NEEDS

    def test_one_question_and_every_answer(self, bench: Bench) -> None:  # noqa: F811
        bench.host("desk")
        macs = {name: bench.host(name) for name in ("one", "two", "three")}
        bench.addressed("desk", *macs)
        seen = bench.capture("desk", "icmp6")
        wire = Started(bench, [], [])
        done, found = gather(wire)
        again, _ = gather(wire)
        wire.close()
        told = subprocess.run(
            ["tcpdump", "-nr", str(seen.path), "icmp6[0] == 128"], capture_output=True, text=True, timeout=20
        )
        seen.packets()
        assert done["event"] == "done" and done["stopped"] == ""
        assert {mac for _, mac in found} >= set(macs.values()) and all(
            address.startswith("fe80:") for address, _ in found
        )
        assert len(found) == len(set(found))
        assert again["event"] == "refused" and "less than 60 s ago" in again["reason"]
        questions = [line for line in told.stdout.splitlines() if "echo request" in line]
        assert len(questions) == 1 and "> ff02::1:" in questions[0]

    @pytest.mark.parametrize(
        ("job", "says"),
        [({"interface": "lo"}, "speaks ARP"), ({"interface": "eth9"}, ""), ({"wait": "x"}, "could not")],
    )
    def test_refuses_by_itself(self, bench: Bench, job: dict[str, Any], says: str) -> None:  # noqa: F811
        bench.host("desk")
        bench.addressed("desk")
        wire = Started(bench, [], [])
        done, _ = gather(wire, **job)
        wire.close()
        assert done["event"] in ("refused", "failed") and says in done["reason"]

    def test_an_interface_without_version_6_is_refused(self, bench: Bench) -> None:  # noqa: F811
        bench.host("desk", "10.9.8.1/24")
        bench.run("desk", "sysctl", "-q", "net.ipv6.conf.all.disable_ipv6=1")
        wire = Started(bench, [], [])
        done, _ = gather(wire)
        wire.close()
        assert done["event"] == "refused" and "no link-local address" in done["reason"]

    def test_the_programs_own_end(self, bench: Bench) -> None:  # noqa: F811
        """Through `WireProcess`, which also tells the second question's refusal as Trouble."""
        bench.host("desk")
        mac = bench.host("one")
        bench.addressed("desk", "one")
        done = bench.run("desk", sys.executable, "-c", CLIENT)
        assert done.returncode == 0, done.stderr
        found, trouble = json.loads(done.stdout)
        assert mac in {mac for _, mac in found}
        assert trouble.startswith("eth0: the wire process refused the question to all nodes")


CLIENT = """
import json
from agent.links import links
from agent.wire_client import WireProcess
from model.spans import Spans
from model.trouble import Trouble
wire = WireProcess(Spans(), Spans(), 10.0, links())
found = [pair for batch in wire.nodes("eth0", 1.0) for pair in batch]
try:
    list(wire.nodes("eth0", 1.0))
except Trouble as trouble:
    print(json.dumps([found, str(trouble)]))
wire.close()
"""


class TestPure:
    def test_the_frame_is_an_echo_request_that_no_router_passes_on(self) -> None:
        frame = nodes.question(MAC, OWN, 0x1234)
        assert frame[:14] == bytes.fromhex("333300000001") + MAC + b"\x86\xdd"
        assert frame[14:22] == struct.pack(">IHBB", 6 << 28, 16, 58, 1)
        assert frame[22:54] == OWN + socket.inet_pton(socket.AF_INET6, "ff02::1")
        pseudo = frame[22:54] + struct.pack(">II", 16, 58) + frame[54:]
        total = sum(struct.unpack(f">{len(pseudo) // 2}H", pseudo))
        while total >> 16:
            total = (total & 0xFFFF) + (total >> 16)
        assert total == 0xFFFF and frame[54:56] == b"\x80\0" and frame[58:60] == b"\x12\x34"

    def test_own_address_is_one_that_may_be_sent_from(self) -> None:
        assert nodes.link_local("eth0", TABLE) == OWN
        for name in ("eth1", "eth2", "eth9", "lo"):  # tentative, a double, not there, none
            with pytest.raises(ValueError, match="no link-local"):
                nodes.link_local(name, TABLE)

    def test_reply_is_read_whole_or_not_at_all(self) -> None:
        reply = MAC + bytes.fromhex("02000000000a86dd") + struct.pack(">IHBB", 6 << 28, 16, 58, 64) + OWN + OWN
        reply += b"\x81\0\0\0\x12\x34\0\x01" + bytes(8)
        assert nodes.reply_of(reply, 0x1234) == (OWN, bytes.fromhex("02000000000a"))
        assert nodes.reply_of(reply, 0x1235) is None, "another program's ping"
        assert all(nodes.reply_of(reply[:cut], 0x1234) is None for cut in range(62))
        assert nodes.reply_of(reply[:54] + b"\x80" + reply[55:], 0x1234) is None, "a question"
        assert nodes.reply_of(reply[:22] + b"\xff" + reply[23:], 0x1234) is None, "from a group"

    def test_frames_go_through_the_pipe_whole(self) -> None:
        held = [Heard(1_750_000_000 * 10**9, 1514, bytes(60)), Heard(0, 0, b""), Heard(2**63, 65535, b"\xff" * 2048)]
        assert list(heard.unpacked(heard.packed(held))) == held

    @pytest.mark.parametrize(
        "told", [None, [], [[1, 2, 3]], [[1, 2, 3, "4"]], [[6, 0, 0, -1]], [[6, 256, 0, 0]], [[6, 0, 0, True]]]
    )
    def test_filters_of_strangers(self, told: Any) -> None:
        with pytest.raises(ValueError):
            ear.program(told)
