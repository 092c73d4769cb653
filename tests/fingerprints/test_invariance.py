"""The report is a function of evidence, pack and engine: shuffled, doubled and split evidence gives the same bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.ask import Source
from agent.imports import banners, snmprec, snmpwalk
from agent.readers import readers
from fingerprints.assess import Readers, assess
from fingerprints.match import Matcher
from fingerprints.pack import Pack
from fingerprints.pack import load as load_pack
from model.claims import Fact
from model.evidence import Evidence, Observation, line, observed, parsed
from model.report import Report, Site
from model.run import End, Ledger, Start, noted
from reporters.json import render

PACK = load_pack()
WHEN = "2026-11-01T10:{:02}:00.000000Z"
ARC = "1.3.6.1.2.1"

# Synthetic: MIB objects are public, devices and values are made up.
SWITCH = f"""{ARC}.1.1.0|4|Cisco IOS Software, Example Software, Version 15.0(2)
{ARC}.1.2.0|6|1.3.6.1.4.1.9.1.1208
{ARC}.1.5.0|4|sw1
{ARC}.2.2.1.2.1|4|Gi0/1
{ARC}.2.2.1.3.1|2|6
{ARC}.2.2.1.6.1|4x|00408C000010
{ARC}.17.1.4.1.2.1|2|1
{ARC}.17.4.3.1.2.0.64.140.0.0.17|2|1
{ARC}.17.4.3.1.3.0.64.140.0.0.17|2|3
{ARC}.17.4.3.1.2.0.224.252.0.0.18|2|1
{ARC}.17.4.3.1.3.0.224.252.0.0.18|2|3
{ARC}.17.7.1.4.3.1.1.10|4|CAMERAS
{ARC}.4.24.4.1.1.10.9.0.0.255.255.255.0.0.0.0.0.0|64|10.9.0.0
{ARC}.47.1.1.1.1.4.1|2|0
{ARC}.47.1.1.1.1.5.1|2|3
{ARC}.47.1.1.1.1.11.1|4|FOC0001X001
{ARC}.47.1.1.1.1.4.2|2|1
{ARC}.47.1.1.1.1.5.2|2|10
{ARC}.47.1.1.1.1.12.2|4|HUAWEI
{ARC}.47.1.1.1.1.13.2|4|34060001
1.0.8802.1.1.2.1.4.1.1.4.0.1.1|2|4
1.0.8802.1.1.2.1.4.1.1.5.0.1.1|4x|00408C000020
1.0.8802.1.1.2.1.4.1.1.9.0.1.1|4|router1
1.0.8802.1.1.2.1.4.1.1.10.0.1.1|4|Huawei Versatile Routing Platform Software
broken line
"""
ROUTER = f""".{ARC}.1.1.0 = STRING: "Huawei Versatile Routing Platform Software
VRP (R) software, Version 5.1"
.{ARC}.1.2.0 = OID: .1.3.6.1.4.1.2011.2.23
.{ARC}.1.5.0 = STRING: "router1"
.{ARC}.2.2.1.3.1 = INTEGER: 6
.{ARC}.2.2.1.6.1 = STRING: 0:40:8c:0:0:20
.1.3.6.1.6.3.10.2.1.1.0 = Hex-STRING: 80 00 07 DB 03 00 40 8C 00 00 20
"""
BANNERS = "".join(
    f'{{"id":"{name}","field":"{field}","text":"{text}"}}\n'
    for name, field, text in [
        ("c1", "http_header.wwwauth", 'Basic realm=\\"IP Camera(C2183)\\"'),
        ("c2", "http_header.server", "DNVRS-Webs"),
        ("c2", "html_title", "Login"),
        ("s1", "ssh.banner", "OpenSSH_9.2"),
        ("s1", "mac.address", "00:40:8c:00:00:11"),
        ("x1", "network", "no object at all"),
        ("x2", "attached", "[1]"),
    ]
)


def recorded() -> list[Evidence]:
    """What the real imports make of the made-up files, and the notes of a run that was broken off and resumed."""
    found = [
        *snmprec.take(Source("sw1.snmprec", SWITCH.encode(), WHEN.format(1))),
        *snmpwalk.take(Source("router1.txt", ROUTER.encode(), WHEN.format(2))),
        *banners.take(Source("banners.jsonl", BANNERS.encode(), WHEN.format(3))),
    ]
    for name, status, minute in (("a", "incomplete", 4), ("b", "done", 9)):
        start = Start(name, "laydown test", "desk/eth0", site=Site(id=f"site-{name}"), targets=("10.0.0.0/24",))
        ledger = Ledger(name, "snmp", "10.0.0.0/24", status, ("10.0.0.0/24",), (f"10.0.0.{minute}",), reason=status)
        found += [noted(event, "desk/eth0", WHEN.format(minute)) for event in (start, ledger, End(name, status))]
    return [*found, *live()]


def live() -> Iterator[Evidence]:
    """Sightings of a scan: the same camera at one address before and after a gap, and a refusal."""
    for hour, status in (("11", "answered"), ("12", "refused"), ("20", "answered")):
        seen_at = f"2026-11-01T{hour}:00:00.000000Z"
        note = Observation("ssh", "desk/eth0", "10.0.0.9", "greeting", status, seen_at)  # type: ignore[arg-type]
        yield observed(note, b"SSH-2.0-HUAWEI-1.5\r\n" if status == "answered" else None)


EVIDENCE = recorded()


def fresh() -> Pack:
    """The same pack with a matcher that remembers nothing yet."""
    pack = load_pack()
    pack.__dict__["matcher"] = Matcher((stem, rule) for stem, maker in pack.makers.items() for rule in maker.rule)
    return pack


def report(evidence: Sequence[Evidence], pack: Pack = PACK) -> Report:
    return assess(evidence, readers(), pack, "test")


EXPECTED = render(report(EVIDENCE))


def test_the_evidence_is_worth_the_test() -> None:
    """Findings of several outcomes, joined and witnessed, with parts, closures and bad lines among them."""
    found = report(EVIDENCE)
    assert {"covered", "clear", "unknown"} <= {one.outcome for one in found.findings}
    assert any(one.witnesses and one.origins for one in found.findings), "the neighbour is the recorded router"
    assert any(part.outcome == "suspect" for one in found.findings for part in one.components)
    assert found.unexplained_macs and found.networks and found.coverage
    assert found.faults == () and found.site.id == "site-b"
    assert len(EVIDENCE) > 15


@settings(max_examples=60, deadline=None)
@given(mixed=st.permutations(EVIDENCE))
def test_shuffled(mixed: list[Evidence]) -> None:
    assert render(report(mixed)) == EXPECTED


@settings(max_examples=40, deadline=None)
@given(doubles=st.lists(st.sampled_from(EVIDENCE), max_size=40), seed=st.integers(0, 99))
def test_doubled(doubles: list[Evidence], seed: int) -> None:
    mixed = [*EVIDENCE, *doubles]
    random.Random(seed).shuffle(mixed)
    assert render(report(mixed)) == EXPECTED


@pytest.mark.parametrize("parts", [2, 3, 7])
def test_split_over_several_folders(parts: int) -> None:
    piles = [EVIDENCE[n::parts] for n in range(parts)]
    assert render(report([one for pile in reversed(piles) for one in pile])) == EXPECTED


def test_written_and_read_again() -> None:
    again = [parsed(line(one), "here") for one in EVIDENCE]
    assert render(report(again)) == EXPECTED


def test_whatever_was_matched_before() -> None:
    assert render(report(EVIDENCE, fresh())) == EXPECTED


def test_other_evidence_is_another_report() -> None:
    assert len({render(report(EVIDENCE[:-1])), render(report(EVIDENCE[1:])), EXPECTED}) == 3


def reader(facts: int, fault: type[Exception] | None) -> Callable[[Sequence[Evidence]], Iterator[Fact]]:
    def read(found: Sequence[Evidence]) -> Iterator[Fact]:
        for _ in range(facts):
            yield Fact(found[0].id, "self", "snmp.sys_name", "name")
        if fault:
            raise fault("of the reader")

    return read


@pytest.mark.parametrize("fault", [KeyError, ValueError, RecursionError, StopIteration, AssertionError])
def test_a_reader_that_fails_costs_no_device_and_is_named(fault: type[Exception]) -> None:
    held: Readers = {**readers(), "ssh": reader(1, fault)}
    found = assess(EVIDENCE, held, PACK, "test")
    assert [one.device for one in found.findings if "10.0.0.9" in one.addresses], "it answered: it is there"
    assert len(found.faults) == 3 and all(
        text.startswith("sha256:") and "'ssh' failed" in text for text in found.faults
    )
    others = [one for one in report(EVIDENCE).findings if "10.0.0.9" not in one.addresses]
    assert [one for one in found.findings if "10.0.0.9" not in one.addresses] == others


def test_a_probe_that_nobody_reads_is_a_fault_and_its_target_a_device() -> None:
    strange = observed(Observation("of-later-years", "desk/eth0", "10.0.0.8", "x", "answered", WHEN.format(1)), b"x")
    found = report([*EVIDENCE, strange])
    assert found.faults == (f"{strange.id}: no reader for probe 'of-later-years' in this engine",)
    assert [one.outcome for one in found.findings if "10.0.0.8" in one.addresses] == ["unknown"]


def test_a_reader_that_names_other_evidence_is_a_fault() -> None:
    def wrong(found: Sequence[Evidence]) -> Iterator[Fact]:
        yield Fact("sha256:of-nobody", "self", "snmp.sys_description", "Huawei Versatile Routing Platform")

    found = assess(EVIDENCE, {**readers(), "ssh": wrong}, PACK, "test")
    assert len(found.faults) == 3 and "names evidence it was not given" in found.faults[0]


def test_a_run_note_that_cannot_be_read_is_a_fault() -> None:
    broken = observed(Observation("run", "desk/eth0", "", "ledger", "noted", WHEN.format(5)), b'{"event":"ledger"}')
    assert report([*EVIDENCE, broken]).faults[0].startswith(f"{broken.id}: run note cannot be read")


FIELDS = st.sampled_from(
    "network attached mac.address ip.address snmp.engine_id snmp.sys_object_id entity.serial html_title lldp.chassis_id "
    "tcp.open cdp.address entity.class".split()
)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), FIELDS, st.text(min_size=1, max_size=20)), min_size=1, max_size=6)
)
def test_no_banner_file_breaks_an_assessment(rows: list[tuple[str, str, str]]) -> None:
    made = [banners.Banner(*row) for row in rows]
    data = b"\n".join(msgspec.json.encode(one) for one in made)
    found = report(list(banners.take(Source("any.jsonl", data, WHEN.format(1)))))
    assert len(found.findings) <= len({name for name, _, _ in rows})
    assert render(found)
