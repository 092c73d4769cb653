"""Each mode puts the same site up, answers on real sockets, keeps every packet inside, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lab import record
from lab.net import capture
from tests.lab import stage


@cache
def visited(mode: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The lab's own description, and what a visitor at the desk found; nothing may be left of the lab on the machine."""
    before = stage.traces()
    code, site, said, _ = stage.play(mode, *stage.VISIT)
    assert code == 0
    assert stage.traces() == before
    return site, json.loads(said)


@pytest.mark.parametrize("mode", stage.MODES)
def test_devices_answer(mode: str) -> None:
    site, found = visited(mode)
    assert found["banner"].startswith("SSH-2.0-Cisco") and found["routed banner"].startswith("SSH-2.0-Cisco")
    assert "Server: App-webs/" in found["http"] and "Server: HPE-iLO-Server" in found["https"]
    assert "HIKVISION" in found["certificate"]
    assert found["rtsp"].startswith("RTSP/1.0 200 OK\r\nCSeq: 5\r\nServer: Dahua Rtsp Server")
    assert "User-Agent: PolycomVVX" in found["sip"] and "Via: SIP/2.0/UDP desk" in found["sip"]
    assert "AR6120" in found["snmp"] and "CAT9K" in found["snmp second leg"]
    assert found["snmp wrong community"] == found["snmp v3 only"] == "TimeoutError"
    assert "800007db03001882631140" in found["engine"]
    assert found["garbage"].startswith("0\x84")
    assert site["mode"] == mode and site["devices"] >= 24


@pytest.mark.parametrize("mode", stage.WIRED)
def test_the_wire_is_real_and_shut_in(mode: str) -> None:
    site, found = visited(mode)
    assert found["arp"] == "30:ae:a4:42:00:33" and found["arp of a speaker"] == "3c:d9:2b:0e:77:30"
    assert found["silent"] == "TimeoutError"
    assert "eth0" in found["interfaces"].split()
    assert found["machine's gateway"] != "connected"
    sent = capture.sent(Path(site["capture"]), site["desk"]["mac"])
    assert sent[capture.Sent("arp", "10.77.1.51")] >= 1
    assert sent[capture.Sent("tcp", "10.77.2.10", 80)] >= 3
    assert not [kind for kind in sent if kind.port == 9100 or kind.to == site["exclusions"][0]]


@pytest.mark.parametrize("mode", stage.WIRED)
def test_what_nobody_may_touch_is_told_when_touched(mode: str) -> None:
    """The proof that 9100 was left alone is worth something only if a touch would have shown."""
    script = "import socket; socket.create_connection(('10.77.1.30', 9100)).sendall(b'x'); import time; time.sleep(0.3)"
    _, site, _, kept = stage.play(mode, stage.PYTHON, "-c", script)
    touched = [event for event in record.events(Path(site["log"])) if event.port == 9100]
    assert [(event.device, event.event) for event in touched][:2] == [
        ("printer-hp", "connected"),
        ("printer-hp", "heard 1 bytes"),
    ]
    sent = capture.sent(Path(site["capture"]), site["desk"]["mac"])
    assert sent[capture.Sent("tcp", "10.77.1.30", 9100)] >= 3
    shutil.rmtree(kept.parent)


def test_loopback_says_what_it_cannot_show() -> None:
    code, site, said, kept = stage.play("loopback", stage.PYTHON, "-c", "print('here')")
    assert (code, said) == (0, "here\n")
    assert site["capture"] is site["interface"] is None
    assert any("ARP" in line for line in site["not_simulated"])
    ports = json.loads(Path(site["port_map"]).read_text())
    assert all(got >= 1024 for of in ports.values() for got in of.values())
    shutil.rmtree(kept.parent)


def test_two_labs_share_loopback() -> None:
    """Ports that the first one holds are moved in the second one's map."""
    kept = stage.folder() / "outer"
    inner = stage.words("loopback", "--dir", str(kept.parent / "inner"), "--", *stage.VISIT)
    line = stage.words("loopback", "--dir", str(kept), "--", *inner)
    ended = subprocess.run(line, cwd=stage.ROOT, capture_output=True, text=True, timeout=60, env=stage.ENVIRONMENT)
    assert json.loads(ended.stdout.splitlines()[2])["banner"].startswith("SSH-2.0-Cisco")
    outer, second = (json.loads((kept.parent / name / "ports.json").read_text()) for name in ("outer", "inner"))
    assert not {(a, p) for a in outer for p in outer[a].values()} & {(a, p) for a in second for p in second[a].values()}
    shutil.rmtree(kept.parent)


@pytest.mark.parametrize("mode", stage.MODES)
@pytest.mark.parametrize(("command", "code"), [(("sh", "-c", "exit 7"), 7), (("sh", "-c", "kill -9 $$"), 137)])
def test_the_commands_end_is_the_labs(mode: str, command: tuple[str, ...], code: int) -> None:
    before = stage.traces()
    assert stage.play(mode, *command)[0] == code
    assert stage.traces() == before


def test_an_unknown_command_is_one_line() -> None:
    line = stage.words("loopback", "--", "no-such-command")
    ended = subprocess.run(line, cwd=stage.ROOT, capture_output=True, text=True, timeout=60, env=stage.ENVIRONMENT)
    assert ended.returncode == 1
    assert ended.stderr.startswith("no-such-command: cannot be run") and ended.stderr.count("\n") == 1


def test_quiet_leaves_the_output_to_the_command() -> None:
    line = stage.words("loopback", "--quiet", "--", "echo", "only this")
    ended = subprocess.run(line, cwd=stage.ROOT, capture_output=True, text=True, timeout=30, env=stage.ENVIRONMENT)
    assert ended.stdout == "only this\n"


def test_time_runs_out() -> None:
    line = stage.words("loopback", "--time", "1", "--", "sleep", "60")
    assert (
        subprocess.run(line, cwd=stage.ROOT, capture_output=True, timeout=30, env=stage.ENVIRONMENT).returncode == 124
    )


@pytest.mark.parametrize("mode", stage.MODES)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_signal_ends_the_command_too(mode: str, number: signal.Signals, code: int) -> None:
    before = stage.traces()
    kept = stage.folder()
    line = stage.words(mode, "--dir", str(kept / "run"), "--", "sh", "-c", f"echo $$ > {kept}/pid; exec sleep 60")
    lab = subprocess.Popen(line, cwd=stage.ROOT, env=stage.ENVIRONMENT, stdout=subprocess.DEVNULL)
    child = _pid(kept / "pid")
    os.kill(lab.pid, number)
    assert lab.wait(timeout=20) == code
    assert _gone(child)
    assert stage.traces() == before
    shutil.rmtree(kept)


def _pid(path: Path) -> int:
    for _ in range(200):
        if path.exists() and (text := path.read_text().strip()):
            return int(text)
        time.sleep(0.1)
    raise AssertionError("the command did not start")


def _gone(pid: int) -> bool:
    for _ in range(50):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.1)
    return False
