"""What devices send unasked: well formed by an outside judge, heard where it would be heard, and naming nobody if asked to."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab import reading, strip
from lab.net.capture import frames
from lab.net.chatter import voices
from tests.lab import stage

SITE = reading.site()
CORE = SITE.device("core-switch").mac
LLDP, CDP, BPDU = "01:80:c2:00:00:0e", "01:00:0c:cc:cc:cc", "01:80:c2:00:00:00"
ADVERTISED = {leg.mac for leg in SITE.device(SITE.router).legs if leg.ipv6}  # a router says so once a round on each
# At the desk: waits until the first round of voices has been heard whole, for it begins a second one.
ROUND = f"""
import json, os, time
from pathlib import Path
from lab.net.capture import frames
heard = Path(json.loads(Path(os.environ["LAB_SITE"]).read_text())["capture"])
until = time.monotonic() + 50
while sum(frame[:6].hex(":") == "{BPDU}" for frame in frames(heard)) < 2:
    assert time.monotonic() < until
    time.sleep(0.1)
"""


@pytest.fixture(scope="module", params=stage.WIRED)
def heard(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The folder of a lab in which the desk only listened, for one whole round."""
    code, _, _, kept = stage.play(request.param, stage.PYTHON, "-B", "-c", ROUND, more=("--mirror",))
    assert code == 0
    yield kept
    shutil.rmtree(kept.parent)


def senders(path: Path, to: str) -> set[str]:
    """Who sent frames to a MAC."""
    return {frame[6:12].hex(":") for frame in frames(path) if frame[:6].hex(":") == to}


@pytest.mark.parametrize("to", [LLDP, CDP, BPDU])
def test_the_desk_hears_its_own_switch_alone(heard: Path, to: str) -> None:
    assert senders(heard / "capture.pcap", to) == {CORE}


def test_a_mirror_of_all_ports_hears_every_neighbour(heard: Path) -> None:
    announcing = [device for device in SITE.devices if "lldp" in device.announces and device.wire == "present"]
    assert senders(heard / "mirror.pcap", LLDP) == {device.mac for device in announcing}
    inventory = bytes.fromhex("0012bb0a") + b"VVX 411"
    assert any(inventory in frame for frame in frames(heard / "mirror.pcap"))


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ("phone-yealink", [b"\x63\x82\x53\x63", b"\x3c\x07yealink", b"\x0c\x08SIP-T46S", b"\x3d\x07\x01\x80\x5e\xc0"]),
        ("printer-hp", [b"\x04_ipp\x04_tcp\x05local", b"usb_MDL=LaserJet Pro M404dn"]),
        ("nas-synology", [b"NOTIFY * HTTP/1.1\r\n", b"LOCATION: http://10.77.1.31:5000/ssdp/desc-DSM-eth0.xml\r\n"]),
        ("server-hpe", [b"2005/04/discovery/Hello", b"<d:XAddrs>http://10.77.1.33/wsd"]),
        ("camera-hikvision-quiet", [b"<Types>hello</Types>", b"<MAC>44-19-b6-31-44-44</MAC>"]),
        (
            "silent-device",
            [b"\x08\x06\0\x01\x08\0\x06\x04\0\x01", bytes([10, 77, 1, 51]) + bytes(6) + bytes([10, 77, 1, 51])],
        ),
        ("core-switch", [b"\x86\xdd", b"\xfd\x77\x00\x4c\x41\x42\0\x01" + bytes(8)]),
    ],
)
def test_the_desk_hears_its_links_announcements(heard: Path, device: str, words: list[bytes]) -> None:
    mac = SITE.device(device).mac
    sent = [frame for frame in frames(heard / "capture.pcap") if frame[6:12].hex(":") == mac]
    assert any(all(word in frame for word in words) for frame in sent)


def test_a_lease_is_asked_for_and_given(heard: Path) -> None:
    kinds = [
        frame[frame.index(b"\x63\x82\x53\x63") + 6]
        for frame in frames(heard / "capture.pcap")
        if b"\x63\x82\x53\x63" in frame
    ]
    assert {1, 2, 3, 5} == set(kinds)


@pytest.mark.needs("tcpdump")
def test_an_outside_judge_finds_no_fault(heard: Path, command: Callable[[str], str]) -> None:
    line = [command("tcpdump"), "-nvvr", str(heard / "mirror.pcap")]
    said = subprocess.run(line, capture_output=True, text=True, timeout=60, check=True).stdout
    assert said.count("udp sum ok") > 20 and said.count("icmp6 sum ok") >= len(ADVERTISED) > 1
    assert not re.search(r"bad (udp|icmp6) ?(c?k?sum|checksum)|bad cksum|\[\||malformed|truncated|invalid", said)
    for word in (
        "Rapid STP",
        "CDPv2",
        "Model name C9300-48UXM",
        "router advertisement",
        "DHCP-Message (53), length 1: ACK",
    ):
        assert word in said


def test_nobody_is_named_by_an_anonymous_site() -> None:
    words = sorted({word for device in SITE.devices for word in device.words})
    pattern = re.compile("|".join(map(re.escape, words)).encode(), re.IGNORECASE)
    said = [frame for voice in voices(strip.anonymous(SITE)) for frame in voice.frames]
    assert len(said) > 30
    assert [frame for frame in said if pattern.search(frame)] == []
    assert any(pattern.search(frame) for voice in voices(SITE) for frame in voice.frames)


def test_an_excluded_device_and_an_absent_one_are_silent() -> None:
    quiet = {device.name for device in SITE.devices if device.excluded or device.wire == "absent"}
    assert len(quiet) >= 4 and not quiet & {voice.device for voice in voices(SITE)}


def test_the_desks_switch_port_is_nobody_elses() -> None:
    from lab.net.chatter import DESKS_SWITCH_PORT

    plugged = {device.attach.port for device in SITE.devices if device.attach and device.attach.switch == SITE.router}
    assert DESKS_SWITCH_PORT not in plugged
    assert tomllib.loads((reading.HERE / "site.toml").read_text())["router"] == "core-switch"
