"""The lab's agent against a client that nobody here wrote, and its answers to what no client should send."""

from __future__ import annotations

import json
import shutil

import pytest

from lab import reading
from lab.snmp import ber
from lab.snmp.agent import Agent
from lab.speech.snmp import view
from tests.lab import stage

SITE = reading.site()
DESCR = ber.arcs("1.3.6.1.2.1.1.1.0")


def request(tag: int, *oids: ber.Oid, community: str = "c", a: int = 0, b: int = 0) -> bytes:
    binds = [ber.sequence(ber.oid(oid), ber.tlv(ber.NULL, b"")) for oid in oids]
    pdu = ber.sequence(ber.integer(1), ber.integer(a), ber.integer(b), ber.sequence(*binds), tag=tag)
    return ber.sequence(ber.integer(1), ber.octets(community.encode()), pdu)


def answered(message: bytes | None) -> list[tuple[ber.Oid, int, bytes]]:
    assert message is not None
    *_, (_, pdu) = ber.elements(ber.element(message)[1])
    *_, (_, binds) = ber.elements(pdu)
    pairs = (tuple(ber.elements(bind)) for _, bind in ber.elements(binds))
    return [(ber.oid_of(name), tag, value) for (_, name), (tag, value) in pairs]


def agent(name: str) -> Agent:
    return Agent(view(SITE, SITE.device(name)), lambda: 5.0, community="c")


def test_version_3_with_pysnmp() -> None:
    code, _, said, kept = stage.play("loopback", stage.PYTHON, "-B", "-m", "tests.lab.ask_v3")
    found = json.loads(said)
    assert code == 0 and found["right"] == "2102350LAB10K0000002"
    assert found["wrong user"] == "Unknown USM user"
    assert "Wrong SNMP PDU digest" in found["wrong auth"]
    shutil.rmtree(kept.parent)


def test_a_walk_gives_every_object_once_in_order() -> None:
    talk, seen = agent("core-switch"), []
    at: ber.Oid = (1, 0)
    for _ in range(3_000):
        [(at, tag, _value)] = answered(talk.reply(request(ber.NEXT, at)))
        if tag == ber.END_OF_VIEW:
            break
        seen.append(at)
    assert seen == sorted(set(seen)) == [oid for oid, _ in view(SITE, SITE.device("core-switch"))]


def test_bulk_gives_what_next_gives() -> None:
    talk = agent("switch-h3c")
    bulk = [oid for oid, _, _ in answered(talk.reply(request(ber.BULK, DESCR, b=10)))]
    at, one_by_one = DESCR, []
    for _ in range(10):
        [(at, _, _)] = answered(talk.reply(request(ber.NEXT, at)))
        one_by_one.append(at)
    assert bulk == one_by_one


def test_missing_objects_are_said_to_be_missing() -> None:
    assert [tag for _, tag, _ in answered(agent("ups-apc").reply(request(ber.GET, (1, 3, 9), DESCR)))] == [
        ber.NO_SUCH,
        ber.OCTETS,
    ]


def test_a_set_changes_nothing_and_is_refused() -> None:
    talk = agent("ups-apc")
    *_, (_, pdu) = ber.elements(ber.element(talk.reply(request(0xA3, DESCR)) or b"")[1])
    assert [ber.number(body) for _, body in ber.elements(pdu)][1:3] == [17, 1]


@pytest.mark.parametrize(
    "message", [b"", b"\x30", b"\x30\x82\xff\xff", b"\x30\x00", request(ber.GET, DESCR)[:-3], b"\xff" * 60]
)
def test_broken_bytes_get_silence(message: bytes) -> None:
    assert agent("ups-apc").reply(message) is None


def test_a_wrong_community_gets_silence() -> None:
    assert agent("ups-apc").reply(request(ber.GET, DESCR, community="public")) is None
