"""Each kind of file becomes evidence and facts; what is bad in it is named by line, and what is good is kept."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.ask import Source
from agent.imports import _lines, banners, evidence, nmap_xml, snmprec, snmpwalk
from agent.readers import readers
from model import folder
from model.evidence import Evidence, line, parsed
from model.trouble import Trouble
from tests.agent.reading import ANSWERS, WHEN, no_sockets, said, source, written

IMPORTS = folder.modules("agent.imports")
SAMPLES = {
    "snmprec": "synthetic-switch.snmprec",
    "snmpwalk": "synthetic-walk.txt",
    "nmap_xml": "synthetic-nmap.xml",
    "banners": "synthetic-banners.jsonl",
    "isc_leases": "synthetic-dhcpd.leases",
    "kea_leases": "synthetic-kea-leases4.csv",
    "dnsmasq_leases": "synthetic-dnsmasq.leases",
    "windows_leases": "synthetic-windows-leases.csv",
    "windows_dhcp": "synthetic-netsh-dhcp.txt",
    "arp_table": "synthetic-arp.txt",
    "ip_neigh": "synthetic-ip-neigh.txt",
    "net_neighbor": "synthetic-net-neighbor.csv",
    "show": "synthetic-show.txt",
    "csv": "synthetic-devices.csv",
    "netbox": "synthetic-netbox.json",
    "runzero": "synthetic-runzero.jsonl",
    "glpi": "synthetic-glpi.json",
}


def taken(kind: ModuleType, what: Source) -> tuple[list[Evidence], list[str]]:
    """(good evidence, what is said of bad lines)"""
    found = list(kind.take(what))
    bad = [one.observation.asked for one in found if one.observation.status == "failed"]
    return [one for one in found if one.observation.status != "failed"], bad


def dialogues(good: list[Evidence]) -> list[list[Evidence]]:
    """The evidence sorted into its dialogues, by parent."""
    found: dict[str, list[Evidence]] = {}
    for one in good:
        found.setdefault(one.observation.parent or one.id, []).append(one)
    return list(found.values())


@pytest.mark.parametrize("name", IMPORTS)
def test_contract(name: str) -> None:
    kind = IMPORTS[name]
    assert kind.TITLE and callable(kind.sniff) and callable(kind.take) and callable(kind.read)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_file_is_recognised_by_its_own_kind_alone(kind: str) -> None:
    head = (ANSWERS / SAMPLES[kind]).read_bytes()[:4096]
    assert [name for name in IMPORTS if IMPORTS[name].sniff("unnamed", head)] == [kind]


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_dialogue_is_well_formed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with no_sockets(monkeypatch):
        good, _ = taken(IMPORTS[kind], source(SAMPLES[kind]))
        facts = [fact for dialogue in dialogues(good) for fact in IMPORTS[kind].read(dialogue)]
    assert facts and {fact.evidence for fact in facts} <= {one.id for one in good}
    for one in good:
        assert one.observation.probe == kind
        assert one.observation.vantage.startswith(f"file:{SAMPLES[kind]}")
        assert one.observation.seen_at == WHEN
        assert one.body is not None and len(one.body) <= _lines.PAGE
        assert parsed(line(one), "here") == one


@pytest.mark.parametrize("kind", SAMPLES)
def test_no_secret_is_kept(kind: str) -> None:
    for one in IMPORTS[kind].take(source(SAMPLES[kind])):
        for secret in (b"sessionsecret", b"guessedsecret", b"topsecret", b"115.101.99.114.101.116"):
            assert secret not in (one.body or b"")


@pytest.mark.parametrize("name", IMPORTS)
@pytest.mark.parametrize("junk", [b"", b"\n\n", b"\x00\xff\xfe junk\n" * 3, b"<html></html>", b"[1, 2]\n"])
def test_a_file_of_another_kind_is_one_clear_error(name: str, junk: bytes) -> None:
    with pytest.raises(Trouble) as trouble:
        list(IMPORTS[name].take(written(junk, "holiday.txt")))
    assert str(trouble.value).startswith("holiday.txt: ") and "\n" not in str(trouble.value)


def test_long_recordings_are_cut_into_pages_at_line_ends() -> None:
    text = b"".join(b"1.3.6.1.2.1.2.2.1.2.%d|4|port number %d\n" % (n, n) for n in range(1, 9000))
    good, bad = taken(snmprec, written(text))
    assert not bad and len(good) > 3
    assert b"".join(one.body or b"" for one in good) == text
    assert [one.observation.step for one in good] == list(range(len(good)))
    assert good[0].observation.parent is None
    assert {one.observation.parent for one in good[1:]} == {good[0].id}
    assert all((one.body or b"").endswith(b"\n") for one in good)


def test_bad_lines_of_a_recording_are_named_and_the_rest_is_kept() -> None:
    text = b"1.3.6.1.2.1.1.5.0|4|sw1\nhello\n1.3.6.1.2.1.1.3.0|67:numeric|rate=1\n1.3.6|4x|abc\n\n"
    text += b"1.3.6.1.2.1.1.1.0|4|X\r\n"
    good, bad = taken(snmprec, written(text))
    assert bad == [
        "line 2: not OID|TAG|VALUE",
        "line 3: a variation, no recorded value",
        "line 4: a hex value that is not in pairs",
    ]
    assert said(snmprec.read(good)) == {("self", "snmp.sys_name", "sw1"), ("self", "snmp.sys_description", "X")}


def test_ten_thousand_bad_lines_are_counted() -> None:
    found = list(snmprec.take(written(b"1.3.6.1.2.1.1.5.0|4|sw1\n" + b"bad\n" * 10_000)))
    assert len(found) == 1 + _lines.MOST_FAULTS + 1
    assert found[-1].observation.asked == "9800 more bad lines are not listed"


def test_a_line_beyond_a_page_is_bad() -> None:
    _, bad = taken(snmprec, written(b"1.3.6.1.2.1.1.5.0|4|sw1\n1.3.6.1.2.1.1.1.0|4|" + b"x" * 70_000))
    assert bad == ["line 2: longer than 65,536 bytes"]


@pytest.mark.parametrize(
    ("record", "value"),
    [
        (b"1.3.6.1.2.1.1.1.0|4|a|b", b"a|b"),
        (b".1.3.6.1.2.1.1.1.0|4x|6162", b"ab"),
        (b"1.3.6.1.2.1.1.1.0|4e|a\\x62\\n\\\\", b"ab\n\\"),
        (b"1.3.6.1.2.1.1.1.0|2|-5", -5),
        (b"1.3.6.1.2.1.1.1.0|64|192.0.2.1", b"\xc0\x00\x02\x01"),
        (b"1.3.6.1.2.1.1.1.0|64x|c0000201", b"\xc0\x00\x02\x01"),
        (b"1.3.6.1.2.1.1.1.0|6|.1.3.6.1", "1.3.6.1"),
        (b"1.3.6.1.2.1.1.1.0|70|18446744073709551615", 2**64 - 1),
    ],
)
def test_values_of_a_recording(record: bytes, value: object) -> None:
    assert [bind.value for bind in snmprec.varbinds(record, (b"1.3.6.1.2.1.1.1.0",))] == [value]


@pytest.mark.parametrize("record", [b"1.3|2|five", b"1.3|2|" + b"9" * 5000, b"1.3|64|<ADDR>", b"1.3|5|", b"1.3|6|one"])
def test_values_that_are_not_of_their_kind_are_left_out(record: bytes) -> None:
    assert [bind.value for bind in snmprec.varbinds(record, (b"1.3",)) if bind.kind != "null"] == []


def test_what_snmpwalk_prints() -> None:
    good, bad = taken(snmpwalk, source("synthetic-walk.txt"))
    assert [text.partition(":")[0] for text in bad] == ["line 1", "line 11"]
    facts = said(snmpwalk.read(good))
    assert ("self", "snmp.sys_description", 'Example OS 1.2\nline "two" of it\nend') in facts
    assert ("self", "snmp.sys_object_id", "1.3.6.1.4.1.99999.1.2") in facts
    assert ("self", "mac.address", "00:00:5e:00:53:01") in facts
    assert not any(value == "00:00:5e:00:53:02" for _, _, value in facts), "a loopback interface"
    assert ("self", "snmp.engine_id", "80001f88030000000000000000000000" + "0001") in facts
    assert any("192.0.2.0/24" in value for _, _, value in facts)


def test_a_string_over_several_lines_is_never_cut_by_a_page() -> None:
    record = b'.1.3.6.1.2.1.2.2.1.2.%d = STRING: "first\nsecond %s"\n'
    text = b"".join(record % (n, b"x" * 200) for n in range(1, 1000))
    good, bad = taken(snmpwalk, written(text))
    assert not bad and len(good) > 2
    for one in good:
        assert (one.body or b"").startswith(b".1.3.6") and (one.body or b"").endswith(b'x"\n')


def test_what_nmap_wrote() -> None:
    good, bad = taken(nmap_xml, source("synthetic-nmap.xml"))
    assert not bad
    assert [(one.observation.target, one.observation.vantage) for one in good] == [
        ("192.0.2.7", "file:synthetic-nmap.xml#192.0.2.7"),
        ("2001:db8::9", "file:synthetic-nmap.xml#2001:db8::9"),
    ]
    assert said(nmap_xml.read(good[:1])) == {
        ("self", "mac.address", "00:00:5e:00:53:27"),
        ("self", "ip.address", "192.0.2.7"),
        ("self", "dns.name", "cam7.example"),
        ("self", "tcp.open", "22"),
        ("self", "tcp.open", "80"),
        ("self", "tcp.open", "443"),
        ("self", "nmap.service", "22/tcp ssh Dropbear sshd 2012.55"),
        ("self", "ssh.banner", "dropbear_2012.55"),
        ("self", "ssh.host_key", "RSA 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"),
        ("self", "http_header.server", "Example-Webs/1.0"),
        ("self", "html_title", "Example camera"),
        ("self", "x509.subject", "CN=cam7.example,O=Example\\, Inc.,C=US"),
        ("self", "x509.issuer", "CN=Example CA"),
    }
    assert said(nmap_xml.read(good[1:])) == {("self", "ip.address", "2001:db8::9")}


def test_an_interrupted_nmap_keeps_its_whole_hosts() -> None:
    whole = (ANSWERS / "synthetic-nmap.xml").read_bytes()
    good, bad = taken(nmap_xml, written(whole[: whole.index(b"2001:db8")]))
    assert len(good) == 1 and len(bad) == 1 and "ParseError" in bad[0]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<nmaprun><host><address addr="&b;" addrtype="ipv4"/></host></nmaprun>"""
OUTSIDE = b"""<!DOCTYPE nmaprun [<!ENTITY x SYSTEM "file:///etc/hostname">]><nmaprun><host>&x;</host></nmaprun>"""


@pytest.mark.parametrize("hostile", [BOMB, OUTSIDE, b"<nmaprun><host>", b"<other><host/></other>"])
def test_hostile_xml_is_one_clear_error(hostile: bytes) -> None:
    with pytest.raises(Trouble, match=r"not XML that can be read|no line of it"):
        list(nmap_xml.take(written(hostile, "scan.xml")))


@pytest.mark.parametrize(
    "body", [b"<host/>", b"<host><ports><port/></ports></host>", b"<host><address/></host>", b"<x/>", b"no"]
)
def test_a_host_that_lacks_what_nmap_writes_says_nothing(body: bytes) -> None:
    first = _lines.observation(written(b""), "nmap_xml")
    assert list(nmap_xml.read(list(_lines.dialogue(first, [body], "application/xml")))) == []


def test_banners_are_a_device_each() -> None:
    good, bad = taken(banners, source("synthetic-banners.jsonl"))
    assert [one.observation.vantage.partition("#")[2] for one in good] == ["a1", "a2", "a4"]
    assert [text.partition(":")[0] for text in bad] == ["line 3", "line 4", "line 5"]
    assert said(banners.read(good)) == {
        ("self", "ssh.banner", "ExampleSSH_1.0"),
        ("self", "http_header.cookie", "SID=*************; path=/"),
        ("self", "x509.subject", "CN=a,O=Example\\, Inc."),
    }


def test_our_own_evidence_comes_back_unchanged_and_altered_lines_are_named() -> None:
    first, _ = taken(snmprec, source("synthetic-switch.snmprec"))
    small, _ = taken(banners, source("synthetic-banners.jsonl"))
    altered = line(small[1]).replace(b'"probe":"banners"', b'"probe":"another"')
    data = b"\n".join([line(first[0]), line(small[0]), altered, b"{}"])
    good, bad = taken(evidence, written(data, "evidence.jsonl"))
    assert [one.id for one in good] == [first[0].id, small[0].id]
    assert good[1] == small[0]
    assert bad[0] == "line 3: the observation does not match its digest" and bad[1].startswith(
        "line 4: not an evidence"
    )
    assert evidence.sniff("x", data[:4096])


def test_readers_are_found_by_name_and_loaded_when_needed() -> None:
    found = readers()
    assert set(SAMPLES) <= set(found) and "ssh" in found
    assert found["snmprec"] is snmprec.read
    assert "never-heard-of" not in found
    with pytest.raises(KeyError):
        found["never-heard-of"]


JSONISH = st.dictionaries(st.sampled_from(["id", "field", "text", "mac"]), st.text() | st.integers() | st.none())
HOSTILE = st.binary(max_size=400) | JSONISH.map(lambda held: json.dumps(held).encode())
OID_LINES = st.lists(
    st.tuples(
        st.sampled_from(["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.47.1.1.1.1.5.1", "1.3.6.1.2.1.17.4.3.1.2"]),
        st.binary(max_size=30),
    )
).map(lambda rows: b"\n".join(oid.encode() + b"|4|" + value for oid, value in rows))


@pytest.mark.parametrize("name", IMPORTS)
@settings(max_examples=60, deadline=None)
@given(data=HOSTILE | OID_LINES)
def test_no_bytes_break_an_import(name: str, data: bytes) -> None:
    kind = IMPORTS[name]
    assert kind.sniff("unnamed", data[:4096]) in (True, False)
    try:
        found = list(kind.take(written(data)))
    except Trouble:
        return
    list(kind.read([one for one in found if one.observation.probe == name]))


@pytest.mark.parametrize("name", IMPORTS)
@settings(max_examples=60, deadline=None)
@given(data=HOSTILE | OID_LINES)
def test_no_body_breaks_a_reader(name: str, data: bytes) -> None:
    first = msgspec.structs.replace(_lines.observation(written(b""), name), status="answered")
    for fact in IMPORTS[name].read(list(_lines.dialogue(first, [data, data], "x/y"))):
        assert fact.value and len(fact.value) <= 4096


@pytest.mark.shared
def test_the_recordings_that_are_at_hand_are_read(shared: Path) -> None:
    count = 0
    for path in sorted((shared / "corpus" / "snmprec").glob("*.snmprec"))[::10]:
        good, _ = taken(snmprec, Source(path.name, path.read_bytes(), WHEN))
        count += any(fact.key == "snmp.sys_object_id" for fact in snmprec.read(good))
    assert count > 35
