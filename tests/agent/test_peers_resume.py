"""A scan that is interrupted, killed, or lacks rights: nothing is lost, nothing asked twice, and the report says so."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from bisect import bisect_left
from pathlib import Path

import pytest

from agent.spool import read
from model.run import End, Start, event_of
from tests.agent.netns import Bench, Packet, bench  # noqa: F401
from tests.agent.test_peers_scan import LINK_RATE, RUN, ledgers_of, report_of, scan

pytestmark = [pytest.mark.needs("root", "ip", "tcpdump", "setpriv"), pytest.mark.namespaces]


def _site(net: Bench) -> str:
    mac = net.host("desk", "10.9.0.1/24")
    for number in (2, 3):
        net.host(f"peer{number}", f"10.9.0.{number}/24")
    return mac


def _begin(net: Bench, folder: Path, *words: str, run: str = RUN) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", run, "scan", "-o", str(folder), "--authorized-by", "R. Roe", *words]
    return net.start("desk", *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _until(child: subprocess.Popen[bytes], word: str) -> str:
    """What it said up to the line that holds `word`."""
    assert child.stderr
    said = ""
    while word not in said:
        line = child.stderr.readline().decode()
        assert line, said
        said += line
    return said


def _questions(packets: list[Packet], mac: str) -> list[str]:
    return [one.target for one in packets if one.kind == "arp" and one.port == 1 and one.mac == mac]


def _events(folder: Path) -> list[object]:
    return [event_of(one) for one in read(folder) if one.observation.probe == "run"]


def end_of(folder: Path) -> str:
    """The status of the last end of a run."""
    return [event.status for event in _events(folder) if isinstance(event, End)][-1]


def test_interrupted_scan_reports_and_goes_on(bench: Bench) -> None:  # noqa: F811
    _site(bench)
    out = bench.folder / "out"
    child = _begin(bench, out, "10.9.0.0/24", "--json")
    _until(child, "arp_sweep: 254 to ask")
    time.sleep(4)  # the first goes by until the kernel has left the groups whose answers were heard
    child.send_signal(signal.SIGINT)
    stdout, _ = child.communicate(timeout=20)
    said = json.loads(stdout)
    assert child.returncode == 4 and said["exit"] == 4 and said["stopped"] == "interrupted by the user"
    report = report_of(out)
    row = next(one for one in report.coverage if one.probe == "arp_sweep")
    # Three seconds at 10 a second, fewer where the machine is busy: what was asked stands there, and no more.
    assert row.status == "incomplete" and 3 <= row.asked <= 60 and row.answered == 3
    assert "interrupted" in row.reason
    assert {address for one in report.findings for address in one.addresses} >= {"10.9.0.2", "10.9.0.3"}
    assert {one.status for one in report.coverage if one.probe == "tcp_ports"} == {"not-run"}
    ends = [event for event in _events(out) if isinstance(event, End)]
    assert [end.status for end in ends] == ["incomplete"]


def test_killed_scan_goes_on_where_it_stopped(bench: Bench) -> None:  # noqa: F811
    mac = _site(bench)
    out = bench.folder / "out"
    words = ("10.9.0.0/27", "--profile", "normal")
    first = bench.capture("desk", "arp")
    child = _begin(bench, out, *words)
    _until(child, "arp_sweep: 30 of 30")
    _until(child, "tcp_ports: 3 to ask")
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    asked = _questions(first.packets(), mac)
    silent = {f"10.9.0.{n}" for n in range(4, 31)}
    assert set(asked) >= silent and not (out / "report.json").exists()
    with (out / "evidence.jsonl").open("ab") as spool:
        spool.write(b'{"id":"sha256:0123')  # what a kill in mid-write leaves
    second = bench.capture("desk", "arp")
    done = scan(bench, out, *words, "--authorized-by", "R. Roe", "--json")
    assert done.returncode == 4, done.stderr.decode()  # no credential: SNMP is `not-run`
    assert "going on with the unfinished run" in done.stderr.decode()
    assert "half a line" in done.stderr.decode()
    assert "reporting clock" not in done.stderr.decode()  # that is said once
    assert not set(_questions(second.packets(), mac)) & silent
    row = next(one for one in report_of(out).coverage if one.probe == "arp_sweep")
    assert (row.asked, row.answered, row.silent, row.status, row.reason) == (30, 3, 27, "done", "")
    starts = [event for event in _events(out) if isinstance(event, Start)]
    assert len({start.run for start in starts}) == 1
    assert end_of(out) == "done"
    third = scan(bench, out, *words, "--authorized-by", "R. Roe", "--probe", "neighbours", "--json")
    assert third.returncode in (0, 4)
    assert len({event.run for event in _events(out) if isinstance(event, Start)}) == 2  # finished: this is a new run


def test_without_the_right_to_raw_frames(bench: Bench) -> None:  # noqa: F811
    """The kernel's own questions find the hosts; the ledger says what could not be done, naming the right."""
    mac = _site(bench)
    out = bench.folder / "out"
    seen = bench.capture("desk", "arp")
    command = [sys.executable, "-c", RUN, "scan", "-o", str(out), "--authorized-by", "R. Roe", "--json", "10.9.0.0/28"]
    plain = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    done = bench.run("desk", *plain, *command, "--profile", "normal")
    assert done.returncode == 4, done.stderr.decode()
    times = [one.at for one in seen.packets() if one.port == 1 and one.mac == mac]
    assert max(bisect_left(times, at + 1) - place for place, at in enumerate(times)) <= LINK_RATE
    report = report_of(out)
    row = next(one for one in report.coverage if one.probe == "arp_sweep")
    assert row.status == "not-run" and "CAP_NET_RAW" in row.reason
    found = {address: one for one in report.findings for address in one.addresses}
    assert {"10.9.0.2", "10.9.0.3"} <= set(found)
    assert all(found[address].macs for address in ("10.9.0.2", "10.9.0.3"))
    assert all("ports" not in one.reason for one in report.coverage)
    assert {ledger.status for ledger in ledgers_of(out) if ledger.probe == "tcp_ports"} >= {"done"}


def test_port_that_is_shut_ends_the_run(bench: Bench) -> None:  # noqa: F811
    _site(bench)
    out = bench.folder / "out"
    child = _begin(bench, out, "10.9.0.0/24", "--json")
    _until(child, "arp_sweep: 254 to ask")
    time.sleep(2)
    bench.ip("switch", "link", "set", "pdesk", "down")
    stdout, _ = child.communicate(timeout=20)
    said = json.loads(stdout)
    assert child.returncode == 4 and "the switch may have shut this port" in said["stopped"]
    row = next(one for one in report_of(out).coverage if one.probe == "arp_sweep")
    assert row.status == "incomplete" and "shut this port" in row.reason and 0 < row.asked <= 40


def test_two_scans_into_one_folder(bench: Bench) -> None:  # noqa: F811
    _site(bench)
    out = bench.folder / "out"
    out.mkdir()
    handle = os.open(out, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        done = scan(bench, out, "10.9.0.0/30", "--authorized-by", "R. Roe")
    finally:
        os.close(handle)
    assert done.returncode == 2 and b"another scan is writing here" in done.stderr
