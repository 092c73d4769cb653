"""A switch that shuts the desk's port: the scan stops, says which port in one line, writes its report, and does not try again."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from lab import record
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.test_peers_resume import _until
from tests.agent.test_peers_scan import RUN, report_of
from tests.lab import stage
from tests.manners.cable import frames
from tests.manners.desk import begin, finish, guarded

SHUTS_AT = 15
SAYS = "the switch may have shut this port"
pytestmark = [pytest.mark.needs("root", "ip", "tcpdump"), pytest.mark.namespaces]


def test_the_labs_port_is_shut_by_a_faster_profile() -> None:
    """tests/manners/test_rates.py shows that the same port bears `gentle`."""
    base = stage.folder()
    out, room = base / "out", base / "lab"
    scan = [
        stage.PYTHON,
        "-c",
        RUN,
        "scan",
        "10.77.1.0/26",
        "-o",
        str(out),
        "--profile",
        "fast",
        "--authorized-by",
        "R. Roe",
    ]
    line = stage.words(
        "namespaces", "--time", "60", "--dir", str(room), "--quiet", "--port-security", str(SHUTS_AT), "--", *scan
    )
    ended = subprocess.run(line, cwd=stage.ROOT, capture_output=True, text=True, timeout=90, env=stage.ENVIRONMENT)
    site = json.loads((room / "site.json").read_text())
    told = [event.event for event in record.events(Path(site["log"])) if event.protocol == "arp"]
    assert told == [f"port shut: more than {SHUTS_AT} ARP requests in a second"], ended.stderr
    assert ended.returncode == 4, ended.stderr
    (said,) = [row for row in ended.stdout.splitlines() if SAYS in row and row.startswith("stopped early")]
    assert site["interface"] in said
    row = next(one for one in report_of(out).coverage if one.probe == "arp_sweep")
    assert row.status == "incomplete" and SAYS in row.reason


def test_nothing_is_tried_again_when_the_port_comes_back(bench: Bench) -> None:  # noqa: F811
    """Ports that shut often open again by themselves after a while."""
    mac = bench.host("desk", "10.9.4.1/27")
    bench.host("peer", *(f"10.9.4.{last}/27" for last in range(2, 12)))
    log = guarded(bench, SHUTS_AT)
    child = begin(bench, bench.folder / "out", "10.9.4.0/27", "--profile", "normal", "--authorized-by", "R. Roe")
    _until(child, "arp_sweep: ")
    while b"state DOWN" not in bench.run("switch", "ip", "link", "show", "pdesk").stdout:
        time.sleep(0.05)
    time.sleep(1)
    bench.ip("switch", "link", "set", "pdesk", "up")
    cable = bench.capture("desk")
    code, said, _ = finish(child, 30)
    time.sleep(1)
    assert code == 4 and said["stopped"].startswith("eth0: ") and SAYS in said["stopped"]
    assert "\n" not in said["stopped"] and Path(said["report"]).exists() and log.exists()
    assert not [one for one in frames(cable) if one.mac == mac and one.kind in ("arp", "tcp", "udp")]
