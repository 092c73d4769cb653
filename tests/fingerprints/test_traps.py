"""The traps that the public record of these makers is full of, each from both sides: what falls into it, and what it must not hide.

Squatted numbers, `Private` and `General`, empty system groups, agents of strangers inside, a neighbour's old tree, borrowed names,
look-alikes. The shipped pack judges; values are made up in the shapes that makers' MIBs and captures show.
"""

from __future__ import annotations

import pytest

from fingerprints.assess import assess
from fingerprints.pack import load
from model.claims import Fact
from model.evidence import Observation, observed
from model.report import ACCUSING, Finding

PACK = load()
OID, DESCR, ENGINE, NAME = "snmp.sys_object_id", "snmp.sys_description", "snmp.engine_id", "entity.mfg_name"
SERVER, AUTH, BODY, TITLE, MAC = "http_header.server", "http_header.wwwauth", "html_body", "html_title", "mac.address"
PEN = "1.3.6.1.4.1."
Said = tuple[str, ...]
SCOPES = " ".join(
    f"onvif://www.onvif.org/{scope}"
    for scope in ("location/country/china", "type/Network_Video_Transmitter", "extension/unique_identifier/1")
)


def judged(*facts: Said) -> Finding:
    """The finding of one device that said all this, each in an exchange of its own; of three words the first says of what."""
    evidence, told = [], {}
    for number, fact in enumerate(facts):
        seen_at = f"2026-11-01T10:00:{number:02}.000000Z"
        one = observed(Observation("t", "desk/eth0", "10.0.0.1", f"q{number}", "answered", seen_at), b"x")
        evidence.append(one)
        told[one.id] = fact if len(fact) == 3 else ("self", *fact)
    reader = {"t": lambda group: iter([Fact(one.id, *told[one.id]) for one in group])}
    return next(one for one in assess(evidence, reader, PACK, "test").findings if "10.0.0.1" in one.addresses)


COVERED: dict[str, tuple[str, list[Said]]] = {
    # squatted and strange numbers
    "50001 with its words": ("hikvision", [(OID, PEN + "50001"), (DESCR, "Hikvision company products")]),
    "50001 with a serial tail": (
        "hikvision",
        [(OID, PEN + "50001"), ("hikvision.serial", "0820160719AARR624053979WCVU")],
    ),
    "26381 with Hytera's own object": ("hytera", [(OID, PEN + "26381"), ("hytera.model", "RD985S")]),
    "1004849 lies outside the registry": ("dahua", [(OID, PEN + "1004849.3.2.10")]),
    "37496 is the registered number": ("dahua", [(OID, PEN + "37496.1")]),
    # empty or generic system groups
    "a camera without a system group": ("hikvision", [("hikvision.model", "DS-2CD2185FWD-I")]),
    "an empty description": ("huawei", [(OID, PEN + "2011.2.225")]),
    "a bare model beside the number": ("huawei", [(OID, PEN + "2011.2.225"), (DESCR, "S12704")]),
    "ISM SNMP Agent with its number": ("huawei", [(OID, PEN + "2011.2.91"), (DESCR, "ISM SNMP Agent")]),
    "Hardware management system with its number": (
        "huawei",
        [(OID, PEN + "2011.2.235"), (DESCR, "Hardware management system")],
    ),
    # strangers' agents inside
    "AGENT++ inside OceanStor": ("huawei", [(OID, PEN + "2011.2.91"), (ENGINE, "80001370017f000001")]),
    "net-snmp on a site power unit": ("huawei", [(OID, PEN + "8072.3.2.10"), ("huawei.smu_name", "HUAWEI SMU")]),
    "net-snmp on a UPS card": ("huawei", [(OID, PEN + "8072.3.2.10"), ("ups.manufacturer", "HUAWEI")]),
    "a carrier kernel": ("zte", [(DESCR, "Linux board 3.4.24-EMBSYS-CGEL-4.03.20.P3 ppc")]),
    # names in entity tables
    "a name padded with blanks": ("huawei", [(NAME, "   HUAWEI   ")]),
    "ZTE COMPANY": ("zte", [(NAME, "ZTE COMPANY")]),
    # engine ids
    "an engine id of 2011": ("huawei", [(ENGINE, "800007db03d494e80de120")]),
    "an engine id of 3902": ("zte", [(ENGINE, "80000f3e03d0154a000001")]),
    # the old trees
    "2011.2 is Huawei's own": ("huawei", [(OID, PEN + "2011.2.23.300")]),
    # brands and their builders
    "DHIP of vendor Private": ("dahua", [("dhip.method", "client.notifyDevInfo"), ("dhip.vendor", "Private")]),
    "DHIP of vendor General": ("dahua", [("dhip.method", "client.notifyDevInfo"), ("dhip.vendor", "General")]),
    "DHIP of a Lorex recorder": (
        "dahua",
        [("dhip.method", "client.notifyDevInfo"), ("dhip.vendor", "Lorex"), ("dhip.manufacturer", "Private")],
    ),
    "DHIP of an Intelbras terminal": ("dahua", [("dhip.method", "client.notifyDevInfo"), ("dhip.vendor", "Intelbras")]),
    "an Amcrest page and a DHIP answer": (
        "dahua",
        [(BODY, "Amcrest Technologies LDAPUser"), ("dhip.method", "client.notifyDevInfo")],
    ),
    "a realm with a serial number": ("dahua", [(AUTH, 'Digest realm="Login to 1F006E4PAX00075"')]),
    "a realm with a hash": ("dahua", [(AUTH, f'Digest realm="Login to {"0a" * 16}"')]),
    "SADP of an OEM's camera": ("hikvision", [("sadp.serial", "ECI-T24F220170101AAWR123456789")]),
    "Honeywell by name, Dahua by protocol": ("dahua", [(NAME, "Honeywell"), ("dhip.method", "client.notifyDevInfo")]),
    "an old server under its new owner's number": ("huawei", [(OID, PEN + "58132.1"), (SERVER, "Huawei-BMC")]),
    "ZTE's server on a carrier's box": ("zte", [(SERVER, "Mini web server 1.0 ZTE corp 2005.")]),
    # field-anchored words
    "the server of a recorder": ("hikvision", [(SERVER, "DNVRS-Webs")]),
    "a hidden version is Huawei's habit, the name is its own": ("huawei", [("ssh.banner", "HUAWEI-1.5")]),
    "Uniview's number beside Dahua's protocol": ("dahua", [("dhip.method", "client.notifyDevInfo")]),
}


@pytest.mark.parametrize("name", COVERED)
def test_it_is_not_hidden(name: str) -> None:
    maker, facts = COVERED[name]
    found = judged(*facts)
    assert (found.outcome, found.maker) == ("covered", maker), found.why


FREE: dict[str, list[Said]] = {
    "50001 alone is Scildon's": [(OID, PEN + "50001")],
    "50001 with other words": [(OID, PEN + "50001"), (DESCR, "Scildon device")],
    "26381 alone is lwIP's": [(OID, PEN + "26381")],
    "100484 is another number": [(OID, PEN + "100484.1")],
    "10048490 is another number": [(OID, PEN + "10048490.1")],
    "an empty system group": [("tcp.open", "161")],
    "a bare model alone": [(DESCR, "S12704")],
    "ISM SNMP Agent alone": [(DESCR, "ISM SNMP Agent")],
    "Hardware management system alone": [(DESCR, "Hardware management system")],
    "AGENT++ alone": [(ENGINE, "80001370017f000001")],
    "net-snmp alone": [(OID, PEN + "8072.3.2.10"), (ENGINE, "80001f8880e9bd0c1d12345678")],
    "a UPS of somebody else": [(OID, PEN + "8072.3.2.10"), ("ups.manufacturer", "EATON")],
    "a plain kernel": [(DESCR, "Linux board 3.4.24 ppc")],
    "an optic maker's name is no box": [("component:entity.1", NAME, "OEM")],
    "H3C's engine id": [(ENGINE, "800063a2033c8c40000001")],
    "H3C's number, and 2011 answered": [(OID, PEN + "25506.1.600"), ("snmp.private_tree", "2011")],
    "H3C's number, Comware's words": [
        (OID, PEN + "25506.1.600"),
        (DESCR, "H3C Comware Platform Software, Software Version 5.20"),
    ],
    "a private tree of 2011 alone": [("snmp.private_tree", "2011")],
    "a 3Com router of the shared years": [(DESCR, "3Com Router 3030 Software V2.04 (build V300R001B06D001SP23)")],
    "a release text alone": [(DESCR, "Router (X10 V300R001C10)")],
    "Honeywell's name alone": [(NAME, "Honeywell")],
    "a generic realm": [(AUTH, 'Basic realm="Login to use!"')],
    "a country in WS-Discovery": [("wsd.scopes", "onvif://www.onvif.org/location/country/china")],
    "the family's scopes alone": [("wsd.scopes", SCOPES)],
    "an FTP greeting of many brands": [("ftp.banner", "HES_CPE FTP server (GNU inetutils 1.4.1) ready.")],
    "Honor's block": [(MAC, "00:6b:8e:00:00:01")],
    "a private registrant": [("mac.registrant", "Private")],
    "Xiongmai": [(SERVER, "uc-httpd 1.0.0"), (TITLE, "NETSurveillance WEB"), ("tcp.open", "34567")],
    "Cross Web Server": [(SERVER, "Cross Web Server")],
    "a scale factory's block": [(MAC, "40:2c:76:10:00:01")],
    "ZTEC's block": [(MAC, "78:66:ae:00:00:01")],
    "H3C's block": [(MAC, "3c:8c:40:00:00:01")],
    "a random address that begins as Huawei's would": [(MAC, "02:e0:fc:00:00:01")],
    "a router's virtual address": [(MAC, "00:00:5e:00:01:01")],
    "Uniview's number": [(OID, PEN + "39747.1")],
    "FiberHome's number": [(OID, PEN + "11408.1")],
    "the word in a page": [(BODY, "<p>Works with Huawei and Hikvision phones</p>"), (TITLE, "Huawei AP setup guide")],
    "the word as a network's name": [("network", '{"kind":"ssid","name":"Huawei AP"}')],
    "two readings of one favicon": [("favicon.mmh3", "-1290966513")],
}


@pytest.mark.parametrize("name", FREE)
def test_it_accuses_nobody(name: str) -> None:
    found = judged(*FREE[name])
    things = (found, *found.components)
    assert not [one for one in things if one.outcome in ACCUSING], [(one.outcome, one.maker, one.why) for one in things]


ASKED: dict[str, tuple[str, list[Said]]] = {
    "Huawei's block alone": ("huawei", [(MAC, "00:e0:fc:00:00:01")]),
    "Lorex's block alone": ("dahua", [(MAC, "00:1f:54:00:00:01")]),
    "TETRA radios once Hytera's": ("sepura", [(OID, PEN + "46904.1")]),
    "TETRA gear of the group": ("teltronic", [(OID, PEN + "22488.1")]),
    "its US brand": ("powertrunk", [(OID, PEN + "34754.1")]),
    "satellite terminals of the group": ("norsat", [(OID, PEN + "40560.1")]),
    "servers that Huawei sold": ("huawei", [(OID, PEN + "58132.1")]),
    "ztevision's number": ("ztevision", [(OID, PEN + "8409.1")]),
    "Prama's block": ("prama", [(MAC, "e4:28:a4:00:00:01")]),
    "Imou's block": ("imou", [(MAC, "90:6a:94:00:00:01")]),
    "HiSilicon's block": ("hisilicon", [(MAC, "84:8a:59:00:00:01")]),
    "a 28-bit block under the IEEE's own": ("dahua", [(MAC, "34:46:63:40:00:01")]),
    "its neighbour, of another brand": ("dahua", [(MAC, "34:46:63:20:00:01")]),
    "a generic realm beside the family's scopes": (
        "dahua",
        [(AUTH, 'Digest realm="Login to cam7"'), ("wsd.scopes", SCOPES)],
    ),
    "a brand by name": ("dahua", [(BODY, "Amcrest Technologies LDAPUser")]),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_is_asked(name: str) -> None:
    maker, facts = ASKED[name]
    found = judged(*facts)
    assert (found.outcome, found.maker) == ("suspect", maker), found.why
    assert found.authorities and found.authorities[0].open_questions


PARTS: dict[str, tuple[str | None, list[Said]]] = {
    "an optic of Huawei's in another switch": (
        "cisco",
        [(DESCR, "Cisco IOS Software, Example Software, Version 15.0(2)"), ("component:entity.7", NAME, "HUAWEI")],
    ),
    "a network chip of Huawei's in another box": (
        "cisco",
        [(DESCR, "Cisco IOS Software, Example Software, Version 15.0(2)"), (MAC, "00:e0:fc:00:00:01")],
    ),
    "a stick of ZTE's": (
        "cisco",
        [(DESCR, "Cisco IOS Software, Example Software, Version 15.0(2)"), ("component:modem.1", NAME, "ZTE")],
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_judged_apart(name: str) -> None:
    maker, facts = PARTS[name]
    found = judged(*facts)
    assert (found.outcome, found.maker) == ("clear", maker)
    assert [one.outcome for one in found.components] == ["suspect"]


def test_a_strangers_optic_in_a_covered_switch_is_no_part_of_the_accusation() -> None:
    found = judged((OID, PEN + "2011.2.23.300"), ("component:entity.7", NAME, "CISCO-FINISAR"))
    assert found.outcome == "covered" and [one.outcome for one in found.components] != ["covered"]


def test_the_old_branch_of_2011_is_asked_and_never_certain() -> None:
    """Huawei-3Com's boxes bear one of three badges."""
    found = judged((OID, PEN + "2011.10.1.1"))
    assert found.outcome not in ("covered", "conflict"), found.why


def test_a_controller_that_borrowed_sadp_is_not_certain() -> None:
    found = judged(("sadp.reply", "HIK TSC"))
    assert found.outcome != "covered", found.why
