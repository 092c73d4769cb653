"""What every probe and every kind of import has: its line on a page, answers written down, and somebody in the lab who gives them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from agent.ask import Source
from lab import reading
from lab.texts import write
from model import folder
from tests.agent.reading import ANSWERS, WHEN, heard
from tests.manners.desk import ROOT

PROBES, IMPORTS = folder.modules("agent.probes"), folder.modules("agent.imports")
GREETINGS = tomllib.loads((ANSWERS / "synthetic-greetings.toml").read_text())["answer"]
DISCOVERY = tomllib.loads((ANSWERS / "synthetic-discovery.toml").read_text())["answer"]
SITE = reading.site()
ALWAYS = {  # what is there without a port: links with stations on them, routers on the way
    "arp_sweep": "every station", "all_nodes": "every station of version 6", "neighbours": "every station",
    "snmp": "every agent", "snmp_engine": "every agent", "upstream": "carrier-near and carrier-far",
}  # fmt: skip
NOT_SIMULATED = {"wireless": "no lab has a radio"}
ELSEWHERE = {  # files that the lab does not write: who makes real ones of these
    "pcap": "the lab's own capture and mirror (tests/site/test_quiet.py)",
    "evidence": "every scan of it", "nmap_xml": "nmap (tests/agent/test_peers_all.py)",
    "snmprec": "snmpsim (tests/agent/simulator.py)", "snmpwalk": "what snmpwalk prints of such tables",
    "banners": "the project's own format", "netbox": "a third party's opinion", "runzero": "a third party's opinion",
    "glpi": "a third party's opinion", "csv": "a third party's opinion", "windows_dhcp": "settings: no leases in it",
}  # fmt: skip


def body_of(told: dict[str, Any]) -> bytes:
    return bytes.fromhex(told["hex"]) if "hex" in told else bytes(told["text"].encode())


@pytest.mark.parametrize("told", GREETINGS, ids=lambda told: told["probe"])
def test_answers(told: dict[str, Any]) -> None:
    piece = heard(told["probe"], told["asked"], body_of(told), told.get("status", "answered"))
    found = [[fact.about, fact.key, fact.value] for fact in PROBES[told["probe"]].read([piece])]
    assert found == told["facts"] and found and told["source"]


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_has_a_line_an_answer_and_somebody_in_the_lab(name: str) -> None:
    assert f"\n| `{name}` | " in (ROOT / "docs" / "probes.md").read_text()
    assert name in {told["probe"] for told in (*GREETINGS, *DISCOVERY)}
    served = {f"{port.protocol}/{port.number}" for device in SITE.devices for port in device.port}
    assert served & set(PROBES[name].PORTS) or name in ALWAYS or name in NOT_SIMULATED


@pytest.mark.parametrize("name", IMPORTS)
def test_an_import_has_a_line_an_answer_and_a_file_of_the_lab(name: str, tmp_path: Path) -> None:
    assert re.search(rf"^\|[^|]*`{name}`", (ROOT / "docs" / "imports.md").read_text(), re.MULTILINE)
    kinds = {_kind(path) for path in ANSWERS.iterdir() if path.suffix not in (".toml", ".md")}
    assert name in kinds or name == "evidence"
    made = {_kind(path) for path in write.write(SITE, tmp_path)}
    assert (name in made) != (name in ELSEWHERE)


@pytest.mark.parametrize(
    ("one", "others"),
    [
        ("dnsmasq-office.leases", ["kea-office.csv"]),
        ("dhcpd-security.leases", ["windows-security.csv"]),
        ("security-neigh.txt", ["security-neighbours.csv"]),
    ],
)
def test_forms_of_one_table_tell_the_same(one: str, others: list[str], tmp_path: Path) -> None:
    files = {path.name: path for path in write.write(SITE, tmp_path)}
    told = {name: _pairs(files[name]) for name in (one, *others)}
    assert len(told[one]) >= 3 and all(told[name] == told[one] for name in others)
    assert len(_pairs(files["office-arp.txt"])) >= 20


def _pairs(path: Path) -> set[tuple[str, str]]:
    """(MAC, address) of everybody that the file tells of."""
    made = IMPORTS[_kind(path)]
    facts = list(made.read(list(made.take(source(path)))))
    macs = {fact.about: fact.value for fact in facts if fact.key == "mac.address"}
    return {(macs.get(fact.about, fact.about), fact.value) for fact in facts if fact.key == "ip.address"}


def source(path: Path) -> Source:
    return Source(path.name, path.read_bytes(), WHEN)


def _kind(path: Path) -> str:
    head = path.read_bytes()[:4096]
    return next((name for name, made in IMPORTS.items() if made.sniff(path.name, head)), "")
