"""A page of nothing but one sign, as a hostile file holds it, is read in no time: whoever reads it, agent or collector, others wait."""

import time

import pytest

from agent.ask import Source
from agent.decode.cli.platform import guessed
from agent.imports import _nmap_scripts, isc_leases, show
from agent.probes import telnet
from model.evidence import Observation, observed

LEASE = b"lease 10.0.0.1 {\n%s\n  hardware ethernet 00:11:22:33:44:55;\n}\n"


@pytest.mark.parametrize("sign", [b"\n", b" \n", b"\t", b"\\a", b'"'])
def test_a_long_lease(sign: bytes) -> None:
    began = time.process_time()
    data = LEASE % (sign * (30_000 // len(sign)))
    evidence = list(isc_leases.take(Source("leases", data * 4, "2026-11-23T18:19:06.000001Z")))
    list(isc_leases.read(evidence))
    assert time.process_time() - began < 2


def test_a_name_of_many_digits() -> None:
    began = time.process_time()
    for name in ("1" * 200, "_1" * 99, "-1_1" * 50, "1.log" * 40):
        show.sniff(f"show_version_{name}x", b"Cisco IOS Software")
    assert time.process_time() - began < 2


def test_a_greeting_of_commands_without_end() -> None:
    began = time.process_time()
    first = Observation("telnet", "here/lo", "10.0.0.1", "greeting (tcp/23)", "answered", "2026-11-23T18:19:06.000001Z")
    list(telnet.read([observed(first, b"\xff\xfa" * 100_000)]))
    assert time.process_time() - began < 2


@pytest.mark.parametrize("sign", ["\n", " \n", "1 ", "9"])
def test_long_outputs(sign: str) -> None:
    text, began = sign * (60_000 // len(sign)), time.process_time()
    list(_nmap_scripts.facts("sha256:0", "ssh", "ssh-hostkey", text))
    guessed([("display version", [text])])
    guessed([("display version", text.split("\n"))])
    assert time.process_time() - began < 2
