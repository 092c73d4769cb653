"""What assessing a million pieces of evidence costs, and ten million: a site of 20,000 hosts, scanned once, or weekly for ten weeks.

A scan's mix is that of the simulated site's own scan, 50 pieces a host: of 100 hosts 4 are switches that answer SNMP in 160
pages and 16 others answer in 60, a page of 8 objects; every host refuses or ignores 27 questions and greets in 6 of 7 texts; a sweep
shows every MAC. Hosts keep their serials and MACs over the weeks. Synthetic: objects are public, devices and values made up.

python -m tests.bench.large FOLDER [RECORDS]    writes the evidence to be assessed by hand
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from agent.decode.ber import Varbind, write_pdu
from agent.ground import SNMP_MEDIA
from agent.rows import JSON_LINES
from agent.spool import FILE
from model.evidence import Evidence, Observation, Status, line, observed
from model.run import End, Ledger, Start, noted
from model.times import written
from tests.bench.rows import LAYDOWN, Row, cost, row

TITLE = "assess, a large site"
RECORDS = 1_000_000
HOSTS, LINK = 20_000, 50  # hosts; how many of them hang on one link
FIRST = datetime(2026, 9, 1, 8, tzinfo=UTC)
DESK = "desk/eth0"
PAGE, SWITCH_PAGES, OTHER_PAGES = 8, 160, 60
ARC = "1.3.6.1.2.1"
SYSTEMS = (
    ("Cisco IOS Software, C2960 Software, Version 15.0(2)SE%d", "9.1.1208"),
    ("Huawei Versatile Routing Platform Software VRP (R) software, Version 5.%d (S5720 V200R0%02d)", "2011.2.23.300"),
    ("Juniper Networks, Inc. ex2200 Ethernet Switch, kernel JUNOS 12.%d", "2636.1.1.1.2.43"),
    ("HP J9775A 2530-48G Switch, revision YA.16.%d", "11.2.3.7.11.154"),
    ("Linux node 5.10.%d x86_64", "8072.3.2.10"),
    ("Example Works gate %d", "99999.1"),
)
BLOCKS = ("00408c", "00e0fc", "00d0d0", "001018") * 5 + ("000c29",)  # the last: of virtual machines, which join nothing
REFUSED = tuple(
    [("tcp_ports", f"connect (tcp/{port})", "refused") for port in range(20, 36)]
    + [("tcp_ports", f"connect (tcp/{port})", "silent") for port in range(36, 41)]
    + [(probe, "question", "refused") for probe in ("sip", "netbios", "llmnr", "upnp", "mdns", "dvrip")]
)
HTTP = "HTTP/1.1 200 OK\r\nServer: %s\r\nContent-Type: text/html\r\n\r\n<html><head><title>%s</title></head></html>"
SERVERS = ("Apache/2.4.%d (Debian)", "App-webs/", "nginx/1.%d", "lighttpd/1.4.%d", "Example-Httpd/%d")


class Clock:
    """A microsecond later each time."""

    def __init__(self, start: datetime) -> None:
        self._at = start

    def __call__(self) -> str:
        self._at += timedelta(microseconds=1)
        return written(self._at)


def mac(number: int) -> bytes:
    return bytes.fromhex(BLOCKS[number % len(BLOCKS)]) + number.to_bytes(3, "big")


def address(host: int) -> str:
    return f"10.{host // LINK >> 8}.{host // LINK & 255}.{host % LINK + 1}"


def note(
    clock: Clock,
    probe: str,
    host: int,
    asked: str,
    status: Status,
    body: bytes | None = None,
    media: str = "",
    **more: object,
) -> Evidence:
    made = Observation(probe, DESK, address(host), asked, status, clock(), **more)  # type: ignore[arg-type]
    return observed(made, body, media or "application/octet-stream")


def evidence() -> Iterator[Evidence]:
    """Without end: a week after the other."""
    week = 0
    while True:
        yield from scan(f"week-{week}", Clock(FIRST + timedelta(weeks=week)))
        week += 1


def scan(run: str, clock: Clock) -> Iterator[Evidence]:
    yield noted(Start(run, "laydown", DESK, targets=("10.0.0.0/15",)), DESK, clock())
    for link in range(HOSTS // LINK):
        yield sweep(link, clock)
        for host in range(link * LINK, (link + 1) * LINK):
            yield from visit(host, clock)
    yield noted(Ledger(run, "snmp", "10.0.0.0/15", "done", ("10.0.0.0/15",), (address(0),)), DESK, clock())
    yield noted(End(run, "done"), DESK, clock())


def sweep(link: int, clock: Clock) -> Evidence:
    hosts = range(link * LINK, (link + 1) * LINK)
    rows = [json.dumps({"address": address(host), "mac": mac(host).hex(":")}) for host in hosts]
    made = Observation("arp_sweep", DESK, "eth0", "who has", "answered", clock())
    return observed(made, "\n".join(rows).encode(), JSON_LINES)


def visit(host: int, clock: Clock) -> Iterator[Evidence]:
    """All that one host was asked in one scan."""
    for probe, asked, status in REFUSED:
        yield note(clock, probe, host, asked, status)  # type: ignore[arg-type]
    server = SERVERS[host % 5].replace("%d", str(host % 60))
    page = (HTTP % (server, f"Login {host % 5000}")).encode()
    for port in (80, 8080):
        yield note(clock, "http", host, f"GET / (tcp/{port})", "answered", page)
    yield note(clock, "ssh", host, "ident (tcp/22)", "answered", b"SSH-2.0-OpenSSH_9.%d\r\n" % (host % 9))
    yield note(
        clock, "telnet", host, "greeting (tcp/23)", "answered", b"User Access Verification %d\r\n" % (host % 500)
    )
    yield note(clock, "ftp", host, "greeting (tcp/21)", "answered", b"220 files %d ready\r\n" % (host % 500))
    yield note(
        clock,
        "rtsp",
        host,
        "OPTIONS (tcp/554)",
        "answered",
        b"RTSP/1.0 200 OK\r\nServer: Rtsp/2.%d\r\n\r\n" % (host % 90),
    )
    yield note(clock, "tcp_ports", host, "connect (tcp/443)", "silent", b"")
    if host % 25 < 5:
        yield from answers(host, clock)


def answers(host: int, clock: Clock) -> Iterator[Evidence]:
    """The pages of an SNMP agent: a switch with a station on each port, or another that has a few tables."""
    parent: str | None = None
    switch = host % 25 == 0
    for step, binds in enumerate(pages(host, switch)):
        body = write_pdu("response", 1 + step, binds)
        asked = "system" if not step else f"column {binds[0].oid.rpartition('.')[0]}"
        one = note(clock, "snmp", host, asked, "answered", body, SNMP_MEDIA, parent=parent, step=step)
        parent = parent or one.id
        yield one


def pages(host: int, switch: bool) -> list[list[Varbind]]:
    binds = list(objects(host, switch))
    wanted = SWITCH_PAGES if switch else OTHER_PAGES
    binds += [Varbind(f"1.3.6.1.4.1.99999.9.{n}.0", "counter", n * host) for n in range(wanted * PAGE - len(binds))]
    return [binds[at : at + PAGE] for at in range(0, wanted * PAGE, PAGE)]


def objects(host: int, switch: bool) -> Iterator[Varbind]:
    text, oid = SYSTEMS[host // 25 % 6] if switch else SYSTEMS[host % 6]
    values = (host % 90, host % 20)[: text.count("%")]
    yield Varbind(f"{ARC}.1.1.0", "octets", (text % values).encode())
    yield Varbind(f"{ARC}.1.2.0", "oid", f"1.3.6.1.4.1.{oid}")
    yield Varbind(f"{ARC}.1.5.0", "octets", b"node%d" % host)
    yield Varbind("1.3.6.1.6.3.10.2.1.1.0", "octets", bytes.fromhex("8000000903") + mac(host))
    parts = 24 if switch else 4
    for part in range(1, parts + 1):
        yield Varbind(f"{ARC}.47.1.1.1.1.4.{part}", "integer", int(part > 1))
        yield Varbind(f"{ARC}.47.1.1.1.1.5.{part}", "integer", 3 if part == 1 else 10)
        yield Varbind(f"{ARC}.47.1.1.1.1.11.{part}", "octets", b"SN%06dX%02d" % (host, part))
        yield Varbind(
            f"{ARC}.47.1.1.1.1.12.{part}",
            "octets",
            (b"Finisar", b"HUAWEI", b"Avago")[(host + part) % 3] if part > 1 else b"",
        )
    for port in range(1, parts + 1):
        yield Varbind(f"{ARC}.2.2.1.2.{port}", "octets", b"Gi0/%d" % port)
        yield Varbind(f"{ARC}.2.2.1.3.{port}", "integer", 6)
        yield Varbind(f"{ARC}.2.2.1.6.{port}", "octets", mac((1 << 20) + host * 32 + port))
    if switch:
        for port in range(1, 25):
            index = ".".join(map(str, mac((host + port) % HOSTS)))
            yield Varbind(f"{ARC}.17.1.4.1.2.{port}", "integer", port)
            yield Varbind(f"{ARC}.17.4.3.1.2.{index}", "integer", port)
            yield Varbind(f"{ARC}.17.4.3.1.3.{index}", "integer", 3)


def write(folder: Path, records: int) -> Path:
    """The evidence as a spool, without its syncing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("wb") as file:
        file.writelines(line(one) + b"\n" for one in islice(evidence(), records))
    return folder


def measure() -> Iterator[Row]:
    """Of a process of its own: processor seconds and peak memory."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        size = (write(place / "in", RECORDS) / FILE).stat().st_size / 1e6
        used = cost(*LAYDOWN, "assess", str(place / "in"), "-o", str(place / "out"))
        yield row(f"assess {RECORDS:,} records ({size:,.0f} MB), exit {used.code}", used.cpu, "CPU s", 60)
        yield row("  wall time", used.wall, "s", 60)
        yield row("  peak memory", used.peak, "MB", 1000)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int((*sys.argv[2:], RECORDS)[0]))
