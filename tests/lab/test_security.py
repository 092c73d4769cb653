"""The desk's switch port shuts at too many ARP requests, as ARP inspection does, and only then."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lab import record
from tests.lab import stage

SWEEP = """
import socket, sys, time
from pathlib import Path
rate, mac = int(sys.argv[1]), bytes.fromhex("0200004c4401")
talk = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
talk.bind(("eth0", 0))
try:
    for host in range(1, 41):
        asked = bytes([10, 77, 1, 62]) + bytes(6) + bytes([10, 77, 1, host])
        talk.send(b"\\xff" * 6 + mac + b"\\x08\\x06\\0\\x01\\x08\\0\\x06\\x04\\0\\x01" + mac + asked)
        time.sleep(1 / rate)
except OSError:
    pass
print(Path("/sys/class/net/eth0/carrier").read_text().strip())
"""


def swept(mode: str, rate: int, *more: str) -> tuple[str, list[str]]:
    """The desk's carrier after 40 ARP requests at `rate` a second, and what the lab's log says of the port."""
    code, site, said, kept = stage.play(mode, stage.PYTHON, "-c", SWEEP, str(rate), more=more)
    assert code == 0
    told = [event.event for event in record.events(Path(site["log"])) if event.protocol == "arp"]
    shutil.rmtree(kept.parent)
    return said.strip(), told


@pytest.mark.parametrize("mode", stage.WIRED)
def test_ten_a_second_are_borne(mode: str) -> None:
    assert swept(mode, 10, "--port-security", "15") == ("1", [])


@pytest.mark.parametrize("mode", stage.WIRED)
def test_two_hundred_a_second_shut_the_port(mode: str) -> None:
    carrier, told = swept(mode, 200, "--port-security", "15")  # a busy machine sends fewer, and still too many
    assert carrier == "0"
    assert told == ["port shut: more than 15 ARP requests in a second"]


def test_without_the_option_no_port_shuts() -> None:
    assert swept("auto", 200) == ("1", [])
