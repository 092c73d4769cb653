"""The camera makers' own discovery: what is asked, what is read, what it proves, and what it must not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.ask import Group, Reply, Request, Target, Tcp, Udp
from agent.decode import dhip as dhip_form
from agent.decode import dvrip as dvrip_form
from agent.decode import onvif as onvif_form
from agent.decode import sadp as sadp_form
from agent.decode import wsd as wsd_form
from agent.decode import xml
from agent.manners import may
from agent.mask import mask
from agent.probes import dhip, dvrip, onvif, sadp, ws_discovery
from agent.readers import readers
from fingerprints.assess import assess
from fingerprints.pack import Pack, load
from lab import reading as lab_reading
from lab.nouns import Device, Port
from lab.speech.setting import Setting
from model.evidence import Observation, observed
from model.report import Finding
from tests.agent.reading import ANSWERS, EVIDENCE, WHEN, driven, said

GROUPED = {"sadp": sadp, "dhip": dhip, "dvrip": dvrip, "ws_discovery": ws_discovery}
FORMS: dict[str, Any] = {"sadp": sadp_form, "dhip": dhip_form, "dvrip": dvrip_form, "ws_discovery": wsd_form}
LINK, HOST = Target(interface="eth0"), Target(address="192.0.2.7", interface="eth0")
SITE = lab_reading.site()


def body(name: str) -> bytes:
    """A synthetic answer; DHIP's under its header."""
    raw = (ANSWERS / name).read_bytes()
    return headed(raw) if name.endswith(".json") else raw


def headed(raw: bytes) -> bytes:
    size = len(raw).to_bytes(4, "little")
    return b"\x20\0\0\0DHIP" + bytes(8) + size + bytes(4) + size + bytes(4) + raw


def old_recorder(model: bytes = b"DH-DVR0404LB", mac: bytes = b"00:00:5e:00:53:31") -> bytes:
    first = (
        b"\xb3\0\0\x58" + bytes(0x24) + model.ljust(16, b"\0") + bytes((192, 0, 2, 31, 255, 255, 255, 0, 192, 0, 2, 1))
    )
    return first.ljust(0x78, b"\0") + mac + b"\0"


def facts(form: Any, payload: bytes) -> dict[str, str]:
    return {fact.key: fact.value for fact in form.facts(EVIDENCE, "self", payload)}


# What is asked


@pytest.mark.parametrize("name", GROUPED)
def test_one_question_to_all_of_a_link_and_the_same_to_one_host(name: str) -> None:
    (to_all,) = driven(GROUPED[name], LINK, lambda _: Reply("silent"))[0]
    (to_one,) = driven(GROUPED[name], HOST, lambda _: Reply("silent"))[0]
    assert isinstance(to_all, Group) and isinstance(to_one, Udp) and to_one.retries == 0
    assert to_all.port == to_one.port == FORMS[name].PORT and to_all.media == to_one.media == FORMS[name].MEDIA
    strip = re.compile(rb"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
    assert strip.sub(b"", to_all.payload) == strip.sub(b"", to_one.payload)
    assert may(to_all, LINK, False) is None and may(to_one, HOST, False) is None


def test_the_questions_are_the_searches_byte_for_byte() -> None:
    assert dvrip_form.question().hex() == "a3010001" + "00" * 12 + "02" + "00" * 15
    asked = dhip_form.question()
    assert asked[:32].hex() == "20000000" + "44484950" + "00" * 8 + "3b000000" + "00" * 4 + "3b000000" + "00" * 4
    assert json.loads(asked[32:]) == {"method": "DHDiscover.search", "params": {"mac": "", "uni": 1}}
    (inquiry,) = driven(sadp, LINK, lambda _: Reply("silent"))[0]
    assert isinstance(inquiry, Group) and inquiry.joined and inquiry.group == "239.255.255.250"
    assert re.fullmatch(
        rb"<\?xml[^>]+\?><Probe><Uuid>[0-9A-F-]{36}</Uuid><Types>inquiry</Types></Probe>", inquiry.payload
    )


def test_dahuas_search_stays_on_our_own_links() -> None:
    (to_one,) = driven(dhip, HOST, lambda _: Reply("silent"))[0]
    assert may(to_one, HOST, False, on_link=False)


@pytest.mark.parametrize(
    "payload",
    [
        b"<Probe><Uuid>X</Uuid><Types>activate</Types></Probe>",
        b"<Probe><Types>inquiry</Types><Types>getencryptstring</Types></Probe>",
        b'{"method":"DHDiscover.setConfig","params":{}}',
    ],
)
def test_what_the_same_ports_could_do_is_never_let_through(payload: bytes) -> None:
    assert may(Udp("x", 37020, payload), HOST, False) and may(
        Group("x", 37810, payload, "239.255.255.251"), LINK, False
    )


# What is read


def test_sadp_tells_model_serial_firmware_and_whose_build() -> None:
    found = facts(sadp_form, body("synthetic-sadp-own.xml"))
    assert found.pop("sadp.reply").startswith("<ProbeMatch><Types>inquiry</Types><DeviceType>155650</DeviceType>")
    assert found == {
        "sadp.model": "DS-2CD2000-EX",
        "sadp.serial": "DS-2CD2000-EX20220101AAWRK00000001",
        "sadp.firmware": "V5.7.3 build 220315",
        "sadp.device_type": "155650",
        "sadp.ezviz_code": "0",
        "sadp.activated": "true",
        "sadp.oem_code": "1",
        "mac.address": "00:00:5e:00:53:01",
        "sadp.address": "192.0.2.7",
    }
    customer = facts(sadp_form, body("synthetic-sadp-customer.xml"))
    assert customer["sadp.oem_code"] == "10101" and customer["sadp.oem_info"] == "LTS"
    assert facts(sadp_form, body("synthetic-sadp-hello.xml"))["sadp.reply"].startswith("<Hello><Types>hello</Types>")


def test_dhip_tells_vendor_model_serial_firmware_even_when_cut() -> None:
    whole = body("synthetic-dhip-brand.json")
    found = facts(dhip_form, whole)
    assert found == {
        "dhip.method": "client.notifyDevInfo",
        "dhip.vendor": "Lorex",
        "dhip.manufacturer": "Private",
        "dhip.model": "LN-EXAMPLE",
        "dhip.serial": "ND0000EXAMPLE1",
        "dhip.firmware": "2.800.0000000.8.R",
        "dhip.device_class": "IPC",
        "dhip.machine_name": "EXAMPLE-11",
        "mac.address": "00:00:5e:00:53:11",
        "dhip.address": "192.0.2.11",
    }
    assert facts(dhip_form, whole[:-20]) == found
    cut = facts(dhip_form, whole[: whole.index(b'"SerialNo":"ND00') + 15])
    assert "dhip.serial" not in cut and cut["dhip.model"] == "LN-EXAMPLE"  # half a serial is a wrong one


def test_the_old_form_tells_model_and_mac() -> None:
    found = facts(dvrip_form, old_recorder())
    assert found.pop("dvrip.reply").startswith("b3000058")
    assert found == {"dvrip.model": "DH-DVR0404LB", "dvrip.address": "192.0.2.31", "mac.address": "00:00:5e:00:53:31"}


@pytest.mark.parametrize(
    "payload",
    [
        old_recorder(b"\x01\x02"),
        old_recorder(b"", b""),
        old_recorder()[:0x40],
        b"\xa3" + old_recorder()[1:],
        b"\xb3" * 200,
    ],
)
def test_a_first_byte_alone_is_nobodys_sign(payload: bytes) -> None:
    assert facts(dvrip_form, payload) == {}


def test_ws_discovery_keeps_scopes_as_said_and_decodes_names() -> None:
    found = facts(wsd_form, body("synthetic-wsd-lookalike.xml"))
    assert found["wsd.scopes"].split()[3] == "onvif://www.onvif.org/name/IP%20Camera%20%26%20more"
    assert found["wsd.name"] == "IP Camera & more" and found["wsd.hardware"] == "EX-1"
    assert found["wsd.types"] == "dn:NetworkVideoTransmitter"
    assert found["wsd.endpoint"] == "urn:uuid:4c414231-0000-5000-8000-000000000004"
    assert found["wsd.xaddrs"].startswith("http://192.0.2.21/")
    assert "mac.address" not in found


def test_a_proxy_tells_of_others_and_of_nothing_heard_in_passing() -> None:
    one = body("synthetic-wsd-lookalike.xml").decode()
    match = one[one.index("<d:ProbeMatch>") : one.index("</d:ProbeMatches>")]
    two = one.replace(match, match + match.replace("192.0.2.21", "192.0.2.22").replace("000004<", "000005<")).encode()
    assert {fact.about for fact in wsd_form.facts(EVIDENCE, "self", two)} == {"neighbor:wsd.1", "neighbor:wsd.2"}
    assert list(wsd_form.facts(EVIDENCE, "host:192.0.2.9", two)) == []


@pytest.mark.parametrize("name", GROUPED)
def test_a_question_is_no_answer(name: str) -> None:
    """Other people's searches are heard in the group too: a computer that looks for cameras is none."""
    (asked,) = driven(GROUPED[name], LINK, lambda _: Reply("silent"))[0]
    assert isinstance(asked, Group)
    for form in FORMS.values():
        assert facts(form, asked.payload) == {}


def test_no_format_reads_another() -> None:
    """SADP and WS-Discovery share a group and the names of their elements."""
    given_bodies = {
        "sadp": body("synthetic-sadp-own.xml"),
        "dhip": body("synthetic-dhip-brand.json"),
        "dvrip": old_recorder(),
        "ws_discovery": body("synthetic-wsd-lookalike.xml"),
    }
    for name, payload in given_bodies.items():
        assert [other for other, form in FORMS.items() if facts(form, payload)] == [name]


# Secrets and hostile bytes


def test_salts_and_their_like_never_become_evidence() -> None:
    raw = body("synthetic-sadp-own.xml")
    kept = mask(raw, sadp_form.MEDIA)
    assert b"planted5ecret" not in kept and len(kept) == len(raw)
    assert facts(sadp_form, kept) == facts(sadp_form, raw)
    assert not any("planted5ecret" in value for value in facts(sadp_form, raw).values())
    for media, text in (
        (dhip_form.MEDIA, b'{"RandSalt" : "planted5ecret","Vendor":"X"}'),
        (
            wsd_form.MEDIA,
            b'<wsse:Password Type="x">planted5ecret</wsse:Password><wsse:Nonce>planted5ecret</wsse:Nonce>',
        ),
    ):
        assert b"planted5ecret" not in mask(text, media) and len(mask(text, media)) == len(text)


BOMB = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><ProbeMatch><Types>inquiry</Types>'


def test_an_entity_bomb_gives_nothing() -> None:
    assert facts(sadp_form, BOMB + b"<DeviceDescription>&b;</DeviceDescription></ProbeMatch>") == {}
    with pytest.raises(ValueError, match="document type"):
        xml.tree(BOMB)


def test_entities_of_no_standard_stay_as_they_stand() -> None:
    found = xml.tree(b"<a>&lt;&#65;&#x42;&#0;&#xD800;&b;&amp;lt;</a>").said("a")
    assert found == "<AB  &b;&lt;"


def test_depth_number_and_size_are_bounded() -> None:
    deep = xml.tree(b"<a>" * 20_000)
    levels = 0
    while deep.children:
        deep, levels = deep.children[0], levels + 1
    assert levels <= xml.DEEPEST
    assert sum(1 for _ in xml.tree(b"<a/>" * 20_000).all("a")) <= xml.MOST_NODES
    assert xml.tree(b" " * xml.LARGEST + b"<a>x</a>").children == []


PIECES = st.sampled_from(
    [
        b"<ProbeMatch>", b"</ProbeMatch>", b"<Types>inquiry</Types>", b"<Hello>", b"<MAC>", b"<d:Scopes>", b"</d:Scopes>",
        b"<d:XAddrs>http://[::1</d:XAddrs>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"&#x110000;", b"&#99999999;",
        b"<EndpointReference>", b"<!DOCTYPE", b"<", b">", b"\xff", b"\0", b"onvif://www.onvif.org/name/%ff%00", b'"Vendor":"',
        b"\\ud800", b'"', b'"method":"client.notifyDevInfo"', b"\x20\0\0\0DHIP", b"\xb3\0\0\x58", b"HTTP/1.1 200 OK\r\n\r\n",
        b"<GetDeviceInformationResponse>", b"<Model>", b"x" * 70,
    ]
)  # fmt: skip
HOSTILE = st.one_of(st.binary(max_size=400), st.lists(PIECES, max_size=40).map(b"".join))


@settings(max_examples=300)
@given(HOSTILE)
def test_no_bytes_break_a_decoder(payload: bytes) -> None:
    for form in (*FORMS.values(), onvif_form):
        for whole in (payload, headed(payload), b"\xb3" + payload):
            for fact in form.facts(EVIDENCE, "self", whole):
                assert fact.value.strip() and fact.value.encode("utf-8")
    for media in (sadp_form.MEDIA, dhip_form.MEDIA):
        assert len(mask(payload, media)) == len(payload)


# ONVIF


def service(**answers: bytes) -> Callable[[Request], Reply]:
    """An ONVIF device: by call, the body of its answer; 401 where none is given."""

    def answer(request: Request) -> Reply:
        assert isinstance(request, Tcp) and b"Authorization" not in request.payload
        call = request.asked.split()[2]
        if call not in answers:
            return Reply("answered", b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        return Reply("answered", b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n" + answers[call])

    return answer


TIME = b"<e:Envelope><e:Body><tds:GetSystemDateAndTimeResponse/></e:Body></e:Envelope>"
FAULT = b"<e:Envelope><e:Body><e:Fault><e:Value>ter:NotAuthorized</e:Value></e:Fault></e:Body></e:Envelope>"


def camera(*ports: int) -> Target:
    return Target(address="192.0.2.7", open_ports=ports)


def asked_of(target: Target, answer: Callable[[Request], Reply]) -> list[str]:
    return [request.asked.removeprefix("POST /onvif/device_service ") for request in driven(onvif, target, answer)[0]]


def test_who_made_it_is_asked_once_and_only_after_the_time_was_told() -> None:
    device = body("synthetic-onvif-device.xml")
    full = service(GetSystemDateAndTime=TIME, GetDeviceInformation=device)
    assert asked_of(camera(554, 80, 8080), full) == ["GetSystemDateAndTime (tcp/80)", "GetDeviceInformation (tcp/80)"]
    assert said(onvif.read(driven(onvif, camera(554, 80), full)[1])) == {
        ("self", "onvif.manufacturer", "Axis Communications AB"),
        ("self", "onvif.model", "P0000-EX"),
        ("self", "onvif.firmware", "0.0.1"),
        ("self", "onvif.serial", "EXAMPLESERIAL01"),
        ("self", "onvif.hardware_id", "0"),
    }


@pytest.mark.parametrize("answers", [{}, {"GetSystemDateAndTime": FAULT}])
def test_a_refusal_ends_it(answers: dict[str, bytes]) -> None:
    assert asked_of(camera(554, 80, 8080), service(**answers)) == ["GetSystemDateAndTime (tcp/80)"]


def test_a_refused_second_question_is_the_last() -> None:
    assert asked_of(camera(554, 80, 8080), service(GetSystemDateAndTime=TIME))[1:] == ["GetDeviceInformation (tcp/80)"]


def test_without_a_sign_of_a_camera_nothing_is_posted() -> None:
    assert asked_of(camera(80, 443, 8080), service()) == []
    assert asked_of(camera(8000, 37777), service()) == []
    assert asked_of(camera(8899), service()) == ["GetSystemDateAndTime (tcp/8899)"]
    assert asked_of(camera(554, 8000), service()) == []


def test_both_questions_keep_the_manners() -> None:
    for call in (onvif_form.TIME, onvif_form.DEVICE):
        for port in (80, 8080, 8899):
            assert may(Tcp("x", port, onvif_form.request(call, "192.0.2.7", port)), HOST, False) is None
        assert may(Tcp("x", 8000, onvif_form.request(call, "192.0.2.7", 8000)), HOST, False)
        assert may(Tcp("x", 80, onvif_form.request(call, "192.0.2.7", 80)), HOST, cautious=True)


# What it proves: from the answer to the finding


@cache
def pack() -> Pack:
    return load()


def finding(*heard: tuple[str, bytes], address: str = "192.0.2.7") -> Finding:
    """The one finding that answers of one device come to, read by the probes and judged by the shipped pack."""
    notes = [
        observed(Observation(probe, "host/eth0", address, f"question {number}", "answered", WHEN), payload)
        for number, (probe, payload) in enumerate(heard)
    ]
    report = assess(notes, readers(), pack(), "test")
    assert not report.faults and len(report.findings) == 1
    return report.findings[0]


def device_information(**items: str) -> bytes:
    inner = "".join(f"<tds:{name}>{value}</tds:{name}>" for name, value in items.items())
    text = f"<e:Envelope><e:Body><tds:GetDeviceInformationResponse>{inner}</tds:GetDeviceInformationResponse></e:Body></e:Envelope>"
    return b"HTTP/1.1 200 OK\r\n\r\n" + text.encode()


def scopes(*items: str) -> bytes:
    text = " ".join("onvif://www.onvif.org/" + item for item in items)
    match = f"<a:EndpointReference><a:Address>urn:uuid:1</a:Address></a:EndpointReference><d:Scopes>{text}</d:Scopes>"
    return f"<e:Envelope><e:Body><d:ProbeMatches><d:ProbeMatch>{match}</d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>".encode()


def test_hikvisions_own_is_covered_with_model_serial_and_firmware() -> None:
    found = finding(("sadp", body("synthetic-sadp-own.xml")))
    assert (found.outcome, found.maker, found.relabel) == ("covered", "hikvision", None)
    assert (found.model, found.serial) == ("DS-2CD2000-EX", "DS-2CD2000-EX20220101AAWRK00000001")
    assert found.firmware == "V5.7.3 build 220315"


def test_a_customers_build_is_covered_and_says_brand_factory_and_proof() -> None:
    found = finding(("sadp", body("synthetic-sadp-customer.xml")))
    assert (found.outcome, found.maker) == ("covered", "hikvision")
    assert found.relabel and (found.relabel.brand, found.relabel.factory, found.relabel.proved) == (
        "lts",
        "hikvision",
        True,
    )
    assert "SADP" in found.relabel.proof
    # The customer's own numbers, though no rule knows their shape.
    assert (found.model, found.serial, found.firmware) == ("CMIP9000-EX", "EXAMPLE-0001", "9.1 example")


def test_sold_as_lorex_built_by_dahua() -> None:
    found = finding(("dhip", body("synthetic-dhip-brand.json")))
    assert (found.outcome, found.maker) == ("covered", "dahua")
    assert found.relabel and (found.relabel.brand, found.relabel.factory, found.relabel.proved) == (
        "lorex",
        "dahua",
        True,
    )
    assert (found.model, found.serial, found.kind) == ("LN-EXAMPLE", "ND0000EXAMPLE1", "camera")


def test_a_vendor_nobody_knows_clears_nothing() -> None:
    found = finding(("dhip", body("synthetic-dhip-nobody.json")))
    assert (found.outcome, found.maker, found.model) == ("covered", "dahua", "X-1")


def test_an_old_recorder_is_dahuas() -> None:
    found = finding(("dvrip", old_recorder()))
    assert (found.outcome, found.maker, found.model, found.kind) == ("covered", "dahua", "DH-DVR0404LB", "recorder")


def test_a_brands_name_alone_stays_a_suspicion_and_a_serial_of_the_builder_proves_it() -> None:
    by_name = finding(
        ("onvif", device_information(Manufacturer="Amcrest", Model="IP8M-2496E", SerialNumber="AMC000000EX"))
    )
    assert (by_name.outcome, by_name.maker) == ("suspect", "dahua") and by_name.relabel and not by_name.relabel.proved
    by_shape = finding(("onvif", device_information(Manufacturer="Amcrest", SerialNumber="1F00EX4PAX00075")))
    assert (by_shape.outcome, by_shape.maker) == ("covered", "dahua") and by_shape.relabel and by_shape.relabel.proved


@pytest.mark.parametrize(
    "heard",
    [
        ("sadp", "synthetic-sadp-controller.xml"),
        ("ws_discovery", "synthetic-wsd-lookalike.xml"),
    ],
)
def test_third_party_sadp_and_scopes_of_every_factory_accuse_nobody(heard: tuple[str, str]) -> None:
    assert finding((heard[0], body(heard[1]))).outcome == "unknown"


def test_speaking_onvif_accuses_nobody_and_its_maker_is_named() -> None:
    nobody = device_information(Manufacturer="ONVIF", Model="IPC", SerialNumber="000000000000")
    assert finding(("onvif", nobody)).outcome == "unknown"
    named = device_information(Manufacturer="Tiandy", Model="TC-C32QN", SerialNumber="EX00000000047")
    found = finding(("onvif", named), ("ws_discovery", body("synthetic-wsd-lookalike.xml")))
    assert (found.outcome, found.maker, found.model) == ("clear", "tiandy", "TC-C32QN")


def test_a_name_that_people_wrote_declares_no_maker() -> None:
    for name in ("Bosch%20at%20gate%202", "Not%20Axis", "HIKVISION-compatible"):
        assert finding(("ws_discovery", scopes("name/" + name, "Profile/Streaming"))).outcome == "unknown"
    named = finding(("ws_discovery", scopes("name/AXIS%20P3245-V", "hardware/P3245-V")))
    assert (named.outcome, named.maker, named.model) == ("clear", "axis", "P3245-V")


@pytest.mark.parametrize("serial", ["000000000000", "N/A", "unknown", "1111111111"])
def test_placeholders_join_no_cameras(serial: str) -> None:
    answer = device_information(Manufacturer="Tiandy", SerialNumber=serial)
    notes = [observed(Observation("onvif", "host/eth0", f"192.0.2.{n}", "x", "answered", WHEN), answer) for n in (7, 8)]
    assert len(assess(notes, readers(), pack(), "test").findings) == 2


@pytest.mark.parametrize("probe", ["sadp", "onvif"])
def test_one_serial_is_one_device_under_two_addresses_and_protocols(probe: str) -> None:
    serial = "DS-2CD2000-EX20220101AAWRK00000001"
    answers = {
        "sadp": body("synthetic-sadp-own.xml"),
        "onvif": device_information(Manufacturer="HIKVISION", SerialNumber=serial),
    }
    notes = [
        observed(Observation(name, "host/eth0", address, "x", "answered", WHEN), answers[name])
        for name, address in (("sadp", "192.0.2.7"), (probe, "192.0.2.8"))
    ]
    assert len(assess(notes, readers(), pack(), "test").findings) == 1


# The lab's cameras, and the recordings beside the clone


def talkers() -> Iterator[tuple[str, Device, Port]]:
    for device in SITE.devices:
        yield from ((port.speaks, device, port) for port in device.port if port.speaks in GROUPED)


@pytest.mark.parametrize(("speaks", "device", "port"), list(talkers()), ids=lambda one: getattr(one, "name", ""))
def test_the_labs_cameras_answer_the_probes_questions_and_no_others(speaks: str, device: Device, port: Port) -> None:
    notes: list[str] = []
    setting = Setting(SITE, device, port, None, lambda: 0.0, notes.append)  # type: ignore[arg-type]
    answer = import_module(f"lab.speech.{speaks}").answers(setting)
    (asked,) = driven(GROUPED[speaks], LINK, lambda _: Reply("silent"))[0]
    assert isinstance(asked, Group) and (asked.group in port.groups or port.broadcast)
    found = facts(FORMS[speaks], answer(asked.payload))
    assert found and found.get("mac.address", device.mac) == device.mac
    assert answer(asked.payload.replace(b"inquiry", b"activate").replace(b"search", b"set").replace(b"\xa3", b"\xa4")
                  .replace(b"d:Probe", b"d:Resolve")) is None  # fmt: skip
    assert notes


OWN_READERS: dict[str, tuple[ModuleType, Any]] = {
    "sadp": (sadp, sadp_form),
    "dahua-dhip": (dhip, dhip_form),
    "ws-discovery": (ws_discovery, wsd_form),
}


def as_sent(protocol: str, text: str) -> bytes:
    """A quoted answer as the wire has it: quotes leave out the header, and of WS-Discovery often all but the scopes."""
    if protocol == "dahua-dhip":
        return headed(text[text.index("{") :].encode())
    if protocol == "ws-discovery" and "<" not in text:
        return scopes(*re.findall(r"onvif://www\.onvif\.org/((?:[^ ]| (?!onvif|$))+)", text))
    return text.encode()


@pytest.mark.shared
def test_every_quoted_answer_of_a_covered_maker_names_it(shared: Path) -> None:
    rows = [
        json.loads(line) for line in (shared / "corpus" / "discovery_replies.jsonl").read_text("utf-8").splitlines()
    ]
    mine = [row for row in rows if row["protocol"] in OWN_READERS]
    assert len(mine) >= 10
    for row in mine:
        probe, form = OWN_READERS[row["protocol"]]
        payload = as_sent(row["protocol"], row["text"])
        if row["protocol"] == "ws-discovery" and "EndpointReference" not in row["text"] and "<" in row["text"]:
            payload = b"<e:Envelope><d:ProbeMatch>" + payload + b"</d:ProbeMatch></e:Envelope>"
        assert facts(form, payload), row["text"][:80]
        found = finding((probe.__name__.rpartition(".")[2], payload))
        if row["covered"] is None:  # a brand, and no sign of its builder on the wire
            assert found.outcome in ("unknown", "suspect")
        elif row["covered"]:
            assert (found.outcome, found.maker) == ("covered", row["maker"].split()[0].lower()), row["text"][:80]
        else:
            assert found.outcome in ("clear", "unknown")
