"""A whole site: a /24 with 100 devices beside the lab's own, asked in profile normal without any SNMP credential.

Packets are counted in the lab's capture at the desk's switch port, not by the scanner.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.bench.rows import LAYDOWN, ROOT, Row, cost, row
from tests.site.wire import Packet, packets

TITLE = "a whole site"
MODE = "namespaces" if os.geteuid() == 0 else "user"
LINK = ("arp", "nd")


def measure() -> Iterator[Row]:
    """One scan; peaks are of any second, beginning at any packet."""
    with tempfile.TemporaryDirectory() as made:
        room = Path(made)
        lab = [
            sys.executable,
            "-B",
            "-m",
            "lab",
            "--mode",
            MODE,
            "--crowd",
            "100",
            "--dir",
            str(room),
            "--quiet",
            "--time",
            "280",
        ]
        subprocess.run(
            [*lab, "--", sys.executable, "-B", __file__, str(room)],
            cwd=ROOT,
            check=True,
            stdout=2,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        spent = json.loads((room / "spent.json").read_text())
        report = json.loads((room / "out" / "report.json").read_text())
        sent = list(packets(room / "capture.pcap", json.loads((room / "site.json").read_text())["desk"]["mac"]))
    yield row("scan, wall", spent["wall"], "s")
    yield row("scan, processor", spent["cpu"], "s")
    outcomes = Counter(one["outcome"] for one in report["findings"])
    yield row("devices told of", len(report["findings"]), "devices")
    for outcome, many in sorted(outcomes.items()):
        yield row(f"of them {outcome}", many, "devices")
    yield row("packets sent", len(sent), "packets")
    yield row("bytes sent", sum(one.size for one in sent), "bytes")
    yield row("most packets in a second", peak(sent), "packets")
    hosts = Counter(one.to for one in sent if one.kind in ("tcp", "udp") and not one.group)
    yield row(
        "most packets to one host in a second",
        max(peak([one for one in sent if one.to == host]) for host, _ in hosts.most_common(40)),
        "packets",
    )
    yield row(
        "most ARP, ND and group packets in a second",
        peak([one for one in sent if one.kind in LINK or one.group]),
        "packets",
    )


def peak(sent: list[Packet]) -> int:
    """The most packets that left within one second."""
    times = sorted(one.at for one in sent)
    most, first = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def main(room: Path) -> None:
    """At the desk: the scan, timed from outside."""
    site = json.loads(Path(os.environ["LAB_SITE"]).read_text())
    words = [
        "scan",
        site["targets"][0],
        "--authorized-by",
        "bench",
        "--profile",
        "normal",
        "-o",
        str(room / "out"),
        "--exclude-reason",
        "bench",
    ]
    spent = cost(*LAYDOWN, *words, *(f"--exclude={one}" for one in site["exclusions"]))
    (room / "spent.json").write_text(json.dumps({"wall": spent.wall, "cpu": spent.cpu, "code": spent.code}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
