"""The general discovery probes: what each asks, what is read out of an answer, and that no answer breaks a reader."""

from __future__ import annotations

import socket
import time
import tomllib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from zeroconf import const
from zeroconf._dns import DNSAddress, DNSPointer, DNSService, DNSText
from zeroconf._protocol.incoming import DNSIncoming
from zeroconf._protocol.outgoing import DNSOutgoing

from agent.ask import Group, Reply, Request, Target, Tcp, Udp
from agent.decode import bacnet as bacnet_format
from agent.decode import dns, dns_message, enip, ipp, modbus, netbios, ntp, smb, ssdp, upnp
from agent.probes import bacnet, cwmp, mdns
from agent.probes import ipp as ipp_probe
from agent.probes import ssdp as ssdp_probe
from agent.probes import upnp as upnp_probe
from model import folder
from model.claims import Fact
from tests.agent.reading import ANSWERS, driven, heard, said

PROBES = folder.modules("agent.probes")
TOLD = tomllib.loads((ANSWERS / "synthetic-discovery.toml").read_text())["answer"]
HOST, LINK = Target("192.0.2.7", "eth0"), Target(interface="eth0", addresses=("192.0.2.0/29",))
SILENT = Reply("silent")
NEW = """mdns ssdp upnp netbios llmnr smb cwmp netconf ipp ntp dns_version bacnet modbus ethernet_ip""".split()
OFF = {"ntp", "dns_version", "bacnet", "modbus", "ethernet_ip"}
Decoder = Callable[[str, str, bytes], Iterator[Fact]]
DECODERS: dict[str, Decoder] = {
    "dns": dns.facts,
    "llmnr": dns.llmnr,
    "version": dns.version,
    "ssdp": ssdp.facts,
    "upnp": upnp.facts,
    "netbios": netbios.facts,
    "smb": smb.facts,
    "ipp": ipp.facts,
    "ntp": ntp.facts,
    "bacnet": bacnet_format.facts,
    "modbus": modbus.facts,
    "enip": enip.facts,
}


def body_of(told: dict[str, Any]) -> bytes:
    return bytes.fromhex(told["hex"]) if "hex" in told else bytes(told["text"].encode())


BODIES = {told["name"]: body_of(told) for told in TOLD}


@pytest.mark.parametrize("told", TOLD, ids=list(BODIES))
def test_answers(told: dict[str, Any]) -> None:
    found = PROBES[told["probe"]].read([heard(told["probe"], told["asked"], body_of(told))])
    address = {"mdns-workstation": "2001:db8::7"}.get(told["name"], "192.0.2.7")
    if address != "192.0.2.7":
        found = dns.facts("e", "self", body_of(told), address)
    assert said(found) == {("self", key, value) for key, value in told["facts"]}


def test_every_probe_has_an_answer_and_its_default() -> None:
    assert {told["probe"] for told in TOLD} == set(NEW)
    assert {name for name in NEW if not PROBES[name].DEFAULT} == OFF


@pytest.mark.parametrize("name", NEW)
def test_a_silent_host_costs_one_packet_a_question(name: str) -> None:
    asked = driven(PROBES[name], HOST, lambda _: SILENT)[0]
    datagrams = [request for request in asked if isinstance(request, Udp)]
    assert all(request.retries == 0 for request in datagrams)
    assert len(asked) == (2 if name == "bacnet" else 1)


@pytest.mark.parametrize(
    ("probe", "group", "joined"),
    [(mdns, "224.0.0.251", True), (ssdp_probe, "239.255.255.250", False), (bacnet, "255.255.255.255", True)],
)
def test_group_questions(probe: ModuleType, group: str, joined: bool) -> None:
    (request,) = driven(probe, LINK, lambda _: SILENT)[0]
    assert isinstance(request, Group)
    assert (request.group, request.joined) == (group, joined)
    assert len(request.payload) < 1_200  # one packet on any link


@pytest.mark.parametrize(("target", "least"), [(LINK, 37), (HOST, 9)])
def test_the_mdns_question_is_one_that_zeroconf_understands(target: Target, least: int) -> None:
    (request,) = driven(mdns, target, lambda _: SILENT)[0]
    assert isinstance(request, Udp | Group)
    judged = DNSIncoming(request.payload)
    assert judged.valid and judged.is_query()
    assert all(one.unicast and one.type == const._TYPE_PTR for one in judged.questions)
    names = {one.name for one in judged.questions}
    assert {"_services._dns-sd._udp.local.", "_ipp._tcp.local.", "_rtsp._tcp.local."} <= names
    assert len(names) == least
    if isinstance(request, Udp):  # its answer repeats the question, in 512 bytes or not at all
        assert len(request.payload) < 256
    else:
        assert request.from_port == 5353


def location(text: str) -> Callable[[Request], Reply]:
    def answer(request: Request) -> Reply:
        if isinstance(request, Udp):
            return Reply("answered", f"HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: {text}\r\n\r\n".encode())
        return Reply("answered", BODIES["upnp-description"])

    return answer


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("http://192.0.2.7:49152/desc.xml", 49152),
        ("http://192.0.2.7/rootDesc.xml?x=1", 80),
        ("http://192.0.2.8:49152/desc.xml", None),
        ("http://router.example/desc.xml", None),
        ("https://192.0.2.7/desc.xml", None),
        ("ftp://192.0.2.7/desc.xml", None),
        ("http://u:p@192.0.2.7/desc.xml", None),
        ("http://192.0.2.7@192.0.2.8/desc.xml", None),
        ("http://192.0.2.7:99999/desc.xml", None),
        ("http://192.0.2.7/a b\tc", None),
        ("http://[192.0.2.7/", None),
        ("//192.0.2.7/x", None),
        ("", None),
    ],
)
def test_only_the_hosts_own_description_is_fetched(text: str, port: int | None) -> None:
    asked, kept = driven(upnp_probe, HOST, location(text))
    assert [request.port for request in asked[1:] if isinstance(request, Tcp)] == ([port] if port else [])
    assert len(asked) == (2 if port else 1)
    named = {value for _, key, value in said(upnp_probe.read(kept)) if key == "upnp.manufacturer"}
    assert named == ({"Example & Co"} if port else set())


def test_a_description_behind_a_redirect_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.8/x\r\n\r\n" + BODIES["upnp-description"]
    to = location("http://192.0.2.7/x")
    asked, kept = driven(upnp_probe, HOST, lambda q: Reply("answered", moved) if isinstance(q, Tcp) else to(q))
    assert len(asked) == 2
    assert not [1 for _, key, _ in said(upnp_probe.read(kept)) if key == "upnp.manufacturer"]


def test_bacnet_asks_the_instance_that_answered_and_stops_at_silence() -> None:
    def answer(request: Request) -> Reply:
        if "Who-Is" in request.asked:
            return Reply("answered", BODIES["bacnet-i-am"])
        return Reply("answered", BODIES["bacnet-vendor"]) if "vendor" in request.asked else SILENT

    asked, kept = driven(bacnet, HOST, answer)
    assert [request.asked.split(" (")[0] for request in asked] == [
        "Who-Is",
        "ReadProperty vendor name",
        "ReadProperty model name",
    ]
    assert isinstance(asked[1], Udp) and asked[1].payload[11:15] == (8 << 22 | 1234).to_bytes(4, "big")
    assert ("self", "bacnet.vendor_name", "Example Controls") in said(bacnet.read(kept))


def test_a_closed_bacnet_port_is_asked_once() -> None:
    assert len(driven(bacnet, HOST, lambda _: Reply("refused"))[0]) == 1


def test_tr069_gets_one_plain_page() -> None:
    (request,) = driven(cwmp, HOST, lambda _: Reply("answered", BODIES["cwmp-realm"]))[0]
    assert isinstance(request, Tcp) and request.port == 7547
    assert request.payload.startswith(b"GET / HTTP/1.1\r\n") and b"uthorization" not in request.payload


def test_ipp_says_how_long_it_is() -> None:
    (request,) = driven(ipp_probe, HOST, lambda _: SILENT)[0]
    assert isinstance(request, Tcp)
    head, _, body = request.payload.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head and body[:4] == b"\x01\x01\x00\x0b"


LABEL = st.text(
    st.characters(codec="utf-8", exclude_characters=".\0", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=15
)
NAME = st.lists(LABEL, min_size=1, max_size=5).map(lambda labels: ".".join(labels) + ".")


@settings(max_examples=150, deadline=None)
@given(st.lists(NAME, min_size=1, max_size=6), st.binary(max_size=40), st.ip_addresses(v=4), st.integers(0, 65_535))
def test_records_that_zeroconf_writes(names: list[str], text: bytes, address: Any, port: int) -> None:
    out = DNSOutgoing(const._FLAGS_QR_RESPONSE | const._FLAGS_AA)
    wanted: list[tuple[object, ...]] = []
    for name in names:
        out.add_answer_at_time(DNSPointer(name, 12, 1, 60, names[0]), 0)
        out.add_answer_at_time(DNSService(name, 33, 0x8001, 60, 0, 0, port, names[-1]), 0)
        out.add_answer_at_time(DNSText(name, 16, 0x8001, 60, bytes((len(text),)) + text), 0)
        out.add_answer_at_time(DNSAddress(name, 1, 0x8001, 60, socket.inet_aton(str(address))), 0)
        own = name.removesuffix(".")
        wanted.append((own, 12, names[0].removesuffix(".")))
        wanted.append((own, 33, names[-1].removesuffix("."), port))
        wanted.append((own, 16, (text,)))
        wanted.append((own, 1, str(address)))
    read = dns_message.read(out.packets()[0])
    got = [_shape(record) for record in read.records]
    assert read.response and got == wanted


def _shape(record: dns_message.Record) -> tuple[object, ...]:
    rest: dict[int, tuple[object, ...]] = {
        12: (record.target,),
        33: (record.target, record.port),
        16: (record.texts,),
        1: (record.address,),
    }
    return (record.name, record.kind, *rest[record.kind])


@settings(max_examples=150, deadline=None)
@given(st.lists(NAME, min_size=1, max_size=12))
def test_questions_that_we_write_are_read_by_zeroconf(names: list[str]) -> None:
    asked = [dns_message.Question(name.removesuffix("."), unicast=True) for name in names]
    judged = DNSIncoming(dns_message.write(asked, number=7))
    assert judged.valid and judged.id == 7
    assert [one.name for one in judged.questions] == names
    assert dns_message.read(dns_message.write(asked, number=7)).questions == tuple(asked)


@pytest.mark.parametrize(
    "payload",
    [
        b"\0\0\x84\0\0\0\0\x01\0\0\0\0\xc0\x0c\0\x0c\0\x01\0\0\0\0\0\0",  # a pointer to itself
        b"\0\0\x84\0\0\x01\0\0\0\0\0\0\x01a\xc0\x0c\0\x0c\0\x01",  # a name that ends in its own beginning
        b"\0\0\x84\0\0\x01\0\0\0\0\0\0\xc0\x20\0\x0c\0\x01" + b"\0" * 40,  # a pointer forward
        b"\0\0\x84\0\xff\xff\xff\xff\0\0\0\0",  # more records than bytes
    ],
)
def test_compression_loops_and_lying_counts(payload: bytes) -> None:
    assert list(dns.facts("e", "self", payload)) == []


@pytest.mark.parametrize(("jumps", "records"), [(60, 501), (400, 1)])
def test_a_maze_of_pointers_ends_in_time(jumps: int, records: int) -> None:
    """The worst packet of a stranger: a chain of pointers, each to the one before, and 500 records named by its end."""
    first = 12 + 1 + 10  # after the header, the root's name and the head of the record that holds the chain
    chain = b"\x01a\0" + b"".join(
        (0xC000 | first + (3 + 2 * (n - 1) if n else 0)).to_bytes(2, "big") for n in range(jumps)
    )
    holds = b"\0\0\x63\0\x01\0\0\0\0" + len(chain).to_bytes(2, "big") + chain
    end = (0xC000 | first + len(chain) - 2).to_bytes(2, "big")
    began = time.process_time()
    read = dns_message.read(b"\0\0\x84\0\0\0\x01\xf5\0\0\0\0" + holds + (end + b"\0\x63\0\x01\0\0\0\0\0\0") * 500)
    assert len(read.records) == records and {one.name for one in read.records[1:]} <= {"a"}
    assert time.process_time() - began < 2


@pytest.mark.parametrize("name", DECODERS)
def test_rubbish_says_nothing_and_breaks_nothing(name: str) -> None:
    decode = DECODERS[name]

    @settings(max_examples=300)
    @given(st.binary(max_size=600))
    @example(b"")
    def run(payload: bytes) -> None:
        _harmless(decode("e", "self", payload))

    run()


@pytest.mark.parametrize("name", DECODERS)
def test_broken_answers_break_nothing(name: str) -> None:
    """Real answers with bytes changed, cut short or doubled: shapes that random bytes never reach."""
    decode = DECODERS[name]
    bodies = [
        body.partition(b"\r\n\r\n")[2] if body[:5] == b"HTTP/" and name in ("ipp", "upnp") else body
        for body in BODIES.values()
    ]

    @settings(max_examples=300)
    @given(
        st.sampled_from(bodies),
        st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
        st.integers(0, 500),
    )
    def run(body: bytes, changes: list[tuple[int, int]], cut: int) -> None:
        changed = bytearray(body)
        for at, value in changes:
            if at < len(changed):
                changed[at] = value
        _harmless(decode("e", "host:192.0.2.7", bytes(changed)))
        _harmless(decode("e", "host:192.0.2.7", bytes(changed[:cut])))
        _harmless(decode("e", "host:192.0.2.7", bytes(changed + changed)))

    run()


def _harmless(facts: Iterator[Fact]) -> None:
    for fact in facts:
        assert fact.value.strip() and len(fact.value) <= 4_096


@pytest.mark.parametrize("name", DECODERS)
def test_a_megabyte_ends_in_time(name: str) -> None:
    began = time.process_time()
    for flood in (
        b"\0" * 2**20,
        b"\xff" * 2**20,
        b"<a>" * 2**18,
        b"<root" + b"<a" * 2**19,
        b"HTTP/1.1 200 OK\r\n" + b"ST: x\r\n" * 2**17,
    ):
        _harmless(DECODERS[name]("e", "self", flood))
        _harmless(DECODERS[name]("e", "self", flood[:65_000]))
    assert time.process_time() - began < 3
