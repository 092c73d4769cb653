"""More evidence of any kind never lowers what was known of an accused device: the worst of it and its parts (decision 0003)."""

from __future__ import annotations

import json
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.derive import derived
from fingerprints.finding import finding
from fingerprints.gather import rows as gathered
from fingerprints.resolve import resolve
from fingerprints.subjects import place, subjects
from model.evidence import Evidence, Observation, observed
from model.report import RANK, Component, Finding
from tests.review.test_judging import CISCO, LISTED_MAC, Said, read, shipped

PCAP = "application/vnd.tcpdump.pcap"
HERE = ("10.0.0.5", "10.0.0.6")
MACS = (LISTED_MAC, "00:40:8c:11:22:33", "02:11:22:33:44:55")
VRP = "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.150"
SAYS = [
    ("snmp.sys_description", CISCO),
    ("snmp.sys_description", VRP),
    ("cli.version", VRP),
    ("onvif.manufacturer", "Axis"),
    ("onvif.manufacturer", "Amcrest"),
    ("dhip.method", "client.notifyDevInfo"),
    ("sadp.reply", "<ProbeMatch> <Types>inquiry</Types>"),
    ("sadp.serial", "DS-2CD2143G0-I20190315AAWRD12345678"),
    ("upnp.manufacturer", "Sonos, Inc."),
    ("upnp.manufacturer", "Huawei Technologies Co., Ltd."),
    ("mdns.txt", "ty=HP LaserJet"),
    ("mdns.txt", "UUID=564e4333"),
    ("dhcp_vendor_class", "HUAWEI:android:NOH"),
    ("dhcp.host_name", "huawei-p30"),
    ("netbios.name", "FILES"),
    ("http_header.server", "App-webs/"),
    ("virtual.mac", "00:00:5e:00:01:05"),
    ("entity.serial", "S-0000001"),
    ("entity.serial", "S-0000002"),
]
TOLD = [
    ("lldp.sys_description", VRP),
    ("inventory.manufacturer", "Axis"),
    ("inventory.manufacturer", "Huawei"),
    ("gpon.serial", "HWTC0123ABCD"),
    ("wlan.ap_table", "AIRESPACE-WIRELESS-MIB"),
    ("wps.manufacturer", "Huawei Technologies Co., Ltd."),
]
PART = [("entity.mfg_name", "HUAWEI"), ("cli.transceiver_vendor", "HUAWEI"), ("entity.serial", "S-0000001")]
OWN = st.lists(st.sampled_from([("self", *one) for one in SAYS] + [("component:1", *one) for one in PART]), max_size=3)
MAC = st.sampled_from([[], *([("self", "mac.address", mac)] for mac in MACS)])
BOUND = [(f"host:{address}", "mac.address", mac) for address, mac in product(HERE, MACS)]
SPOKEN = [(f"host:{who}", *one) for who in (*HERE, *MACS) for one in SAYS]
LINES = [(f"station:{mac}", "ip.address", address) for address, mac in product(HERE, MACS)]
LINES += [(f"station:{mac}", "attached", '{"port":"3","vlan":"","ssid":""}') for mac in MACS]
NEIGHBOURS = [[("neighbor:1", "mac.address", mac), ("neighbor:1", *one)] for mac in MACS for one in TOLD]
VANTAGES = st.sampled_from(["desk/eth0", "desk/eth0", "file:a", "far/eth0"])


def made(vantage: str, target: str, hour: int, facts: list[Said], media: str = "") -> Evidence:
    note = Observation("t", vantage, target, "all", "answered", f"2026-11-01T{hour:02}:00:00.000000Z")
    return observed(note, json.dumps(facts).encode(), media or "application/json")


HOURS = st.sampled_from([8, 9, 15])
ANSWER = st.builds(lambda v, t, h, f, m: made(v, t, h, [*f, *m]), VANTAGES, st.sampled_from(HERE), HOURS, OWN, MAC)
PAGE = st.builds(
    lambda v, h, f: made(v, "", h, f, PCAP), VANTAGES, HOURS, st.lists(st.sampled_from(BOUND + SPOKEN), max_size=4)
)
TABLE = st.builds(
    lambda v, t, h, f: made(v, t, h, f),
    VANTAGES,
    st.sampled_from([*HERE, "10.0.0.1", ""]),
    HOURS,
    st.one_of(st.lists(st.sampled_from(LINES), max_size=4), st.sampled_from(NEIGHBOURS)),
)
SOME = st.lists(st.one_of(ANSWER, PAGE, TABLE), max_size=6)


Ranks = dict[tuple[str, str], int]


def judged(evidence: list[Evidence]) -> tuple[Ranks, Ranks]:
    """(words that accuse, all words) as (key, value) -> how far they accuse; the worst of the devices they are of.

    A conflict counts as covered. What turned out to be two devices is two: an unlisted maker's own words, cited in a conflict, go with
    the box that said them, and another's word or a part's label accuses of no more than suspicion.
    """
    held = {one.id: one for one in evidence}
    read_out = [fact for one in held.values() for fact in read([one])]
    devices, _ = resolve(
        subjects(sorted(gathered({name: place(one.observation) for name, one in held.items()}, read_out)))
    )
    known = {subject.key: device.id for device in devices for subject in device.subjects}
    accusing: Ranks = {}
    every: Ranks = {}
    for device in devices:
        found = finding(device, shipped(), known)
        things: list[Finding | Component] = [found, *found.components]
        worst = min(RANK["covered"], max(RANK[one.outcome] for one in things))
        facts = [fact for subject in device.subjects for fact in subject.facts]
        for fact in [*facts, *derived(facts, shipped().registry)]:
            every[fact.key, fact.value] = max(worst, every.get((fact.key, fact.value), 0))
        for thing, why in [(one, why) for one in things if RANK[one.outcome] for why in one.why]:
            if why.rule.partition("/")[0] in shipped().listed:
                rank = min(RANK["covered"], RANK[thing.outcome]) if why.grade == "declared" else RANK["suspect"]
                accusing[why.key, why.value] = max(rank, accusing.get((why.key, why.value), 0))
    return accusing, every


@settings(max_examples=300, deadline=None)
@given(SOME, SOME)
def test_what_accuses_goes_on_accusing(some: list[Evidence], more: list[Evidence]) -> None:
    before, after = judged(some)[0], judged([*some, *more])[1]
    assert {said: rank for said, rank in before.items() if after.get(said, 0) < rank} == {}


def test_an_earlier_stay_at_the_address_takes_no_part_away() -> None:
    line = made("desk/eth0", "10.0.0.1", 15, [(f"station:{LISTED_MAC}", "ip.address", HERE[0])])
    switch = made("desk/eth0", HERE[0], 15, [("self", "snmp.sys_description", CISCO)])
    earlier = made("desk/eth0", HERE[0], 1, [])
    said = ("snmp.sys_description", CISCO)
    assert judged([line, switch])[1][said] == judged([line, switch, earlier])[1][said] == RANK["suspect"]
