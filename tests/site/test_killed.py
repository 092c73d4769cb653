"""A scan that is killed five times on its way finds what an unharmed one finds, and repeats nothing that was answered."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from itertools import pairwise

import msgspec
import pytest

from agent.decode.ber import read_message, read_pdu
from agent.spool import read
from lab import check
from model.folder import modules
from tests.site.stage import Scanned, killed, known, scanned
from tests.site.wire import FIN, RST, SYN, Packet, packets

MODE = "namespaces" if os.geteuid() == 0 else "user"
STALL = 2.0  # seconds for which an answer may lie in a socket while a busy disk holds the program up

pytestmark = [pytest.mark.namespaces, pytest.mark.needs("userns", "setpriv"), pytest.mark.xdist_group("site")]


Key = tuple[str, str, int, bytes]


class Asked(msgspec.Struct, frozen=True):
    """A question on the cable. `key`: to whom and what, whichever run asks it; `answer`: when one came, 0.0 if none did.

    `number`: of an SNMP request, the same in its answer; 0 of anything else.
    """

    key: Key
    at: float
    answer: float
    number: int


def asked(whole: Scanned) -> list[Asked]:
    """Every question to a single host, with the time at which its answer was whole."""
    mine, ends = _flows(whole)
    return [
        Asked(
            (flow[0], one.to, one.port, _question(one)),
            one.at,
            next((at for at in ends[flow] if at >= one.at), 0.0),
            _number(one),
        )
        for flow, sent in mine.items()
        for one in sent
    ]


Flow = tuple[str, str, int, int]


def _flows(whole: Scanned) -> tuple[dict[Flow, list[Packet]], dict[Flow, list[float]]]:
    """By host and ports: what was asked, and when an answer was over.

    A datagram is over when it comes, unless it is no answer: one device of the lab answers SNMP with broken bytes. What a
    host says over TCP is over when either side closes: until then more may follow.
    """
    desk = whole.site["desk"]["mac"]
    mine: dict[Flow, list[Packet]] = defaultdict(list)
    ends: dict[Flow, list[float]] = defaultdict(list)
    for one in packets(whole.room / "capture.pcap"):
        if one.kind not in ("tcp", "udp") or one.group:
            continue
        ours = one.source == desk
        flow = (one.kind, one.to, one.port, one.own_port) if ours else (one.kind, one.origin, one.own_port, one.port)
        if ours and (one.kind == "udp" or one.flags == SYN or one.body):
            mine[flow].append(one)
        if one.flags & (FIN | RST) if one.kind == "tcp" else not ours and _sound(one):
            ends[flow].append(one.at)
    return mine, ends


def _sound(one: Packet) -> bool:
    """Whether an SNMP message is as long as it says."""
    return one.own_port != 161 or _item(one.body)[0] == len(one.body)


def _question(one: Packet) -> bytes:
    """What is asked, without what differs from one asking to the next."""
    if one.kind == "udp" and one.port == 161:
        return _snmp(one.body)
    if one.kind == "tcp" and one.body[:1] == b"\x16":
        return b"TLS"
    return re.sub(rb"(branch=|tag=|Call-ID: |MessageID>)[^;\r\n<]+", rb"\1", one.body)


def _number(one: Packet) -> int:
    """Of a version 2c request; in version 3 it is encrypted."""
    if one.kind != "udp" or one.port != 161 or _item(_inside(one.body))[1][:1] != b"\x04":
        return 0
    return read_pdu(read_message(one.body)[2]).request_id


def _snmp(body: bytes) -> bytes:
    """Of version 2c the kind and what is asked for, without the request's number; version 3 is encrypted, so never the same."""
    whole = _inside(body)
    size, rest = _item(whole)
    if whole[size - 1 : size] != b"\x01":
        return body
    skipped, _ = _item(rest)
    pdu = rest[skipped:]
    inner = _inside(pdu)
    _, asked = _item(inner)
    return pdu[:1] + asked


def _item(data: bytes) -> tuple[int, bytes]:
    """How long the first element is, and what follows it."""
    long = data[1] & 0x7F if data[1] & 0x80 else 0
    size = int.from_bytes(data[2 : 2 + long], "big") if long else data[1]
    return 2 + long + size, data[2 + long + size :]


def _inside(data: bytes) -> bytes:
    """What the first element holds."""
    size, _ = _item(data)
    return data[2 + (data[1] & 0x7F if data[1] & 0x80 else 0) : size]


def test_no_device_is_lost() -> None:
    whole, _ = killed()
    assert _findings(whole) == _findings(scanned(MODE))
    assert list(check.wrong(whole.plain, known(whole))) == []


def _findings(whole: Scanned) -> Counter[tuple[object, ...]]:
    """Without makers, which `check` compares with the truth: who listens longer hears what a device says unasked."""
    return Counter((one.outcome, one.macs, one.addresses) for one in whole.report.findings)


def test_nothing_answered_is_asked_again() -> None:
    """What a run wrote down before it was killed is never asked by the next; nor is what it had the time to write down."""
    whole, kills = killed()
    usual = Counter(one.key for one in asked(scanned(MODE)))
    kept = Kept(whole)
    many: dict[Key, dict[tuple[int, float], Asked]] = defaultdict(dict)
    lost = []
    for one in asked(whole):
        kill = next((at for at in kills if one.at <= at), None)
        if one.answer and (kill is None or one.answer < kill):
            if kill is None or kept.holds(one, kill):
                many[one.key][one.number, 0.0 if one.number else one.at] = one  # a request sent twice is one question
            else:
                lost.append((kill - one.answer, one.key))
    assert sum(map(len, many.values())) > 1000 and len(kills) == 5
    again = {
        key: [one.at - kills[0] for one in some.values()]
        for key, some in many.items()
        if len(some) > max(1, usual[key])
    }
    assert not again, (dict(list(again.items())[:5]), [at - kills[0] for at in kills])
    assert not [one for one in lost if one[0] > STALL], "answered long before the kill, and not written down"


class Kept:
    """What stands in the spool: request numbers of SNMP answers, and when other answers were written down, by host and probe."""

    def __init__(self, whole: Scanned) -> None:
        self._numbers: set[int] = set()
        self._times: dict[tuple[str, str], list[float]] = defaultdict(list)
        for one in read(whole.out):
            note = one.observation
            self._times[note.target.partition("%")[0], note.probe].append(
                datetime.fromisoformat(note.seen_at).timestamp()
            )
            if note.probe == "snmp" and one.body:
                self._numbers.add(read_pdu(one.body).request_id)

    def holds(self, one: Asked, kill: float) -> bool:
        """Whether what answered `one` was written down before `kill`."""
        if one.number:
            return one.number in self._numbers
        kind, host, port, _ = one.key
        return any(one.answer <= at < kill for name in _askers(kind, port) for at in self._times[host, name])


@cache
def _askers(kind: str, port: int) -> list[str]:
    """The probes that ask at this port. Whether it is open may have been looked up, and UPnP's descriptions may be at any."""
    asking = [name for name, probe in modules("agent.probes").items() if f"{kind}/{port}" in probe.PORTS]
    return [*asking, "tcp_ports", "upnp"] if kind == "tcp" else asking


def test_no_link_heard_a_question_to_all_twice_within_a_minute() -> None:
    whole, _ = killed()
    times: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for one in packets(whole.room / "capture.pcap", whole.site["desk"]["mac"]):
        if (one.kind == "udp" and one.group) or (one.kind, one.port) == ("icmp6", 128):
            times[one.kind, one.to, one.port].append(one.at)
    assert len(times) >= 7
    assert all(after - before >= 60 for some in times.values() for before, after in pairwise(some)), times
