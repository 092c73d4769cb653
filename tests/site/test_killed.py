"""A scan that is killed five times on its way finds what an unharmed one finds, and repeats nothing that was answered."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from itertools import pairwise

import msgspec
import pytest

from lab import check
from tests.site.stage import Scanned, killed, known, scanned
from tests.site.wire import FIN, RST, SYN, Packet, packets

MODE = "namespaces" if os.geteuid() == 0 else "user"
IN_FLIGHT = 4.0  # seconds before a kill in which an answer may have reached the machine and not the disk: a table's page is written whole

pytestmark = [pytest.mark.namespaces, pytest.mark.needs("userns", "setpriv"), pytest.mark.xdist_group("site")]


class Asked(msgspec.Struct, frozen=True):
    """A question on the cable. `key`: to whom and what, whichever run asks it; `answer`: when one came, 0.0 if none did."""

    key: tuple[str, str, int, bytes]
    at: float
    answer: float


def asked(whole: Scanned) -> list[Asked]:
    """Every question to a single host, with the time at which its answer was whole."""
    mine, ends = _flows(whole)
    return [
        Asked((flow[0], one.to, one.port, _question(one)), one.at, next((at for at in ends[flow] if at >= one.at), 0.0))
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
    """Beyond what an unharmed scan asks, only what was in flight at a kill."""
    whole, kills = killed()
    usual = Counter(one.key for one in asked(scanned(MODE)))
    many: dict[tuple[str, str, int, bytes], list[Asked]] = defaultdict(list)
    for one in asked(whole):
        many[one.key].append(one)
    answered = sum(bool(one.answer) for some in many.values() for one in some)
    assert answered > 1000 and len(kills) == 5
    again = {key: some for key, some in many.items() if _done(some, kills) > max(1, usual[key])}
    assert not again, {
        key: [(round(one.at - kills[0], 2), one.answer and round(one.answer - kills[0], 2)) for one in some]
        for key, some in list(again.items())[:5]
    }


def _done(some: list[Asked], kills: list[float]) -> int:
    """How many of these askings were answered in time for the run that asked to write it down."""
    return sum(bool(one.answer) and not any(one.at <= kill < one.answer + IN_FLIGHT for kill in kills) for one in some)


def test_no_link_heard_a_question_to_all_twice_within_a_minute() -> None:
    whole, _ = killed()
    times: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for one in packets(whole.room / "capture.pcap", whole.site["desk"]["mac"]):
        if (one.kind == "udp" and one.group) or (one.kind, one.port) == ("icmp6", 128):
            times[one.kind, one.to, one.port].append(one.at)
    assert len(times) >= 7
    assert all(after - before >= 60 for some in times.values() for before, after in pairwise(some)), times
