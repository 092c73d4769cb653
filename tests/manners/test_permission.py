"""Without leave nothing is sent; with the one right that raw frames need, only the wire process holds it."""

from __future__ import annotations

import subprocess
import sysconfig
import time
from pathlib import Path

import pytest

from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.test_peers_scan import RUN
from tests.lab import stage
from tests.manners.cable import frames
from tests.manners.desk import AUTHORITY, command, configured, finish

pytestmark = [pytest.mark.needs("root", "ip", "tcpdump", "setpriv", "sysctl"), pytest.mark.namespaces]
RAW = 1 << 13  # CAP_NET_RAW of linux/capability.h


def test_a_scan_that_nobody_may_make_sends_nothing(bench: Bench) -> None:  # noqa: F811
    """No name of who allowed it; a public target without a reason; more addresses than one scan may have; multicast as a target."""
    mac = bench.host("desk", "10.9.7.1/24", "203.0.113.1/32")
    bench.host("peer", "10.9.7.2/24")
    bench.ip("desk", "route", "add", "default", "via", "10.9.7.2")
    bench.run("desk", "sysctl", "-q", "-w", "net.ipv6.conf.eth0.disable_ipv6=1")
    leave = configured(bench, AUTHORITY)
    cable = bench.capture("desk")
    for words in (
        ["10.9.7.0/28"], [*leave, "198.51.100.0/28"], [*leave, "198.51.100.1", "--allow-public"], [*leave, "10.0.0.0/8"],
        [*leave, "224.0.0.0/24"], [*leave, "10.9.7.0/28", "--exclude", "10.9.7.9"],
        [*leave, "10.9.7.0/28", "--rate", "9000"], [*leave, "10.9.7.0/28", "--probe", "http"],
        [*leave, "10.9.7.0/28", "--dry-run", "-f", "notice"],
    ):  # fmt: skip
        done = bench.run("desk", *command(bench.folder / "out", *words))
        assert done.returncode == (0 if "--dry-run" in words else 2), (words, done.stderr)
    assert not [one for one in frames(cable) if one.mac == mac]


def _rights(number: int) -> int:
    """The effective capabilities of a process."""
    lines = Path(f"/proc/{number}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("CapEff")).split()[1], 16)


def test_only_the_wire_process_may_send_raw_frames(bench: Bench) -> None:  # noqa: F811
    """An ordinary user with CAP_NET_RAW: while ARP is being asked, the program itself has given the right up."""
    mac = bench.host("desk", "10.9.7.1/26")
    bench.host("peer", "10.9.7.2/26")
    cable, folder = bench.capture("desk"), stage.folder()
    who = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--inh-caps=+net_raw",
        "--ambient-caps=+net_raw",
    ]
    scan = [
        stage.PYTHON,
        "-c",
        RUN,
        "scan",
        "-o",
        str(folder / "out"),
        "10.9.7.0/26",
        "--authorized-by",
        "R. Roe",
        "--json",
    ]
    environment = {
        **stage.ENVIRONMENT,
        "PYTHONPATH": f"{stage.ROOT}:{sysconfig.get_path('purelib')}",
        "HOME": str(folder),
    }
    child = bench.start(
        "desk", *who, *scan, *("--profile", "normal", "--probe", "arp_sweep"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=stage.ROOT, env=environment,
    )  # fmt: skip
    assert child.stderr is not None
    while b"arp_sweep: " not in (line := child.stderr.readline()):
        assert line, "it ended before it began"
    time.sleep(0.5)
    own = _rights(child.pid)
    wires = [_rights(int(one)) for one in Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()]
    finish(child, 60)
    assert own == 0 and wires == [RAW]
    assert len([one for one in frames(cable) if one.mac == mac and one.kind == "arp"]) >= 62
