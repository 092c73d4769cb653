"""The shipped tables name the registrants that the rules rest on, by the longest prefix."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints import registry

LOADED = registry.load(registry.SHIPPED)
TABLES = registry.read_tables(registry.SHIPPED)
BLOCKS = {prefix: name for key, table in TABLES.items() if key != "enterprise" for prefix, name in table.rows}

# Blocks held in the lists of 2026-08-26, by the exact spelling of the IEEE. A newer list has more: raise the numbers.
HELD = {
    "HUAWEI TECHNOLOGIES CO.,LTD": 1406,
    "Huawei Technologies Co., Ltd.": 1,
    "Huawei Device Co., Ltd.": 650,
    "Huawei Symantec Technologies Co.,Ltd.": 1,
    "Hisilicon Technologies Co., Ltd": 1,
    "Shenzhen Yinwang Intelligent Technologies Co.,Ltd.": 1,
    "Shenzhen Yinwang Intelligent Technologies Co., Ltd.": 1,
    "zte corporation": 499,
    "ZHONGXING TELECOM LTD.": 1,
    "SHANGHAI ZTE TECHNOLOGIES CO.,LTD": 1,
    "Nubia Technology Co.,Ltd.": 1,
    "Hangzhou Hikvision Digital Technology Co.,Ltd.": 84,
    "Hangzhou Ezviz Software Co.,Ltd.": 15,
    "Hangzhou Hikrobot Technology Co., Ltd.": 2,
    "Hangzhou Microimage Software Co., Ltd": 2,
    "Pyronix Ltd": 1,
    "Prama Hikvision India Private Limited": 2,
    "Prama India Private Limited": 1,
    "Zhejiang Haikang Science And Technology Co.,Ltd": 1,
    "Zhejiang Dahua Technology Co., Ltd.": 27,
    "ZHEJIANG DAHUA TECHNOLOGYCO.,LTD": 4,
    "ZHEJIANG DAHUA ZHILIAN CO.,LTD": 2,
    "Hangzhou Huacheng Network Technology Co.,Ltd": 5,
    "hangzhou huacheng network technology co., ltd": 1,
    "Zhejiang HuaRay Technology Co.,Ltd": 1,
    "Hytera Communications Corporation Limited": 1,
    "Hytera Communications Co .,ltd": 1,
    "Sepura Limited": 1,
    "Teltronic S.A.U.": 1,
    "Norsat International Inc.": 1,
    "Amcrest Technologies": 4,
    "Lorex Technology Inc.": 1,
    "Luminys Systems Corporation": 2,
    "Intelbras": 18,
    "NSS Sp. z o.o.": 1,
    "KBVISION GROUP": 1,
    "Aditya Infotech Ltd.": 4,
    "Honor Device Co., Ltd.": 62,
    "New H3C Technologies Co., Ltd": 138,
    "Hangzhou H3C Technologies Co., Limited": 27,
    "New H3C Intelligence Terminal Co., Ltd.": 5,
    "xFusion Digital Technologies Co., Limited": 1,
    "xFusion Digital Technologies Co.,Ltd.": 1,
    "HMN Technologies Co., Ltd": 1,
    "Fiberhome Telecommunication Technologies Co.,LTD": 215,
    "Shanghai Dahua Scale Factory": 1,
    "ZTEC Instruments, Inc.": 1,
    "Aztech Electronics Pte Ltd": 3,
}

ENTERPRISES = {
    2011: "HUAWEI Technology Co.,Ltd",
    34774: "Huawei Symantec Technologies Co.,Ltd",
    3902: "Zhongxing Telecom Co.,ltd. (abbr. ZTE)",
    8409: "ztevision",
    39165: "Hikvision Digital Technology Co., Ltd.",
    37496: "ZHEJIANG DAHUA TECHNOLOGY CO.,LTD",
    40297: "Hytera Communications Co.,Ltd.",
    46055: "Hytera Broadband Products",
    58597: "Hytera Austria GmbH",
    25506: "H3C",
    61878: "New H3C Technologies Co., Ltd",
    58132: "xFusion Digital Technologies Co., Ltd.",
    39747: "Zhejiang Uniview Technologies Co., Ltd.",
    11408: "Fiberhome Telecommunication Technologies Co.,LTD",
    8072: "net-snmp",
    4976: "AGENT++",
    26381: "lwIP - A Lightweight TCP/IP stack",
    50001: "Scildon",
    34754: "PowerTrunk Inc.",
    22488: "Teltronic S.A.U.",
    46904: "Sepura plc",
    40560: "Norsat International Inc.",
    9: "ciscoSystems",
}


def address(prefix: str, filler: str = "a5a5a5a5a5a5") -> str:
    """An address in the block of this prefix."""
    digits = (prefix + filler)[:12].lower()
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


@pytest.mark.parametrize(
    ("mac", "name"),
    [
        ("34:46:63:2a:00:01", "Amcrest Technologies"),  # 28-bit
        ("34:46:63:4a:00:01", "Luminys Systems Corporation"),
        ("e8:ff:1e:4f:ff:ff", "HMN Technologies Co., Ltd"),
        ("70:b3:d5:0a:e0:01", "Norsat International Inc."),  # 36-bit
        ("00:50:c2:7d:50:01", "DEUTA-WERKE GmbH"),  # an IAB of old
        ("00:e0:fc:12:34:56", "HUAWEI TECHNOLOGIES CO.,LTD"),
        ("00:00:0c:07:ab:01", "Cisco Systems, Inc"),  # beside HSRP's range, not in it
        ("00:07:b4:10:00:01", "Cisco Systems, Inc"),
    ],
)
def test_the_longest_prefix_names_the_registrant(mac: str, name: str) -> None:
    assert LOADED.registrant(mac) == name
    assert LOADED.registrant(mac.upper()) == name


@pytest.mark.parametrize("prefix", ["344663", "70B3D5", "000101", "0055DAF", "001BC5005"])
def test_a_private_or_cut_block_names_nobody(prefix: str) -> None:
    assert BLOCKS[prefix] in ("Private", "IEEE Registration Authority")
    assert LOADED.registrant(address(prefix, "fffffffffff0")) is None


def test_every_registrant_the_rules_rest_on_is_held_with_its_count() -> None:
    counts = Counter(BLOCKS.values())
    assert {name: counts[name] for name in HELD} == HELD


@pytest.mark.shared
def test_every_prefix_of_the_fact_base_is_found(shared: Path) -> None:
    facts = json.loads((shared / "facts" / "oui_prefixes.json").read_text())["registrants"]
    wanted = {address(prefix): name for name, entry in facts.items() for prefix in entry["prefixes"]}
    assert len(wanted) > 3000
    assert {mac: LOADED.registrant(mac) for mac in wanted} == wanted


@given(prefix=st.sampled_from(sorted(BLOCKS)), rest=st.integers(0, 2**48 - 1))
def test_every_address_is_answered_as_the_rows_say(prefix: str, rest: int) -> None:
    mac = address(prefix, f"{rest:012x}")
    digits = mac.replace(":", "").upper()
    name = next((BLOCKS[digits[:width]] for width in (9, 7, 6) if digits[:width] in BLOCKS), None)
    if not registry.is_evidence(mac) or name in ("Private", "IEEE Registration Authority"):
        name = None
    assert LOADED.registrant(mac) == name


@pytest.mark.parametrize("number", ENTERPRISES)
def test_the_enterprise_numbers_are_named(number: int) -> None:
    assert LOADED.enterprise(number) == ENTERPRISES[number]


@pytest.mark.parametrize("number", [-1, 0, 1004849, 2**32])
def test_a_number_nobody_registered_names_nobody(number: int) -> None:
    assert LOADED.enterprise(number) is None


def test_each_table_says_its_day_and_origin() -> None:
    keys = {"ma-l", "ma-m", "ma-s", "iab", "enterprise"}
    assert set(LOADED.dates) == set(LOADED.sources) == keys
    assert all(len(day) == 10 and day > "2022" for day in LOADED.dates.values())
    assert all(LOADED.sources.values())
