"""`laydown scan` and `laydown doctor` as typed: usage errors are one line, a dry run sends nothing, a loopback scan ends well."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from agent.doctor import checks
from tests.agent.cli import ROOT, Shell, Told, clear
from tests.agent.netns import Bench, bench  # noqa: F401

NAME = ("--authorized-by", "R. Roe")


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No agent.toml of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["127.0.0.5", "-o", "out"], "--authorized-by"),
        ([*NAME, "-o", "out"], "no target"),
        ([*NAME, "127.0.0.5"], "-o DIR"),
        ([*NAME, "127.0.0.5", "-o", "out", "--exclude", "127.0.0.6"], "--exclude-reason"),
        ([*NAME, "198.51.100.7", "-o", "out"], "--allow-public"),
        ([*NAME, "198.51.100.7", "-o", "out", "--allow-public"], "--reason"),
        ([*NAME, "127.0.0.5", "-o", "out", "--rate", "9000"], "--profile"),
        ([*NAME, "127.0.0.5", "-o", "out", "--probe", "gopher"], "no such probe"),
        ([*NAME, "127.0.0.5", "-o", "out", "--interface", "eth99"], "no such interface"),
        ([*NAME, "10.0.0.0/8", "-o", "out"], "65536"),
        ([*NAME, "printer.example", "-o", "out"], "printer.example"),
        ([*NAME, "127.0.0.5", "-o", "out", "--config", "none.toml"], "none.toml"),
        ([*NAME, "127.0.0.5", "-o", "out", "--port-map", "none.json"], "none.json"),
        ([*NAME, "127.0.0.5", "-o", "out", "--profile", "ludicrous"], "ludicrous"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(shell: Shell, words: list[str], says: str) -> None:
    told = shell("scan", *words)
    assert told.code == 2 and told.out == []
    clear(told, says)
    assert not Path("out").exists()


def test_dry_run_prints_the_ticket_and_sends_nothing(shell: Shell) -> None:
    told = shell("scan", "127.0.0.0/29", *NAME, "--dry-run", "-f", "notice", "--ticket", "CHG-9")
    assert told.code == 0 and told.err == []
    assert any("CHG-9" in line for line in told.out) and any("How to stop it" in line for line in told.out)
    as_json = shell("scan", "127.0.0.0/29", *NAME, "--dry-run", "--json")
    assert "CHANGE TICKET" in as_json.json["notice"] and as_json.json["minutes"][0] >= 1
    assert list(Path().iterdir()) == []


@pytest.mark.needs("root", "ip", "tcpdump")
@pytest.mark.namespaces
def test_dry_run_on_a_cable_is_silent(bench: Bench) -> None:  # noqa: F811
    mac = bench.host("desk", "10.9.0.1/24")
    seen = bench.capture("desk")
    start = "from agent.command import main; main()"
    done = bench.run("desk", sys.executable, "-c", start, "scan", "10.9.0.0/24", *NAME, "--dry-run", "-f", "notice")
    assert done.returncode == 0 and mac in done.stdout.decode() and "10.9.0.1 on eth0" in done.stdout.decode()
    assert [
        packet for packet in seen.packets() if packet.kind != "ip6" and packet.mac == mac and packet.kind != "other"
    ] == []


class Greeter:
    """A service on loopback that says one line."""

    def __init__(self, line: bytes) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self._line = line
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            with peer:
                peer.sendall(self._line)


@pytest.fixture
def port_map(tmp_path: Path) -> Iterator[Path]:
    greeter = Greeter(b"SSH-2.0-OpenSSH_9.2\r\n")
    path = tmp_path / "ports.json"
    path.write_text(json.dumps({"127.77.0.3": {"tcp/22": greeter.port}}))
    yield path
    greeter.socket.close()


def test_loopback_lab_is_scanned_to_a_report(shell: Shell, port_map: Path) -> None:
    told = shell("scan", "127.77.0.0/29", *NAME, "-o", "out", "--port-map", port_map, "--json", "--fail-on", "unknown")
    assert told.code == 3, told.err
    assert len(told.out) == 1 and set(told.json) >= {"exit", "incomplete", "fail_on_met", "report", "summary"}
    assert told.json["exit"] == 3 and told.json["fail_on_met"] and told.json["incomplete"]  # 3 wins, both are said
    assert any("reporting clock" in line for line in told.err)
    files = {path.name for path in Path("out").iterdir()}
    assert {"evidence.jsonl", "report.json", "report.html", "pack.zip"} <= files
    again = shell("scan", "127.77.0.0/29", *NAME, "-o", "out", "--port-map", port_map)
    assert again.code == 4 and not any("reporting clock" in line for line in again.err)
    assert any("out/report.html" in line for line in again.out)


def test_help_has_an_example_and_is_quick(shell: Shell) -> None:
    for name in ("scan", "doctor"):
        told = shell(name, "--help")
        assert told.code == 0 and any("Example:" in line for line in told.out)
        assert (ROOT / "docs" / "commands" / f"{name}.md").exists()
    code = "import sys; import agent.cli.scan, agent.cli.doctor; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not any(f"'{name}'" in loaded for name in ("msgspec", "pyroute2", "rich", "agent.driver", "scapy"))


def _states(told: Told) -> dict[str, str]:
    return {one["name"]: one["state"] for one in told.json["checks"]}


def test_doctor_names_every_check(shell: Shell) -> None:
    told = shell("doctor", "--json")
    states = _states(told)
    assert {"python", "raw frames", "neighbour table", "rules", "registry", "configuration", "results"} <= set(states)
    assert told.code == int("bad" in states.values())
    plain = shell("doctor")
    assert all(any(name in line for line in plain.out) for name in states)


def test_doctor_tells_of_secrets_others_can_read_and_of_a_broken_configuration(shell: Shell) -> None:
    Path("community").write_text("planted-secret")
    Path("agent.toml").write_text(
        '[[credential]]\nname = "a"\nkind = "snmp"\nversion = "2c"\nscopes = ["127.0.0.1"]\ncommunity_file = "community"\n'
    )
    Path("community").chmod(0o644)
    told = shell("doctor")
    assert any("chmod 600 community" in line for line in told.out)
    assert not any("planted-secret" in line for line in told.out)
    Path("community").chmod(0o600)
    assert not any("chmod" in line for line in shell("doctor").out)
    Path("agent.toml").write_text("[sites]\n")
    broken = shell("doctor", "--json")
    assert broken.code == 1 and _states(broken)["configuration"] == "bad"


def test_doctor_knows_an_old_registry_and_a_folder_without_rights(tmp_path: Path) -> None:
    late = {one.name: one for one in checks(tmp_path / "deep" / "out", None, datetime(2036, 1, 1, tzinfo=UTC))}
    assert late["registry"].state == "less" and "newer release" in late["registry"].mend
    assert late["results"].state == "ok"


@pytest.mark.needs("root", "setpriv")
def test_doctor_says_which_right_is_lacking(tmp_path: Path) -> None:
    start = "from agent.command import main; main()"
    plain = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c", start, "doctor", "--json"]
    done = subprocess.run(
        plain, capture_output=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60
    )
    found = {one["name"]: one for one in msgspec.json.decode(done.stdout)["checks"]}
    assert found["raw frames"]["state"] == "less" and "CAP_NET_RAW" in found["raw frames"]["found"]
    assert "net_raw" in found["raw frames"]["mend"] and done.returncode in (0, 1)
