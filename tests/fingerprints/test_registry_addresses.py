"""Which addresses say nothing about a maker, and what SNMP's own names carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints import registry

LOADED = registry.load(registry.SHIPPED)

SILENT = {
    "00:00:00:00:00:00": "placeholder",
    "00:00:00:00:00:07": "placeholder",
    "ff:ff:ff:ff:ff:ff": "multicast",
    "01:00:5e:00:00:fb": "multicast",
    "33:33:00:00:00:01": "multicast",
    "02:42:ac:11:00:02": "locally administered",
    "52:54:00:12:34:56": "locally administered",
    "0a:00:27:00:00:00": "locally administered",
    "aa:00:04:00:00:01": "locally administered",
    "00:00:5e:00:01:0a": "VRRP",
    "00:00:5e:00:02:0a": "VRRP",
    "00:00:5e:90:00:01": "IANA",
    "00:00:0c:07:ac:01": "HSRP",
    "00:00:0c:9f:f0:01": "HSRP version 2",
    "00:05:73:a0:00:01": "HSRP for IPv6",
    "00:07:b4:00:01:01": "GLBP",
    "00:50:56:aa:bb:cc": "VMware",
    "00:0c:29:aa:bb:cc": "VMware",
    "00:05:69:aa:bb:cc": "VMware",
    "08:00:27:aa:bb:cc": "VirtualBox",
    "00:15:5d:aa:bb:cc": "Hyper-V",
    "00:16:3e:aa:bb:cc": "Xen",
}

NO_ADDRESS = [
    "",
    "00:e0:fc",
    "00-e0-fc-12-34-56",
    "00e0fc123456",
    "00e0fc123456:::::",
    "00:e0:fc:12:34:5",
    "00:e0:fc:12:34:567",
    "00:e0:fc:12:34:56:78",
    "00:e0:fc:12:34: 6",
    "00 e0 fc 12 34 56",
    "00:e0:fc:12:34:5g",
    "+0:e0:fc:12:34:56",
    "0_:e0:fc:12:34:56",
    "00:e0:fc:12:34:5\u0661",
    " 0:e0:fc:12:34:56",
]


@pytest.mark.parametrize("mac", SILENT)
def test_an_address_no_maker_burnt_in_is_no_evidence(mac: str) -> None:
    assert LOADED.registrant(mac) is None
    assert not registry.is_evidence(mac)
    assert SILENT[mac] in str(registry.why_not_evidence(mac))


@pytest.mark.parametrize("mac", NO_ADDRESS)
def test_text_that_is_no_address_is_no_evidence(mac: str) -> None:
    assert LOADED.registrant(mac) is None
    assert registry.why_not_evidence(mac) == "not a hardware address"


@pytest.mark.parametrize("mac", ["00:e0:fc:12:34:56", "00:00:0c:9f:e0:01", "00:00:0c:07:ad:01", "00:07:b4:01:00:01"])
def test_an_address_a_maker_burnt_in_is_evidence(mac: str) -> None:
    assert registry.is_evidence(mac)
    assert LOADED.registrant(mac) is not None


@given(octets=st.binary(min_size=6, max_size=6))
def test_no_local_or_group_address_names_anybody(octets: bytes) -> None:
    mac = octets.hex(":")
    if octets[0] & 0x03:
        assert LOADED.registrant(mac) is None and not registry.is_evidence(mac)
    if LOADED.registrant(mac) is not None:
        assert registry.is_evidence(mac)


NEAR_ADDRESSES = st.text(alphabet="0123456789abcdefABCDEFx:-. _+\n\u0661", max_size=40)


@given(text=st.text() | NEAR_ADDRESSES | st.from_regex(r"\.?1\.3\.6\.1\.4\.1\.[0-9.]*", fullmatch=True))
def test_no_text_raises(text: str) -> None:
    assert registry.is_evidence(text) == (registry.why_not_evidence(text) is None)
    assert LOADED.registrant(text) is None or registry.is_evidence(text)
    for read in (registry.enterprise_of_oid, registry.enterprise_of_engine_id):
        number = read(text)
        assert number is None or 0 < number < 2**32
    mac = registry.mac_of_engine_id(text)
    assert mac is None or len(mac) == 17


@pytest.mark.parametrize(
    ("oid", "number"),
    [
        ("1.3.6.1.4.1.9.1.1", 9),
        (".1.3.6.1.4.1.2011.2.23.1", 2011),
        ("1.3.6.1.4.1.1004849", 1004849),
        ("1.3.6.1.4.1", None),
        ("1.3.6.1.4.1.", None),
        ("1.3.6.1.4.1.0", None),
        ("1.3.6.1.4.1.9x", None),
        ("1.3.6.1.4.1.4294967296", None),
        ("1.3.6.1.2.1.1", None),
        ("11.3.6.1.4.1.9", None),
    ],
)
def test_the_number_in_an_object_identifier(oid: str, number: int | None) -> None:
    assert registry.enterprise_of_oid(oid) == number


@pytest.mark.parametrize(
    ("engine_id", "number", "mac"),
    [
        ("800007db0300e0fc123456", 2011, "00:e0:fc:12:34:56"),
        ("0x80000F3E03001E73ABCDEF", 3902, "00:1e:73:ab:cd:ef"),
        ("80:00:98:fd:04:63:61:6d", 39165, None),  # format 4: text
        ("80001f88801234567890abcdef", 8072, None),  # net-snmp's own format
        ("8000092780", 0x0927, None),  # five octets are the fewest
        ("000007db7f00000100003598", 2011, None),  # the older form: twelve octets, first bit clear
        ("000007db7f000001000035", None, None),  # eleven octets: not that form
        ("800007db0300e0fc1234", 2011, None),  # address cut short
        ("800007db", None, None),  # under five octets
        ("80" + "00" * 32, None, None),  # over 32
        ("00" * 12, None, None),
        ("ff" * 12, None, None),
        ("8000000003aabbccddeeff", None, "aa:bb:cc:dd:ee:ff"),  # number zero is reserved
        ("not hex", None, None),
    ],
)
def test_the_number_and_address_in_an_engine_id(engine_id: str, number: int | None, mac: str | None) -> None:
    assert registry.enterprise_of_engine_id(engine_id) == number
    assert registry.mac_of_engine_id(engine_id) == mac


@pytest.mark.parametrize(
    ("number", "head"),
    [(2011, "800007db"), (3902, "80000f3e"), (39165, "800098fd"), (37496, "80009278"), (40297, "80009d69")],
)
def test_the_engine_ids_of_the_listed_producers(number: int, head: str) -> None:
    assert registry.enterprise_of_engine_id(head + "0300e0fc123456") == number
