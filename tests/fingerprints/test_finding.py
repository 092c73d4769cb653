"""A finding says where, by what name, how it is attached, of what it consists and why: each from the facts, free of order."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from fingerprints.assess import assess
from model.claims import Fact
from model.evidence import Evidence, Observation, observed
from model.report import Component, Finding, Report
from tests.fingerprints.small_pack import PARTS, pack, rule

AXIS, LISTED_MAC = "00:40:8c:11:22:33", "00:e0:fc:11:22:33"
Said = tuple[str, str, str]


def report(told: dict[str, list[Said]], more: dict[str, str] | None = None) -> Report:
    made = []
    for hour, (target, facts) in enumerate(told.items(), 10):
        note = Observation("t", "desk/eth0", target, "all", "answered", f"2026-11-01T{hour}:00:00.000000Z")
        made.append(observed(note, json.dumps(facts).encode()))
    held = pack()
    for name, text in (more or {}).items():
        held._take(name, text.encode())
    return assess(made, {"t": read}, held, "test")  # type: ignore[dict-item]


def read(found: list[Evidence]) -> list[Fact]:
    return [Fact(one.id, *said) for one in found for said in json.loads(one.body or b"[]")]


def only(*facts: Said, more: dict[str, str] | None = None) -> Finding:
    (found,) = report({"10.0.0.1": list(facts)}, more).findings
    return found


def test_addresses_stand_in_the_order_of_numbers() -> None:
    facts = [("self", "ip.address", one) for one in ("10.0.0.10", "2001:db8::1", "9.0.0.1", "no address", "10.0.0.9")]
    assert only(*facts).addresses == ("9.0.0.1", "10.0.0.1", "10.0.0.9", "10.0.0.10", "2001:db8::1")


def test_names_are_those_that_were_given_as_names() -> None:
    found = only(("self", "snmp.sys_name", "b"), ("self", "dns.name", "a"), ("self", "snmp.sys_location", "room 1"))
    assert found.names == ("a", "b")


def test_model_serial_and_firmware_come_from_the_maker_named() -> None:
    made = rule("m", "html_title", "^Plain (?P<model>[A-Z0-9]+) v(?P<fw>.+)$", more="model='{model}'\nfirmware='{fw}'")
    made = made.replace("matches=['Plain (?P<model>[A-Z0-9]+) v(?P<fw>.+)']", "matches=['Plain X1 v2']")
    text = PARTS["rules/plain.toml"] + made
    found = only(
        ("self", "html_title", "Plain X1 v2"), ("self", "entity.serial", "SN00017"), more={"rules/plain.toml": text}
    )
    assert (found.maker, found.model, found.firmware, found.serial) == ("plain", "X1", "2", "SN00017")


@pytest.mark.parametrize(("until", "reached"), [("", True), ("2026-11-01", True), ("2026-10-31", False)])
def test_an_entry_that_had_ended_by_then_reaches_nobody(until: str, reached: bool) -> None:
    law = f"id='other'\ntitle='Other'\ncites=['a law']\n[[entry]]\nmaker='listed'\nuntil='{until}'\n"
    found = only(("self", "snmp.sys_description", "Listed box"), more={"covered/other.toml": law})
    assert ("other" in {one.id for one in found.authorities}) is reached and found.outcome == "covered"


def test_an_interface_of_the_boxs_own_maker_is_no_part_by_itself() -> None:
    facts = [("self", "mac.address", LISTED_MAC)]
    own = only(("self", "snmp.sys_description", "Listed box"), *facts)
    another = only(("self", "snmp.sys_description", "Plain switch"), *facts)
    assert own.components == () and [one.component for one in another.components] == ["network interface listed"]


LINES = """source = 'the MIB'
[object_id]
'1.3.6.1.4.1.5.1' = { product = 'line', kind = 'switch' }
'1.3.6.1.4.1.5.1.7' = { product = 'box' }
[[line]]
product = 'phones'
kind = 'phone'
model = '^P'
matches = ['P1']
misses = ['Q']
source = 'test'
[[line]]
product = 'proxies'
kind = 'gateway'
model = '^P[XY]'
matches = ['PX']
misses = ['P1']
source = 'test'
"""


def test_a_product_line_is_the_longest_subtree() -> None:
    oid = ("self", "snmp.sys_object_id", "1.3.6.1.4.1.5.1.7.2")
    found = only(("self", "snmp.sys_description", "Plain switch"), oid, more={"products/plain.toml": LINES})
    assert (found.model, found.kind) == ("box", "")
    other = ("self", "snmp.sys_object_id", "1.3.6.1.4.1.5.1.70")
    found = only(("self", "snmp.sys_description", "Plain switch"), other, more={"products/plain.toml": LINES})
    assert (found.model, found.kind) == ("line", "switch")


def test_a_models_line_gives_the_kind_and_the_longer_match_wins() -> None:
    oid = ("self", "snmp.sys_object_id", "1.3.6.1.4.1.5.1.70")
    for model, kind in (("P1", "phone"), ("PX1", "gateway"), ("Q", "switch")):
        told = ("self", "entity.model_name", model)
        found = only(("self", "snmp.sys_description", "Plain switch"), oid, told, more={"products/plain.toml": LINES})
        assert (found.model, found.kind) == (model, kind)


def test_a_line_is_of_the_maker_named_alone() -> None:
    told = [("self", "snmp.sys_description", "Listed box"), ("self", "entity.model_name", "P1")]
    found = only(*told, more={"products/plain.toml": LINES})
    assert (found.model, found.kind, found.in_law) == ("P1", "", "question")


def test_where_a_device_is_attached_names_switch_port_vlan_and_when() -> None:
    told = {
        "10.0.0.9": [("self", "mac.address", AXIS)],
        "10.0.0.1": [(f"station:{AXIS}", "attached", '{"port":"7","vlan":"10","ssid":""}')],
        "10.0.0.2": [(f"station:{AXIS}", "attached", '{"port":"uplink"}')],
    }
    found = report(told)
    of = {one.addresses[0]: one for one in found.findings}
    at = {(one.switch, one.port, one.vlan, one.seen_at[11:13]) for one in of["10.0.0.9"].attached}
    assert at == {(of["10.0.0.1"].device, "7", "10", "11"), (of["10.0.0.2"].device, "uplink", "", "12")}


def part(found: Finding, name: str) -> Component:
    return next(one for one in found.components if one.component == name)


def test_parts_are_judged_apart_with_their_own_words() -> None:
    found = only(
        ("self", "snmp.sys_description", "Plain switch"),
        ("component:entity.5", "entity.mfg_name", "Listed"),
        ("component:entity.5", "entity.class", "module"),
        ("component:entity.5", "entity.model_name", "OPTIC-1"),
        ("component:entity.5", "entity.serial", "OP0001"),
        ("component:entity.6", "entity.mfg_name", "Nobody Inc"),
        ("self", "mac.address", LISTED_MAC),
    )
    optic = part(found, "entity.5")
    assert (found.outcome, optic.outcome, optic.maker) == ("clear", "suspect", "listed")
    assert (optic.kind, optic.model, optic.serial) == ("module", "OPTIC-1", "OP0001")
    assert optic.why and optic.why[0].grade == "component"
    other = part(found, "entity.6")
    assert (other.outcome, other.maker, other.producer) == ("unknown", None, "Nobody Inc")
    assert part(found, "network interface listed").outcome == "suspect"


def test_a_listed_part_in_a_listed_box_is_as_covered_as_the_box() -> None:
    found = only(("self", "snmp.sys_description", "Listed box"), ("component:entity.5", "entity.mfg_name", "Listed"))
    assert (found.outcome, part(found, "entity.5").outcome) == ("covered", "covered")


def test_every_reason_points_at_evidence_and_rule() -> None:
    found = report({"10.0.0.1": [("self", "snmp.sys_description", "Listed box 7")]})
    (one,) = found.findings
    (why,) = one.why
    assert (why.rule, why.grade, why.key, why.value) == ("listed/d", "declared", "snmp.sys_description", "Listed box 7")
    assert why.evidence.startswith("sha256:")


def test_an_authority_comes_with_its_questions_for_accused_devices_alone() -> None:
    covered, clear = only(("self", "html_title", "Brand x")), only(("self", "html_title", "Maybe x"))
    assert [one.id for one in covered.authorities] == ["section-889"] and clear.authorities == ()
    assert {"relabel", "telecommunications-equipment"} <= {one.id for one in covered.authorities[0].open_questions}


def test_reasons_are_bounded_and_the_best_stand_first() -> None:
    facts = [("self", "http_header.server", "webs"), ("self", "snmp.sys_description", "Listed box")]
    facts += [("self", "snmp.sys_description", f"Listed box {n}") for n in range(40)]
    found = only(*facts)
    assert len(found.why) == 20 and found.why[0].grade == "declared"


def test_every_evidence_of_an_accusation_is_cited_and_of_each_at_most_twenty_reasons() -> None:
    told = {
        f"10.0.0.{n}": [("self", "snmp.sys_description", "Listed box"), ("self", "entity.serial", "SN00017")]
        for n in range(1, 13)
    }
    told["10.0.0.14"] = [*told["10.0.0.1"], *(("self", "snmp.sys_description", f"Listed box {n}") for n in range(50))]
    (found,) = report(told).findings
    count = Counter(why.evidence for why in found.why)
    assert found.outcome == "covered" and len(count) == len(told) and max(count.values()) == 20


def test_the_order_of_facts_decides_nothing() -> None:
    facts: list[Said] = [
        ("self", "snmp.sys_description", "Plain switch"),
        ("self", "html_title", "Brand x"),
        ("self", "entity.serial", "S00002"),
        ("self", "entity.serial", "S00001"),
        ("self", "entity.model_name", "M2"),
        ("self", "entity.model_name", "M1"),
        ("component:1", "entity.mfg_name", "Listed"),
        ("component:1", "entity.mfg_name", "Other"),
        ("neighbor:lldp.1", "lldp.sys_name", "n"),
    ]
    note = Observation("t", "desk/eth0", "10.0.0.1", "all", "answered", "2026-11-01T10:00:00.000000Z")
    one, seen = observed(note, b"the same answer"), set()

    def given(_: object) -> list[Fact]:
        return [Fact(one.id, *fact) for fact in facts]

    for seed in range(20):
        random.Random(seed).shuffle(facts)
        seen.add(repr(assess([one], {"t": given}, pack(), "test")))  # type: ignore[dict-item]
    assert len(seen) == 1
