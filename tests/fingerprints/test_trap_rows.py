"""Each row of the fact sheet on numbers, fields, rebrands and look-alikes has a test from both sides: none can be lost.

`TOLD` and `QUIET` add to the cases of test_traps what its tables lack; `ROWS` says for each row of the sheet by which cases it is
accused, or asked about, and by which it is not. Where the sheet is at hand, its rows are held against ROWS.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from model.report import ACCUSING
from tests.accuracy.number import LISTED as NUMBERS
from tests.fingerprints import test_traps as traps
from tests.fingerprints.test_traps import AUTH, BODY, DESCR, ENGINE, NAME, OID, PEN, Said, judged

SHEET = Path(__file__).resolve().parents[3] / "shared" / "facts" / "fingerprints.md"
DHIP, SADP = ("dhip.method", "client.notifyDevInfo"), ("sadp.serial", "DS-2CD2385G1-I20200414AAWRE33842150")
BRAND = "onvif.manufacturer"
DAHUA_BUILT = ("Amcrest", "Lorex", "Intelbras", "BCS", "Q-See", "Imou", "CP Plus", "Honeywell", "EmpireTech", "Loryta")
DAHUA_BUILT += ("EZ-IP", "IC Realtime", "KBVision", "Luminys")
HIKVISION_BUILT = ("Annke", "HiLook", "HiWatch", "LTS", "Uniden", "Clare", "RCA", "Nelly", "Prama", "ABUS", "Northern")
HIKVISION_BUILT += ("LaView", "GW Security", "Interlogix", "TruVision", "W Box", "Swann", "AGM")

TOLD: dict[str, tuple[str, list[Said]]] = {
    **{f"number {number}": (maker, [(OID, f"{PEN}{number}.2.1")]) for number, maker in NUMBERS.items()},
    **{
        f"engine id of {number}": (NUMBERS[number], [(ENGINE, f"80{number:06x}0300e0fc000001")])
        for number in (39165, 37496, 40297)
    },
    **{f"{brand} speaks DHIP": ("dahua", [(BRAND, brand), DHIP]) for brand in DAHUA_BUILT},
    **{f"{brand} answers SADP": ("hikvision", [(BRAND, brand), SADP]) for brand in HIKVISION_BUILT},
    "a recorder's words": ("hikvision", [(DESCR, "Hikvision company products")]),
    "a recorder's model alone": ("dahua", [(DESCR, "DH-NVR4108HS-8P-4KS2")]),
    "VRP": (
        "huawei",
        [(DESCR, "Huawei Versatile Routing Platform Software VRP (R) software,Version 5.170 (S5720 V200R010C00)")],
    ),
    "YunShan": ("huawei", [(DESCR, "Huawei YunShan OS Version 1.25.0.1 (AirEngine 6700 V600R025C10)")]),
    "an access node": ("huawei", [(DESCR, "Huawei Integrated Access Software")]),
    "a microwave link": ("huawei", [(DESCR, "Huawei Optix RTN 950A")]),
    "a power unit": ("huawei", [(DESCR, "SMU02B")]),
    "a UPS card": ("huawei", [(DESCR, "Linux GSE200M")]),
    "ZXR10": ("zte", [(DESCR, "ZXR10 ROS Version V4.08.24 ZXR10_5928 Software, Version V2.8.23.B")]),
    "EZVIZ": ("hikvision", [(BRAND, "EZVIZ")]),
    "a doorbell speaks ISAPI": ("hikvision", [(BODY, 'xmlns="http://www.hikvision.com/ver20/XMLSchema"')]),
    "a gateway's description": ("huawei", [("upnp.manufacturer", "Huawei Technologies Co., Ltd.")]),
    "a login page's icon": ("hikvision", [("favicon.md5", "89b932fcc47cf4ca3faadb0cfdef89cf")]),
}
QUIET: dict[str, list[Said]] = {
    **{f"{number}0 is another number": [(OID, f"{PEN}{number}0.1")] for number in NUMBERS},
    **{f"{n}0 is nobody's": [(OID, f"{PEN}{n}0.1")] for n in (8409, 58132, 34754, 22488, 46904, 40560)},
    **{
        f"an engine id beside {n}": [(ENGINE, f"80{n + 1:06x}03001122334455")]
        for n in (2011, 3902, 39165, 37496, 40297)
    },
    "New H3C's number": [(OID, PEN + "61878.1")],
    "Comware over SSH": [("ssh.banner", "Comware-5.20")],
    "a model with more words": [(DESCR, "NVR4108HS-8P-4KS2 compatible")],
    "a recorder's words in a sentence": [(DESCR, "Works with Hikvision company products")],
    "YunShan in another word": [(DESCR, "MyYunShan OSX 1.2")],
    "an access node of nobody": [(DESCR, "Integrated Access Software")],
    "a link of nobody": [(DESCR, "Optix RTN 950A")],
    "a rectifier": [(DESCR, "SMU2000 rectifier")],
    "AZTEK": [(DESCR, "AZTEK 5950-36TM")],
    "another name in an entity table": [(NAME, "AZTEK")],
    "EZVIZ in a list": [(BRAND, "EZVIZ compatible")],
    "ECI without a model": [("onvif.model", "ECI-24")],
    "a real ZyXEL": [(AUTH, 'Basic realm="ZyXEL P-660HW"')],
    "ONVIF's own namespace": [(BODY, 'xmlns="http://www.onvif.org/ver20/schema"')],
    "others' blocks": [
        ("mac.registrant", name)
        for name in (
            "Axis Communications AB",
            "Reolink Innovation Limited",
            "Tiandy Technologies Co.,LTD",
            "TVT CO.,LTD",
        )
    ],
    "more others' blocks": [
        ("mac.registrant", name)
        for name in (
            "Milesight Taiwan",
            "Ruijie Networks Co.,LTD",
            "TP-LINK TECHNOLOGIES CO.,LTD.",
            "Hanwha Vision VietNam",
        )
    ],
}
# A brand's name alone: never certain. Whether it is asked about is the relabel's own business.
BARE = {f"{brand} by name": [(BRAND, brand)] for brand in (*DAHUA_BUILT, *HIKVISION_BUILT)}
LAW = "of the law and of credentials, not of a wire: open questions and manners are tested elsewhere"


def built(by: str, *brands: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A row of section 4: proved by protocol, and by name alone."""
    return tuple(f"{brand} {by}" for brand in brands), tuple(f"{brand} by name" for brand in brands)


def number(value: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (f"number {value}",), (f"{value}0 is another number",)


def engine(value: int, told: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (told or f"engine id of {value}",), (f"an engine id beside {value}",)


# {row: (cases that accuse or ask, cases that do not)}, or why a row is no case.
ROWS: dict[str, tuple[tuple[str, ...], tuple[str, ...]] | str] = {
    **{f"2.1 {value}": number(value) for value in NUMBERS},
    "2.1 8409": (("ztevision's number",), ("84090 is nobody's",)),
    "2.1 25506": (("2011.2 is Huawei's own",), ("H3C's number, Comware's words",)),
    "2.1 61878": (("2011.2 is Huawei's own",), ("New H3C's number",)),
    "2.1 58132": (("servers that Huawei sold",), ("581320 is nobody's",)),
    "2.1 39747": (("Uniview's number beside Dahua's protocol",), ("Uniview's number",)),
    "2.1 11408": (("number 2011",), ("FiberHome's number",)),
    "2.1 8072": (("net-snmp on a site power unit",), ("net-snmp alone",)),
    "2.1 4976": (("AGENT++ inside OceanStor",), ("AGENT++ alone",)),
    "2.1 26381": (("26381 with Hytera's own object",), ("26381 alone is lwIP's",)),
    "2.1 50001": (("50001 with its words",), ("50001 alone is Scildon's",)),
    "2.1 34754": (("its US brand",), ("347540 is nobody's",)),
    "2.1 22488": (("TETRA gear of the group",), ("224880 is nobody's",)),
    "2.1 46904": (("TETRA radios once Hytera's",), ("469040 is nobody's",)),
    "2.1 40560": (("satellite terminals of the group",), ("405600 is nobody's",)),
    "2.2 hikvision sysObjectID 1361": (
        ("50001 with its words", "50001 with a serial tail"),
        ("50001 with other words",),
    ),
    "2.2 hikvision sysDescr Hikv": (("a recorder's words",), ("a recorder's words in a sentence",)),
    "2.2 hikvision camera_no_system_group GETs": (("a camera without a system group",), ("an empty system group",)),
    "2.2 dahua sysObjectID 1361": (("1004849 lies outside the registry",), ("100484 is another number",)),
    "2.2 dahua sysDescr mode": (("a recorder's model alone",), ("a model with more words",)),
    "2.2 hytera sysObjectID 1361": (("26381 with Hytera's own object",), ("26381 alone is lwIP's",)),
    "2.2 hytera community some": LAW,
    "2.2 huawei sysObjectID 1361": (("2011.2 is Huawei's own",), ("20110 is another number",)),
    "2.2 huawei sysObjectID 1361 (2)": (("2011.2 is Huawei's own",), ("a private tree of 2011 alone",)),
    "2.2 huawei sysDescr iVer": (("VRP",), ("H3C's number, Comware's words",)),
    "2.2 huawei sysDescr bYun": (("YunShan",), ("YunShan in another word",)),
    "2.2 huawei sysDescr extractor buil": (("VRP",), ("a release text alone",)),
    "2.2 huawei sysDescr Huaw": (("an access node",), ("an access node of nobody",)),
    "2.2 huawei sysDescr Huaw (2)": (("a microwave link",), ("a link of nobody",)),
    "2.2 huawei sysDescr Linu": (("a power unit", "a UPS card"), ("a rectifier",)),
    "2.2 huawei sysDescr ISMS": (("ISM SNMP Agent with its number",), ("ISM SNMP Agent alone",)),
    "2.2 huawei sysDescr Hard": (
        ("Hardware management system with its number",),
        ("Hardware management system alone",),
    ),
    "2.2 huawei sysDescr may be bare model S127": (("a bare model beside the number",), ("a bare model alone",)),
    "2.2 huawei net-snmp masquerade sysO": (("net-snmp on a site power unit",), ("net-snmp alone",)),
    "2.2 huawei UPS-MIB upsI": (("net-snmp on a UPS card",), ("a UPS of somebody else",)),
    "2.2 zte sysObjectID 1361": number(3902),
    "2.2 zte sysDescr ibZX": (("ZXR10",), ("AZTEK",)),
    "2.2 zte sysDescr EMBS": (("a carrier kernel",), ("a plain kernel",)),
    "2.2 any entPhysicalMfgName 1.3.6.1.2.1.47.1.1.1.1.12 ishu": (
        ("a name padded with blanks",),
        ("another name in an entity table",),
    ),
    "2.2 zte entPhysicalMfgName iszt": (("ZTE COMPANY",), ("another name in an entity table",)),
    "2.2 any entPhysicalMfgName third-party optics OEMH": (
        ("an optic of Huawei's in another switch",),
        ("an optic maker's name is no box",),
    ),
    "2.2 any engineID discovery unau": (("an engine id of 2011",), ("net-snmp alone",)),
    "2.2 huawei engineID_prefix 8000": engine(2011, "an engine id of 2011"),
    "2.2 zte engineID_prefix 8000": engine(3902, "an engine id of 3902"),
    "2.2 hikvision engineID_prefix 8000": engine(39165),
    "2.2 dahua engineID_prefix 8000": engine(37496),
    "2.2 hytera engineID_prefix 8000": engine(40297),
    "2.2 lookalike engineID_prefix 8000": (("an engine id of 2011",), ("H3C's engine id",)),
    "2.2 huawei engineID not proof of absence Ocea": (("AGENT++ inside OceanStor",), ("AGENT++ alone",)),
    "4 Amcrest": built("speaks DHIP", "Amcrest"),
    "4 Lorex": built("speaks DHIP", "Lorex"),
    "4 Intelbras": built("speaks DHIP", "Intelbras"),
    "4 BCS": built("speaks DHIP", "BCS"),
    "4 Q-See": built("speaks DHIP", "Q-See"),
    "4 Imou": built("speaks DHIP", "Imou"),
    "4 CP Plus": built("speaks DHIP", "CP Plus"),
    "4 Honeywell Performance Series": built("speaks DHIP", "Honeywell"),
    "4 EmpireTech / Loryta, EZ-IP, IC Realtime, KBVision": built("speaks DHIP", *DAHUA_BUILT[8:13]),
    "4 Luminys": built("speaks DHIP", "Luminys"),
    "4 Annke": built("answers SADP", "Annke"),
    "4 EZVIZ": (("EZVIZ",), ("EZVIZ in a list",)),
    "4 ECI- value line": (("SADP of an OEM's camera",), ("ECI without a model",)),
    "4 HiLook, HiWatch": built("answers SADP", "HiLook", "HiWatch"),
    "4 LTS, Uniden DB1, Clare, RCA, Nelly doorbells": built("answers SADP", "LTS", "Uniden", "Clare", "RCA", "Nelly"),
    "4 Prama": built("answers SADP", "Prama"),
    "4 ABUS": built("answers SADP", *HIKVISION_BUILT[9:17]),
    "4 AGM Taipan thermal": (("a doorbell speaks ISAPI", "AGM answers SADP"), ("ONVIF's own namespace", "AGM by name")),
    "4 ZyXEL WiMAX CPE": (("a gateway's description",), ("an FTP greeting of many brands",)),
    "4 carrier-branded MF/ZXHN/ZXV10": (("ZTE's server on a carrier's box",), ("a real ZyXEL",)),
    "4 a brand name in a banner never clears a device;": (
        ("Uniview's number beside Dahua's protocol",),
        ("Uniview's number",),
    ),
    "5 H3C/HPE/3Com Comware": (("VRP",), ("H3C's number, Comware's words", "Comware over SSH")),
    "5 H3C walks contain private objects only u": (
        ("2011.2 is Huawei's own",),
        ("H3C's number, and 2011 answered", "a private tree of 2011 alone"),
    ),
    "5 3Com Router sysDescr such as": (("VRP",), ("a 3Com router of the shared years",)),
    "5 sysObjectID 2011.10.*": (("2011.2 is Huawei's own",), ("20110 is another number",)),
    "5 Honor phones and laptops": (("Huawei's block alone",), ("Honor's block",)),
    "5 HiSilicon SoC inside other brands": (("HiSilicon's block",), ("Xiongmai",)),
    "5 Xiongmai": (("HiSilicon's block",), ("Xiongmai", "Cross Web Server")),
    "5 xFusion servers": (("an old server under its new owner's number",), ("581320 is nobody's",)),
    "5 Uniview, Tiandy, TVT, Hanwha, Axis, Reol": (
        ("Uniview's number beside Dahua's protocol",),
        ("Uniview's number", "FiberHome's number", "others' blocks", "more others' blocks"),
    ),
    "5 locally administered MAC": (("Huawei's block alone",), ("a random address that begins as Huawei's would",)),
    "5 00005E VRRP/CARP and other virtual MACs": (("Huawei's block alone",), ("a router's virtual address",)),
    "5 Huawei/ZTE OUI on a NIC, LTE module or U": (
        ("a network chip of Huawei's in another box", "a stick of ZTE's"),
        ("a private registrant",),
    ),
    "5 optic reported as HUAWEI in a non-Huawei": (
        ("an optic of Huawei's in another switch",),
        ("an optic maker's name is no box",),
    ),
    "5 text": (
        ("a hidden version is Huawei's habit, the name is its own",),
        ("the word in a page", "the word as a network's name"),
    ),
    "5 realm=": (("a realm with a serial number", "a realm with a hash"), ("a generic realm",)),
    "5 WS-Discovery location/country/china": (
        ("a generic realm beside the family's scopes",),
        ("a country in WS-Discovery", "the family's scopes alone"),
    ),
    "5 SADP reply from non-camera gear": (("SADP of an OEM's camera",), ("ONVIF's own namespace",)),
    "5 sysObjectID 26381": (("26381 with Hytera's own object",), ("26381 alone is lwIP's",)),
    "5 sysObjectID 50001": (("50001 with its words",), ("50001 alone is Scildon's",)),
    "5 favicon hash lists that call 999357577 D": (("a login page's icon",), ("two readings of one favicon",)),
    "5 Sepura, Teltronic/PowerTrunk, Norsat": (
        ("TETRA radios once Hytera's", "TETRA gear of the group", "its US brand", "satellite terminals of the group"),
        ("469040 is nobody's", "224880 is nobody's"),
    ),
    "5 Huawei/ZTE": LAW,
}


@pytest.mark.parametrize("name", TOLD)
def test_it_is_not_hidden(name: str) -> None:
    maker, facts = TOLD[name]
    found = judged(*facts)
    assert (found.outcome, found.maker) in (("covered", maker), ("conflict", maker)), found.why


@pytest.mark.parametrize("name", QUIET)
def test_it_accuses_nobody(name: str) -> None:
    found = judged(*QUIET[name])
    assert not [one for one in (found, *found.components) if one.outcome in ACCUSING], found.why


@pytest.mark.parametrize("name", BARE)
def test_a_name_alone_is_never_certain(name: str) -> None:
    assert judged(*BARE[name]).outcome in ("clear", "unknown", "suspect")


def test_each_row_has_both_sides() -> None:
    told, quiet = {*TOLD, *traps.COVERED, *traps.ASKED, *traps.PARTS}, {*QUIET, *BARE, *traps.FREE}
    for row, sides in ROWS.items():
        if sides != LAW:
            assert sides[0] and {*sides[0]} <= told and sides[1] and {*sides[1]} <= quiet, row


@pytest.mark.shared
def test_no_row_of_the_sheet_is_lost() -> None:
    assert sorted(rows(SHEET.read_text("utf-8"))) == sorted(ROWS)


def rows(text: str) -> list[str]:
    """The rows of sections 2.1, 2.2, 4 and 5 by their first words."""
    found: list[str] = []
    for section in re.split(r"(?m)^#+ (?=\d)", text)[1:]:
        part = section.split()[0].rstrip(".")
        lines = [line for line in section.splitlines() if line.startswith("|")][2:]
        if part in ("2.1", "2.2", "4", "5"):
            for line in lines:
                cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
                name = f"{part} {called(part, cells)}"
                found.append(f"{name} (2)" if name in found else name)
    return found


def called(part: str, cells: list[str]) -> str:
    if part == "2.2":
        value = re.sub(r"[^A-Za-z0-9]", "", cells[2])[:4]
        return f"{cells[0]} {cells[1]} {value}"
    if part == "2.1":
        return cells[0]
    if part == "4":
        return re.split(r" \(| speaking", cells[1])[0]
    return re.split(r" \(|[:\"]", cells[0])[0][:40].strip()
