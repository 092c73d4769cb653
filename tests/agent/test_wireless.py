"""Beacons that a radio heard: the kernel's netlink answers, built here from nl80211's own layout, and what is read of them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import radio
from agent.ask import Radio, Target
from agent.decode import beacon
from agent.probes import wireless
from agent.rows import lines
from model.trouble import Trouble
from tests.agent.reading import heard, said


def element(kind: int, value: bytes) -> bytes:
    return bytes([kind, len(value)]) + value


def wps(number: int, value: bytes) -> bytes:
    return number.to_bytes(2) + len(value).to_bytes(2) + value


ELEMENTS = (
    element(0, b"floor 2")
    + element(1, b"\x82\x84\x8b\x96")
    + element(221, b"\x00\x50\xf2\x02\x01\x01")
    + element(
        221,
        beacon.WPS
        + wps(0x104A, b"\x10")
        + wps(0x1021, b"Bench Works")
        + wps(0x1023, b"AP 9")
        + wps(0x1042, b"12345670"),
    )
)
BSS = (
    radio.attribute(1, bytes.fromhex("00e0fc010203"))
    + radio.attribute(2, (5180).to_bytes(4, "little"))
    + radio.attribute(7, struct.pack("=i", -4200))
    + radio.attribute(6, ELEMENTS)
)


def test_an_access_point_is_read_from_the_kernels_answer() -> None:
    row = radio.beacon(BSS)
    assert {name: row[name] for name in ("bssid", "ssid", "mhz", "dbm")} == {
        "bssid": "00:e0:fc:01:02:03",
        "ssid": "floor 2",
        "mhz": "5180",
        "dbm": "-42",
    }


def test_it_is_a_station_with_its_network_and_what_its_beacon_says() -> None:
    body = lines([{"interface": "wlan0", **radio.beacon(BSS)}])
    facts = said(wireless.read([heard("wireless", "beacons heard", body)]))
    about = "station:00:e0:fc:01:02:03"
    assert {(key, value) for who, key, value in facts if who == about and key.startswith("wps")} == {
        ("wps.manufacturer", "Bench Works"),
        ("wps.model_name", "AP 9"),
    }, "a WPS serial can be a PIN: it is not read"
    assert any(key == "attached" and '"ssid":"floor 2"' in value for who, key, value in facts if who == about)
    assert any(key == "network" and '"kind":"ssid"' in value for who, key, value in facts if who == "self")


def test_asks_this_machine_alone() -> None:
    assert list(wireless.ask(Target())) == [Radio("beacons heard")]


@given(st.binary(max_size=200))
def test_hostile_beacons_are_bounded(junk: bytes) -> None:
    radio.beacon(junk)
    radio.beacon(radio.attribute(1, b"\0\1\2\3\4\5") + radio.attribute(6, junk))
    list(radio.messages(junk))
    list(beacon.facts("e", "self", junk))
    list(wireless.read([heard("wireless", "beacons heard", junk)]))


@pytest.mark.skipif(Path("/sys/class/ieee80211").exists(), reason="this machine has a radio")
def test_without_a_radio_it_says_so() -> None:
    with pytest.raises(Trouble, match="no radio"):
        radio.beacons()
