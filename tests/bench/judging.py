"""What assessing 100,000 pieces of evidence costs: switches with tables that repeat each other, and hosts that greet.

2,000 switches answer in eight pages each; 12,000 hosts give seven texts each. A switch's tables hold 24 stations: most are
those hosts, some are nobody's. Synthetic: MIB objects are public, every device and value is made up.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from agent.ask import Source
from agent.imports import banners, snmprec
from agent.spool import Spool
from model.evidence import Evidence, Observation, observed
from model.run import Ledger, Start, noted
from tests.bench.rows import LAYDOWN, SHARED, Row, cost, row

TITLE = "assess"
RECORDS = 100_000
SWITCHES, PAGES, TEXTS, STATIONS = 2_000, 8, 7, 13_000
WHEN = "2026-11-01T10:%02d:%02d.%06dZ"
ARC = "1.3.6.1.2.1"
DESCRIPTIONS = (
    "Cisco IOS Software, C2960 Software, Version 15.0(2)SE%d",
    "Huawei Versatile Routing Platform Software VRP (R) software, Version 5.%d",
    "Juniper Networks, Inc. ex2200 Ethernet Switch, kernel JUNOS 12.%d",
    "HP J9775A 2530-48G Switch, revision YA.16.%d",
    "Linux node%d 5.10.0 x86_64",
    "Example Works gate %d",
)
BANNERS = (
    ("ssh.banner", "OpenSSH_9.%d"),
    ("http_header.server", "Apache/2.4.%d (Debian)"),
    ("http_header.wwwauth", 'Basic realm="IP Camera(C%d)"'),
    ("html_title", "Login %d"),
    ("telnet.banner", "User Access Verification %d"),
    ("rtsp_header.server", "Rtsp Server/2.%d"),
)


def seen_at(number: int) -> str:
    return WHEN % (number // 6000 % 60, number // 100 % 60, number % 1_000_000)


def octets(number: int) -> tuple[str, str]:
    """A made-up MAC of a real block, as hex digits and as a table index."""
    raw = bytes.fromhex(("00408c", "00e0fc", "000c29", "021122")[number % 4]) + number.to_bytes(3, "big")
    return raw.hex(), ".".join(map(str, raw))


def switch(number: int) -> list[str]:
    """The lines of a switch with 24 ports, a station on each, a neighbour, a network, a VLAN, a serial and an optic."""
    lines = [
        f"{ARC}.1.1.0|4|{DESCRIPTIONS[number % 6] % (number % 90)}",
        f"{ARC}.1.2.0|6|1.3.6.1.4.1.{(9, 2011, 2636, 11, 8072, 99999)[number % 6]}.1.{number % 300}",
        f"{ARC}.1.5.0|4|sw{number}",
        f"1.3.6.1.6.3.10.2.1.1.0|4x|800000090300{number:010x}",
        f"{ARC}.47.1.1.1.1.4.1|2|0",
        f"{ARC}.47.1.1.1.1.5.1|2|3",
        f"{ARC}.47.1.1.1.1.11.1|4|SN{number:08}",
        f"{ARC}.47.1.1.1.1.4.2|2|1",
        f"{ARC}.47.1.1.1.1.5.2|2|10",
        f"{ARC}.47.1.1.1.1.12.2|4|{('Finisar', 'HUAWEI', 'Avago')[number % 3]}",
        f"{ARC}.4.24.4.1.1.10.{number % 200}.0.0.255.255.255.0.0.0.0.0.0|64|10.{number % 200}.0.0",
        f"{ARC}.17.7.1.4.3.1.1.{number % 40 + 2}|4|FLOOR{number % 40}",
        "1.0.8802.1.1.2.1.4.1.1.4.0.1.1|2|4",
        f"1.0.8802.1.1.2.1.4.1.1.5.0.1.1|4x|{octets(own_mac(number + 1))[0]}",
        f"1.0.8802.1.1.2.1.4.1.1.9.0.1.1|4|sw{number + 1}",
    ]
    for port in range(1, 25):
        index = octets((number * 7 + port * 53) % STATIONS)[1]
        lines += [f"{ARC}.2.2.1.2.{port}|4|Gi0/{port}", f"{ARC}.2.2.1.3.{port}|2|6"]
        lines += [
            f"{ARC}.2.2.1.6.{port}|4x|{octets(own_mac(number) + port - 1)[0]}",
            f"{ARC}.17.1.4.1.2.{port}|2|{port}",
        ]
        lines += [f"{ARC}.17.4.3.1.2.{index}|2|{port}", f"{ARC}.17.4.3.1.3.{index}|2|3"]
    return lines


def own_mac(number: int) -> int:
    return 1 << 20 | number * 32


def evidence() -> Iterator[Evidence]:
    """RECORDS pieces, as the readers of recordings and of greetings know them."""
    start = Start("bench", "laydown", "desk/eth0", targets=("10.0.0.0/8",))
    ledger = Ledger("bench", "snmp", "10.0.0.0/8", "done", ("10.0.0.0/8",), ("10.0.0.1",))
    yield from (noted(event, "desk/eth0", seen_at(0)) for event in (start, ledger))
    for number in range(SWITCHES):
        yield from pages(number)
    for number in range(RECORDS - 2 - SWITCHES * PAGES):
        yield greeting(*divmod(number, TEXTS))


def pages(number: int) -> Iterator[Evidence]:
    """A live dialogue: the pages name the first as parent."""
    lines = switch(number)
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    parent: str | None = None
    for step in range(PAGES):
        body = "\n".join(lines[step * len(lines) // PAGES : (step + 1) * len(lines) // PAGES]) + "\n"
        when = seen_at(number * PAGES + step)
        note = Observation("snmprec", "desk/eth0", address, f"page {step}", "answered", when, parent=parent, step=step)
        one = observed(note, body.encode(), snmprec.MEDIA)
        parent = parent or one.id
        yield one


def greeting(host: int, text: int) -> Evidence:
    """One of a host's texts; the first is its MAC."""
    field, said = BANNERS[(host + text) % len(BANNERS)]
    if text == 0:
        raw = octets(host)[0]
        field, said = "mac.address", ":".join(raw[at : at + 2] for at in range(0, 12, 2))
    data = msgspec.json.encode(banners.Banner(f"h{host}", field, said % (host % 5000) if "%" in said else said))
    (one,) = banners.take(Source("hosts.jsonl", data, seen_at(host)))
    return one


def measure() -> Iterator[Row]:
    """Of processes of their own: processor seconds and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with Spool(place / "in") as spool:
            for one in evidence():
                spool.write(one)
        size = (place / "in" / "evidence.jsonl").stat().st_size / 1e6
        used = cost(*LAYDOWN, "assess", str(place / "in"), "-o", str(place / "out"))
        said = (place / "out" / "report.json").stat().st_size / 1e6
        yield row(
            f"assess {RECORDS:,} records ({size:.0f} MB, report {said:.0f} MB), exit {used.code}", used.cpu, "CPU s", 20
        )
        yield row("  wall time", used.wall, "s")
        yield row("  peak memory", used.peak, "MB", 500)
        files = sorted((SHARED / "corpus" / "snmprec").glob("*.snmprec"))
        if files:
            used = cost(*LAYDOWN, "import", *map(str, files), "-o", str(place / "corpus"))
            yield row(f"import {len(files)} recordings, exit {used.code}", used.wall, "s", 60)
            yield row("  peak memory", used.peak, "MB")
