"""Evidence that once lost a covered part, mixed two makers' words, cut off a reason or stopped the assessment."""

from __future__ import annotations

import json
from functools import cache

import pytest

from fingerprints.assess import assess
from fingerprints.pack import Pack, load
from model.claims import Fact
from model.evidence import Evidence, Observation, observed
from model.report import Component, Finding, Report

LISTED_MAC, AXIS_MAC = "28:57:be:11:22:33", "00:40:8c:11:22:33"
CISCO = "Cisco IOS Software, C2960 Software"
VRP = "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.150"
Said = tuple[str, str, str]


@cache
def shipped() -> Pack:
    return load()


def report(told: dict[str, list[Said]]) -> Report:
    made = []
    for minute, (target, facts) in enumerate(told.items(), 10):
        note = Observation("t", "desk/eth0", target, "all", "answered", f"2026-11-01T10:{minute}:00.000000Z")
        made.append(observed(note, json.dumps(facts).encode()))
    return assess(made, {"t": read}, shipped(), "test")  # type: ignore[dict-item]


def read(found: list[Evidence]) -> list[Fact]:
    return [Fact(one.id, *said) for one in found for said in json.loads(one.body or b"[]")]


def at(address: str, told: dict[str, list[Said]]) -> Finding:
    (found,) = (one for one in report(told).findings if address in one.addresses)
    return found


def only(*said: tuple[str, str]) -> Finding:
    return at("10.0.0.9", {"10.0.0.9": [("self", *one) for one in said]})


def accused(found: Finding) -> list[Component]:
    return [part for part in found.components if part.outcome != "clear" and part.maker]


def test_a_listed_block_that_only_an_arp_table_names_stays_a_suspect_part() -> None:
    table = [(f"station:{LISTED_MAC}", "ip.address", "10.0.0.9"), ("self", "snmp.sys_name", "gw")]
    silent = at("10.0.0.9", {"10.0.0.9": [("self", "html_title", "x")], "10.0.0.1": table})
    assert (silent.outcome, silent.maker) == ("suspect", "hikvision")
    named = at("10.0.0.9", {"10.0.0.9": [("self", "snmp.sys_description", CISCO)], "10.0.0.1": table})
    assert (named.outcome, named.maker) == ("clear", "cisco")
    assert [(part.outcome, part.maker) for part in accused(named)] == [("suspect", "hikvision")]
    assert {why.key for part in accused(named) for why in part.why} == {"mac.registrant"}


@pytest.mark.parametrize("fact", [("snmp.engine_id", "80001f88032857be112233"), ("lldp.local_chassis_id", LISTED_MAC)])
def test_a_block_inside_another_id_weighs_what_the_block_weighs(fact: tuple[str, str]) -> None:
    found = only(fact)
    assert (found.outcome, found.maker, found.macs) == ("suspect", "hikvision", (LISTED_MAC,))


def test_a_chassis_id_that_is_a_name_is_no_address() -> None:
    assert only(("lldp.local_chassis_id", "switch-1")).macs == ()


def test_a_witness_does_not_give_the_accused_maker_the_box_s_own_model() -> None:
    own = [
        ("self", "snmp.sys_description", CISCO),
        ("self", "entity.model_name", "WS-C2960"),
        ("self", "entity.firmware", "15.2"),
        ("self", "mac.address", AXIS_MAC),
    ]
    seen = [("neighbor:1", "lldp.chassis_id", AXIS_MAC), ("neighbor:1", "lldp.sys_description", VRP)]
    found = at("10.0.0.9", {"10.0.0.9": own, "10.0.0.1": seen})
    assert (found.outcome, found.maker, found.model, found.firmware) == ("suspect", "huawei", "", "")
    assert at("10.0.0.9", {"10.0.0.9": own}).model == "WS-C2960"


def test_no_side_of_a_conflict_is_cut_off() -> None:
    many = [("snmp.sys_description", f"{CISCO} {number}") for number in range(60)]
    found = only(*many, ("snmp.sys_object_id", "1.3.6.1.4.1.2011.2.23.1"))
    assert (found.outcome, found.maker, found.why[0].rule) == ("conflict", "huawei", "huawei/object-id")
    assert any(why.rule.startswith("cisco/") for why in found.why)


def test_a_lone_surrogate_in_a_fact_that_a_rule_requires_stops_nothing() -> None:
    found = only(("snmp.sys_object_id", "1.3.6.1.4.1.50001"), ("snmp.sys_description", "x\ud800"))
    assert found.outcome == "unknown"


NAMES = [
    ("huawei", "Huawei Technologies Co., Ltd."),
    ("huawei", "HUAWEI TECH CO., LTD"),
    ("zte", "ZTE Corporation"),
    ("hikvision", "Hangzhou Hikvision Digital Technology Co.,Ltd."),
    ("dahua", "Zhejiang Dahua Technology Co., Ltd."),
    ("hytera", "Hytera Communications Co.,Ltd."),
]


@pytest.mark.parametrize(("maker", "name"), NAMES)
def test_a_card_labelled_with_a_listed_maker_s_full_name_is_suspect(maker: str, name: str) -> None:
    card = [("component:2", "entity.mfg_name", name), ("component:2", "entity.model_name", "QSFP")]
    found = at("10.0.0.9", {"10.0.0.9": [("self", "snmp.sys_description", CISCO), *card]})
    assert found.outcome == "clear"
    assert [(part.outcome, part.maker, part.model) for part in accused(found)] == [("suspect", maker, "QSFP")]


@pytest.mark.parametrize("own", [(), (("snmp.sys_description", CISCO),)])
def test_a_brand_whose_block_says_nothing_of_its_builder_is_no_suspect_part(own: tuple[tuple[str, str], ...]) -> None:
    found = only(("mac.registrant", "Honor Device Co., Ltd."), *own)
    assert found.outcome in ("unknown", "clear") and not accused(found)
    again = only(("mac.registrant", "Lorex Technology Inc."), ("snmp.sys_description", CISCO))
    assert [(part.outcome, part.maker) for part in accused(again)] == [("suspect", "dahua")]


INNOCENT = [
    ("html_title", "HG6245D"),  # FiberHome's gateways
    ("html_title", "HG6145F"),
    ("html_title", "HG100R"),  # Hitron's
    ("html_body", 'switch (brand) { case "HIKVISION": a(); case "AXIS": b(); }'),
    ("ssh.banner", "-"),
    ("zte.description", "ZTEC switch"),
    ("snmp.sys_description", "REOLINK EZTECH"),
    ("snmp.sys_description", "Aztech 4-port"),
    ("telnet.banner", "Aztech F660 login:"),
    ("sip_header.user_agent", "SIP F680"),
    ("http_header.wwwauth", 'Basic realm="Login to use!"'),
    ("http_header.server", "webs"),
    ("html_title", "IP Camera"),
    ("entity.mfg_name", "Huawei compatible optics Inc"),
    ("entity.mfg_name", "Huawei-3Com Technologies"),
    ("entity.mfg_name", "ZTE compatible optics"),
    ("entity.mfg_name", "Dahuang Power"),
]


@pytest.mark.parametrize(("key", "value"), INNOCENT)
def test_near_misses_accuse_nobody(key: str, value: str) -> None:
    found = only((key, value))
    assert found.outcome in ("unknown", "clear"), found.why
