"""The site judged without a question: from a mirror of its switches' ports, terminal logs and leases; and heard at the desk.

Nothing scans while the mirror runs: the only program at the desk is `laydown listen`, which the capture shows to be mute.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from lab import check, reading
from lab.nouns import Device
from tests.lab.stage import ENVIRONMENT, PYTHON, ROOT, words
from tests.site.shared import once
from tests.site.stage import Scanned, about, known, scanned, taken
from tests.site.wire import packets

MODE = "namespaces" if os.geteuid() == 0 else "user"
ACCUSED = ("covered", "conflict", "suspect")
SECONDS = 18  # three rounds of what the lab's devices say unasked
SADP = 37020
COMMAND = [sys.executable, "-m", "agent.command"]
ALONE = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]  # no interface is up in there, not even loopback

pytestmark = [
    pytest.mark.namespaces,
    pytest.mark.needs("userns", "setpriv", "unshare"),
    pytest.mark.xdist_group("site"),
]


@cache
def heard() -> Scanned:
    """`laydown listen` at the desk of a lab that is otherwise left to itself; the lab's files lie in the same folder."""

    def listen(base: Path) -> None:
        more = ("--mirror", "--texts", str(base / "texts"), "--quiet")
        line = words(MODE, "--time", "120", "--dir", str(base / "lab"), *more)
        line += ["--", PYTHON, "-B", "-m", "agent.command", "listen", "-i", "eth0", "-o", str(base / "out")]
        line += ["--for", f"{SECONDS}s"]
        ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=150, env=ENVIRONMENT)
        assert ended.returncode in (0, 4), ended.stderr[-2000:]

    made = once("heard", listen)
    return taken(made / "out", made / "lab")


@cache
def filed() -> Scanned:
    """What `laydown import` makes of the files, in a network namespace without a way out."""
    room = heard().room
    logs = sorted(str(path) for path in (room.parent / "texts").iterdir())
    words = ("import", str(room / "mirror.pcap"), *logs, "--site", "lab", "-o")
    made = once("filed", lambda base: _run(*words, str(base / "out")))
    return taken(made / "out", room)


def _run(*said: str) -> None:
    done = subprocess.run([*ALONE, *COMMAND, *said], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 4), done.stderr[-2000:]


def _declares(device: Device) -> bool:
    """Whether the files hold the device's own word: its terminal's log, its LLDP or CDP frames, its SADP greeting."""
    greets = any(say.frame == "group" and say.port == SADP for say in device.say)
    return bool(device.console or greets or {"lldp", "cdp"} & set(device.announces))


def _block_names(device: Device) -> bool:
    """Whether the registry gives its MAC block to the maker, or to the brand that the truth lays to the maker."""
    holder = device.mac_source.casefold()
    return any(name in holder for name in (device.truth.maker or "-", *BRANDS, *FORMER.get(device.truth.maker, ())))


BRANDS = ("lorex", "amcrest")  # both laid to Dahua by the truth of the devices that carry their blocks
FORMER = {"zte": ("zhongxing",)}
SITE = reading.site()
COVERED = [one for one in SITE.devices if one.truth.verdict in ("covered", "suspect")]
STRONG = [one for one in COVERED if _declares(one)]
WEAK = [one for one in COVERED if not _declares(one) and _block_names(one)]
HIDDEN = [one for one in COVERED if not _declares(one) and not _block_names(one)]


def _row(device: Device, whole: Scanned):  # type: ignore[no-untyped-def]
    return next(row for row in known(whole) if row.device == device.name)


def test_nothing_scans_while_the_mirror_runs() -> None:
    """What leaves the desk is the kernel's own report of the groups that every IPv6 station is in."""
    whole = heard()
    for capture in ("capture.pcap", "mirror.pcap"):
        mine = list(packets(whole.room / capture, whole.site["desk"]["mac"]))
        assert all((one.kind, one.port) == ("icmp6", 143) for one in mine) and len(mine) <= 4, capture


def test_the_lists_are_what_the_lab_holds() -> None:
    """Each covered device stands in one list; nobody is lost by how the lists are made."""
    assert {one.name for one in STRONG} >= {"switch-huawei", "switch-zte", "router-huawei", "camera-hikvision-quiet"}
    assert len(WEAK) >= 10 and len(HIDDEN) >= 3
    assert len(STRONG) + len(WEAK) + len(HIDDEN) == len(COVERED)


@pytest.mark.parametrize("device", STRONG, ids=lambda one: one.name)
def test_what_speaks_for_itself_is_covered_as_the_scan_says(device: Device) -> None:
    row = _row(device, filed())
    [mine] = [one for one in filed().report.findings if about(row, one) and one.origins]
    scan = [one for one in scanned(MODE).report.findings if about(row, one) and one.origins]
    assert (mine.outcome, mine.maker) == ("covered", row.maker)
    assert [(one.outcome, one.maker) for one in scan] == [(mine.outcome, mine.maker)]


@pytest.mark.parametrize("device", WEAK, ids=lambda one: one.name)
def test_whom_only_a_block_shows_is_suspect(device: Device) -> None:
    row = _row(device, filed())
    mine = [one for one in filed().report.findings if about(row, one)]
    assert [(one.outcome, one.maker) for one in mine] == [("suspect", row.maker)]
    if row.scanned and row.covered:
        assert mine[0].attached, "a table told of it, and where it is plugged in"


@pytest.mark.parametrize("device", HIDDEN, ids=lambda one: one.name)
def test_whom_nothing_shows_is_listed_as_not_known(device: Device) -> None:
    """Another maker's block and no word of its own: to be covered is beyond these files, to be clear would be untrue."""
    row, report = _row(device, filed()), filed().report
    mine = [one for one in report.findings if about(row, one)]
    assert {one.outcome for one in mine} <= {"unknown", "unseen"}
    assert {mac for one in report.unexplained_macs for mac in [one.mac]} & set(row.macs)


def test_nobody_else_is_accused() -> None:
    rows = [row for row in known(filed()) if row.verdict in ("covered", "suspect") or "suspect" in row.outcomes]
    for one in filed().report.findings:
        if one.outcome in ACCUSED:
            assert any(about(row, one) and row.maker in ("", one.maker) for row in rows), one


def test_what_could_not_be_seen_is_said() -> None:
    """Nobody was asked: no network that frames and station tables name is examined."""
    report = filed().report
    assert {net.status for net in report.networks} == {"not examined"}
    named = {net.name for net in report.networks}
    assert named >= {"10", "20", "30", "50"}  # VLAN 99 and the warehouse stand in tables that no log here prints
    assert named >= {str(SITE.network6(net.number)) for net in SITE.subnet if net.in_scope}  # routers say these unasked
    assert report.summary.unexplained_macs >= len(WEAK)
    assert [(row.probe, row.asked == row.answered) for row in report.coverage] == [("import", True)]


def test_the_desk_hears_what_its_link_is_told() -> None:
    """Whoever sends to all of the desk's link, and the switch that the desk is plugged into."""
    talks = {"arp", "group", "mdns", "dhcp"}
    loud = [one for one in SITE.devices if one.subnet == 1 and talks & {say.frame for say in one.say} and one.host]
    heard_macs = {mac for one in heard().report.findings for mac in one.macs}
    assert len(loud) >= 10
    assert {one.mac for one in loud} | {SITE.device(SITE.router).mac} <= heard_macs
    listed = {mac for row in known(scanned(MODE)) if row.verdict in ("covered", "suspect") for mac in row.macs}
    accused = [one for one in heard().report.findings if one.outcome in ACCUSED]
    assert accused and all(set(one.macs) & listed for one in accused)


def test_what_was_heard_changes_no_verdict_for_the_worse(tmp_path: Path) -> None:
    before = scanned(MODE)
    both = tmp_path / "both"
    shutil.copytree(before.out, both)
    _run("import", str(heard().out / "evidence.jsonl"), "-o", str(both))
    after = taken(both, before.room)
    assert list(check.wrong(after.plain, known(before))) == []
    for row in known(before):
        old, new = (
            {(one.outcome, one.maker) for one in each.report.findings if about(row, one) and one.origins}
            for each in (before, after)
        )
        assert {outcome for outcome, _ in old} <= {outcome for outcome, _ in new}, (row.device, old, new)
        assert {outcome for outcome, _ in new - old} <= {outcome for outcome, _ in old} | {"unknown"}, (
            row.device,
            old,
            new,
        )
