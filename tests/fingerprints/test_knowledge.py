"""What the shipped pack knows: whom it accuses, whom it must not, and that the law's files hold together."""

import json
from collections.abc import Iterator

import pytest

from fingerprints.assess import assess
from fingerprints.check import faults
from fingerprints.covered_format import Relabelled
from fingerprints.derive import derived
from fingerprints.judge import Verdict, judge
from fingerprints.kinds import QUESTION as ASK
from fingerprints.kinds import TELECOMMUNICATIONS as TELECOM
from fingerprints.kinds import VIDEO
from fingerprints.match import claims
from fingerprints.pack import load
from fingerprints.rules_format import Rule
from model.claims import Fact
from model.evidence import Observation, observed
from model.report import Finding

PACK = load()
LISTED = {"huawei", "zte", "hytera", "hikvision", "dahua"}
TREE = "snmp.private_tree"
DESCR, OID, ENGINE, MAC = "snmp.sys_description", "snmp.sys_object_id", "snmp.engine_id", "mac.address"
REALM, SERVER, SSH, BODY = "http_header.wwwauth", "http_header.server", "ssh.banner", "html_body"
NET_SNMP, SCILDON, LWIP = "1.3.6.1.4.1.8072.3.2.10", "1.3.6.1.4.1.50001", "1.3.6.1.4.1.26381"


def verdict(*said: tuple[str, str]) -> Verdict:
    """The verdict on a device of which `said` (key, value) is all that is known, each from its own observation."""
    facts = [Fact(f"sha256:{number}", "self", key, value) for number, (key, value) in enumerate(said)]
    facts += derived(list(facts), PACK.registry)
    return judge(claims(facts, PACK.matcher), PACK, seen=True)


# Strings are those of the rules' own sources; each case is one row or trap of the fact sheet that the rules came from.
CASES: list[tuple[str, str | None, list[tuple[str, str]]]] = [
    ("covered", "hikvision", [(OID, SCILDON), (DESCR, "Hikvision company products")]),
    ("covered", "hikvision", [(OID, SCILDON), ("hikvision.serial", "0820161024CCRR666108343WCVU")]),
    ("covered", "hikvision", [("hikvision.model", "DS-2CD2185FWD-I")]),
    ("covered", "hikvision", [("sadp.reply", "<ProbeMatch><Uuid>X</Uuid><Types>inquiry</Types>")]),
    ("covered", "hikvision", [("rtsp_header.wwwauth", 'Basic realm="IP Camera(C2183)"')]),
    ("covered", "huawei", [(OID, NET_SNMP), ("huawei.smu_name", "HUAWEI SMU")]),
    (
        "covered",
        "huawei",
        [(OID, "1.3.6.1.4.1.2011.2.91"), (DESCR, "ISM SNMP Agent"), (ENGINE, "80001370056630393833")],
    ),
    ("covered", "huawei", [(OID, "1.3.6.1.4.1.2011.2.89.5"), (DESCR, "")]),
    ("covered", "huawei", [(ENGINE, "800007db032c97b1eae900")]),
    ("covered", "zte", [("sip_header.server", "F660/V2.22.21P1T14S")]),
    ("covered", "zte", [(DESCR, "Linux (none) 2.6.32.41-EMBSYS-CGEL-4.01.20.P0.F0")]),
    ("covered", "hytera", [(OID, LWIP), ("hytera.model", "RD985")]),
    ("covered", "dahua", [(OID, "1.3.6.1.4.1.1004849.3.2.10")]),
    ("covered", "dahua", [(REALM, 'Digest realm="Login to 11839e10161ff4ebab8e3260b8779f14"')]),
    ("covered", "dahua", [("dhip.method", "client.notifyDevInfo"), ("dhip.vendor", "Lorex")]),
    ("suspect", "dahua", [("dhip.vendor", "Lorex")]),
    ("suspect", "dahua", [(MAC, "34:46:63:20:00:01")]),
    ("suspect", "dahua", [(MAC, "34:46:63:40:00:01")]),
    ("suspect", "imou", [(MAC, "00:d9:8b:00:00:01")]),
    ("suspect", "pyronix", [(MAC, "00:19:eb:00:00:01")]),
    ("suspect", "hisilicon", [(MAC, "84:8a:59:00:00:01")]),
    ("suspect", "sepura", [(OID, "1.3.6.1.4.1.46904.1")]),
    ("suspect", "huawei", [(OID, "1.3.6.1.4.1.58132.1")]),
    ("suspect", "huawei", [(MAC, "00:e0:fc:00:00:01")]),
    ("suspect", "dahua", [(MAC, "f8:ce:07:00:00:01")]),
    ("unknown", None, [(OID, SCILDON)]),
    ("unknown", None, [(OID, LWIP)]),
    ("unknown", None, [(OID, NET_SNMP), (ENGINE, "80001f88805232d26e58246a57")]),
    ("unknown", None, [(OID, "1.3.6.1.4.1.2011.10.1.13")]),
    ("unknown", None, [(DESCR, "Huawei-3Com Versatile Routing Platform Software, Version 3.10, Release 1510")]),
    ("unknown", None, [(DESCR, "iManager N2000 Copyright (c) 2000-2009 Huawei Technologies Co., Ltd on Windows")]),
    ("unknown", None, [(DESCR, "ISM SNMP Agent")]),
    ("unknown", None, [("huawei.serial", "2102350HYS10H1000010")]),
    ("unknown", None, [(SSH, "Comware-7.1")]),
    ("unknown", None, [(SSH, "-")]),
    ("unknown", None, [(SERVER, "webserver")]),
    ("unknown", None, [(SERVER, "uc-httpd/1.0.0")]),
    ("unknown", None, [(REALM, 'Digest realm="Login to use!"')]),
    ("unknown", None, [(REALM, 'Digest realm="Login to DVR", nonce="1"')]),
    ("unknown", None, [("wsd.scopes", "onvif://www.onvif.org/location/country/china")]),
    ("unknown", None, [(MAC, "00:a3:07:00:00:01")]),
    ("unknown", None, [(MAC, "34:73:79:00:00:01")]),
    ("unknown", None, [(MAC, "02:e0:fc:00:00:01")]),
    ("unknown", None, [(MAC, "00:00:5e:00:01:01")]),
    ("unknown", None, [(MAC, "78:66:ae:00:00:01")]),
    ("unknown", None, [(MAC, "40:2c:76:10:00:01")]),
    ("unknown", None, [(MAC, "14:07:08:00:00:01")]),
    ("clear", "h3c", [(OID, "1.3.6.1.4.1.25506.1.578"), (ENGINE, "800063a2033891d5307579"), ("huawei.model", "E528")]),
    ("clear", "3com", [(DESCR, "3Com Router 3030 Software V2.04 (build V300R001B06D001SP23)")]),
    ("clear", "uniview", [(OID, "1.3.6.1.4.1.39747.1")]),
    ("clear", "fiberhome", [(OID, "1.3.6.1.4.1.3807.1")]),
    ("clear", "intelbras", [(OID, "1.3.6.1.4.1.26138.1")]),
    ("clear", "ubiquiti", [(OID, "1.3.6.1.4.1.10002.1"), (TREE, "41112")]),
    ("clear", "zyxel", [(OID, "1.3.6.1.4.1.4413"), (TREE, "890")]),
    ("unknown", None, [(OID, NET_SNMP), (TREE, "2011")]),
    ("unknown", None, [(OID, NET_SNMP), (TREE, "39165"), (TREE, "3902")]),
    ("unknown", None, [(OID, NET_SNMP), (TREE, "318")]),
    ("unknown", None, [(OID, NET_SNMP), (DESCR, "Linux server 5.10.0-8-amd64 #1 SMP x86_64")]),
    ("clear", "abb", [("ups.manufacturer", "ABB")]),
    ("clear", "ubiquiti", [(OID, NET_SNMP), ("dot11.manufacturer", "Ubiquiti Networks, Inc.")]),
]


@pytest.mark.parametrize(("outcome", "maker", "said"), CASES)
def test_case(outcome: str, maker: str | None, said: list[tuple[str, str]]) -> None:
    found = verdict(*said)
    assert (found.outcome, found.maker) == (outcome, maker), [claim.rule for claim in found.because]


def test_pack_is_sound() -> None:
    assert faults(PACK) == []


def test_section_889_names_the_five_and_alone_decides() -> None:
    assert set(PACK.listed) == LISTED
    assert [one.id for one in PACK.authorities if one.decides] == ["section-889"]
    assert {one.id: {entry.maker for entry in one.entry} for one in PACK.authorities}["section-1656"] == {
        "huawei",
        "zte",
    }


def test_no_other_authority_is_called_889() -> None:
    for one in PACK.authorities:
        if not one.decides:
            cites = [*one.cites, *(cite for entry in one.entry for cite in entry.cites)]
            assert "889" not in " ".join([one.id, one.title, one.law, *cites])


def test_every_entry_cites_and_is_marked() -> None:
    for one in PACK.authorities:
        assert one.mark in {"V", "S", "M"} and one.cites
        for entry in one.entry:
            assert entry.cites and entry.mark in {"V", "S", "M"} and entry.since, (one.id, entry.maker)
        for claimed in one.affiliate:
            assert claimed.of in LISTED and claimed.mark in {"S", "M"} and claimed.question and claimed.source


def test_purpose_is_asked_first_of_three_and_never_of_two() -> None:
    for maker, entry in PACK.listed.items():
        asked = [question.id for question in entry.open_questions]
        if entry.part == "(f)(3)(B)":
            assert asked[0] == "purpose", maker
        else:
            assert (entry.part, asked) == ("(f)(3)(A)", ["telecommunications-equipment"])


def named(by_name: bool) -> Iterator[tuple[Relabelled, Rule]]:
    for one in PACK.relabels:
        for rule in PACK.makers[one.brand].rule if one.brand else ():
            if one.by_name is by_name and rule.grade == "declared" and not rule.requires:
                yield one, rule


@pytest.mark.parametrize(("one", "rule"), list(named(by_name=False)), ids=lambda value: getattr(value, "id", ""))
def test_a_brand_of_which_little_is_known_is_not_accused_by_its_name(one: Relabelled, rule: Rule) -> None:
    for text in rule.matches:
        assert verdict((rule.key, text)).outcome not in {"suspect", "covered", "conflict"}, one.brand


@pytest.mark.parametrize(("one", "rule"), list(named(by_name=True)), ids=lambda value: getattr(value, "id", ""))
def test_a_relabelled_brand_is_suspect_by_its_name(one: Relabelled, rule: Rule) -> None:
    found = verdict((rule.key, rule.matches[0]))
    kinds = not one.kinds or rule.kind in one.kinds
    assert found.outcome in ({"suspect"} if kinds else {"clear"}), (one.brand, rule.id)


def test_every_relabel_is_dated_or_open_and_asks() -> None:
    for one in PACK.relabels:
        assert one.question and one.proof and one.sources and one.mark in {"S", "M"}
        assert one.verdict in {"oem", "review"} and bool(one.brand) != bool(one.brand_name)
        assert not one.by_name or one.factory in LISTED


# Of the 120,000 names in the IEEE's and IANA's lists, exactly these are taken for a listed maker.
REGISTRANTS = {
    "huawei": {
        "HUAWEI TECHNOLOGIES CO.,LTD",
        "Huawei Technologies Co., Ltd.",
        "Huawei Device Co., Ltd.",
        "Huawei Symantec Technologies Co.,Ltd.",
        "34774 Huawei Symantec Technologies Co.,Ltd",
    },
    "zte": {"zte corporation", "ZHONGXING TELECOM LTD.", "SHANGHAI ZTE TECHNOLOGIES CO.,LTD"},
    "hikvision": {
        "Hangzhou Hikvision Digital Technology Co.,Ltd.",
        "Hangzhou Ezviz Software Co.,Ltd.",
        "Hangzhou Hikrobot Technology Co., Ltd.",
        "Prama Hikvision India Private Limited",
        "39165 Hikvision Digital Technology Co., Ltd.",
    },
    "dahua": {
        "Zhejiang Dahua Technology Co., Ltd.",
        "ZHEJIANG DAHUA TECHNOLOGYCO.,LTD",
        "ZHEJIANG DAHUA ZHILIAN CO.,LTD",
        "37496 ZHEJIANG DAHUA TECHNOLOGY CO.,LTD",
    },
    "hytera": {
        "Hytera Communications Corporation Limited",
        "Hytera Communications Co .,ltd",
        "40297 Hytera Communications Co.,Ltd.",
        "46055 Hytera Broadband Products",
        "58597 Hytera Austria GmbH",
    },
}


def registrants() -> Iterator[tuple[str, str]]:
    held = PACK.registry
    for name in {*held.by_36.values(), *held.by_28.values(), *held.by_24.values()}:
        yield "mac.registrant", name
    for number, name in enumerate(held.enterprises):
        if name:
            yield "enterprise.registrant", f"{number} {name}"


def test_of_all_registrants_only_the_known_ones_are_taken_for_a_listed_maker() -> None:
    taken: dict[str, set[str]] = {maker: set() for maker in LISTED}
    for key, name in registrants():
        for hit in PACK.matcher.hits(key, name):
            if hit.maker in LISTED:
                taken[hit.maker].add(name)
    assert taken == REGISTRANTS


@pytest.mark.parametrize("maker", sorted(LISTED))
def test_a_mac_block_is_a_part_never_the_box(maker: str) -> None:
    for rule in PACK.makers[maker].rule:
        assert rule.grade == "component" or rule.key != "mac.registrant", rule.id


def test_no_listed_maker_is_accused_by_a_private_tree() -> None:
    named = {brand for brand, built in PACK.brands.items() if any(one.by_name for one in built)}
    for stem in {*LISTED, *PACK.affiliates, *named}:
        assert not [rule.id for rule in PACK.makers[stem].rule if rule.key == TREE], stem


@pytest.mark.parametrize("number", ["8072", "26381", "50001", "4976", "2011.10"])
def test_a_shared_number_is_declared_by_nobody_alone(number: str) -> None:
    hits = PACK.matcher.hits(OID, f"1.3.6.1.4.1.{number}")
    assert [hit.rule.id for hit in hits if hit.rule.grade == "declared" and not hit.rule.requires] == []


def test_product_lines_lie_in_their_makers_subtree_and_have_a_source() -> None:
    for stem, prefix in (("huawei", "2011"), ("zte", "3902"), ("dahua", "1004849")):
        lines = PACK.products[stem].object_id
        assert lines and all(oid.startswith(f"1.3.6.1.4.1.{prefix}.") for oid in lines)
        assert "1.3.6.1.4.1.2011.10" not in lines
        assert all(bool(line.node) != bool(line.source) for line in lines.values())


def test_the_five_have_250_products_beyond_their_numbers() -> None:
    assert set(PACK.products) == LISTED
    known = {
        (stem, one.product) for stem, held in PACK.products.items() for one in (*held.object_id.values(), *held.line)
    }
    assert len(known) >= 250


def finding_of(*said: tuple[str, ...]) -> Finding:
    """The finding of one device that says this much; of three words the first is what it is about."""
    note = Observation("t", "desk/eth0", "192.0.2.1", "all", "answered", "2026-11-22T10:00:00.000000Z")
    made = observed(note, json.dumps(said).encode())
    whole = [fact if len(fact) == 3 else ("self", *fact) for fact in said]
    read = {"t": lambda found: [Fact(found[0].id, *fact) for fact in whole]}
    (found,) = assess([made], read, PACK, "test").findings  # type: ignore[dict-item]
    return found


# The model's line decides the kind, then a rule, then the object id; the law's words stand on the accused alone.
@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ([("sadp.reply", "<ProbeMatch><Types>inquiry</Types>"), ("sadp.model", "DS-7608NI-K2")], "recorder", VIDEO),
        ([("sadp.reply", "<ProbeMatch><Types>inquiry</Types>"), ("sadp.model", "DS-K1T671M")], "access-control", ASK),
        ([("dhip.method", "client.notifyDevInfo"), ("dhip.model", "VTO2111D-P-S2")], "intercom", ASK),
        ([("dhip.method", "client.notifyDevInfo"), ("dhip.model", "TPC-BF2221")], "thermal-camera", VIDEO),
        ([(OID, "1.3.6.1.4.1.2011.2.248.1")], "olt", TELECOM),
        ([(OID, "1.3.6.1.4.1.2011.2.235.1")], "server", ASK),
        ([(OID, "1.3.6.1.4.1.3902.3.100.20")], "switch", TELECOM),
        ([("modbus.vendor", "HUAWEI"), ("modbus.product", "SUN2000")], "inverter", ASK),
        ([(OID, "1.3.6.1.4.1.2011.2.9999")], "", ASK),
        ([(OID, "1.3.6.1.4.1.9.1.1")], "", ""),
    ],
)
def test_a_kind_and_the_laws_words_for_it(said: list[tuple[str, str]], kind: str, words: str) -> None:
    found = finding_of(*said)
    assert (found.kind, found.in_law) == (kind, words)


@pytest.mark.parametrize(
    ("box", "kind", "words"),
    [
        ("1.3.6.1.4.1.9.1.1", "port", TELECOM),
        ("1.3.6.1.4.1.9.1.1", "optic", TELECOM),
        ("1.3.6.1.4.1.9.1.1", "module", ASK),
        ("1.3.6.1.4.1.3902.3.100.20", "module", TELECOM),
        ("1.3.6.1.4.1.9.1.1", "powerSupply", ASK),
        ("1.3.6.1.4.1.9.1.1", "", ASK),
    ],
)
def test_a_part_has_the_laws_words_of_its_own(box: str, kind: str, words: str) -> None:
    """An optic is what it is in anybody's switch, a line card what its box is; a fan or a power unit is a question."""
    part = [("component:entity.7", "entity.class", kind), ("component:entity.7", "entity.mfg_name", "HUAWEI")]
    (found,) = finding_of((OID, box), *part).components
    assert (found.outcome, found.in_law) == ("suspect", words)
    (plain,) = finding_of((OID, box), part[0], ("component:entity.7", "entity.mfg_name", "Cisco")).components
    assert plain.in_law == ""
