"""Installing the test peers starts no service: the policy forbids it, goes away again, and nothing new runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "packaging/without-services.sh"
OWNERS = "#!/bin/sh\n# the machine owner's own policy\nexit 104\n"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """Where the policy stands in a test: nothing is there yet."""
    return tmp_path / "policy-rc.d"


def run(policy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"LAYDOWN_POLICY": str(policy)}
    return subprocess.run([RUN, *words], env=env, capture_output=True, text=True, timeout=20)


@pytest.mark.parametrize("action", ["start", "restart", "force-reload"])
def test_the_policy_says_no_to_every_start(policy: Path, action: str) -> None:
    """Asked as invoke-rc.d asks: the service, then the action. 101 is "forbidden"."""
    assert run(policy, str(policy), "lldpd", action).returncode == 101


@pytest.mark.parametrize(("command", "code"), [("true", 0), ("false", 1)])
def test_no_policy_is_left_behind(policy: Path, command: str, code: int) -> None:
    assert run(policy, command).returncode == code
    assert list(policy.parent.iterdir()) == []


@pytest.mark.parametrize("command", ["true", "false"])
def test_the_owners_policy_comes_back(policy: Path, command: str) -> None:
    policy.write_text(OWNERS)
    policy.chmod(0o755)
    assert run(policy, str(policy), "lldpd", "start").returncode == 101
    run(policy, command)
    assert [path.name for path in policy.parent.iterdir()] == [policy.name]
    assert (policy.read_text(), policy.stat().st_mode & 0o777) == (OWNERS, 0o755)


@pytest.mark.parametrize("owners", [OWNERS, None])
def test_it_comes_back_when_interrupted(policy: Path, owners: str | None) -> None:
    if owners:
        policy.write_text(owners)
    child = subprocess.Popen([RUN, "sleep", "1"], env=os.environ | {"LAYDOWN_POLICY": str(policy)})
    for _ in range(100):
        if policy.exists() and "exit 101" in policy.read_text():
            break
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=10) == 143
    assert (policy.read_text() if policy.exists() else None) == owners


def test_a_run_that_was_killed_is_mended_by_the_next(policy: Path) -> None:
    policy.write_text(OWNERS)
    killed = 'kill -9 $PPID; while kill -0 "$PPID" 2>/dev/null && [ $((n += 1)) -lt 100 ]; do sleep 0.02; done'
    assert run(policy, "sh", "-c", killed).returncode == -signal.SIGKILL
    assert "exit 101" in policy.read_text()
    assert run(policy, "true").returncode == 0
    assert policy.read_text() == OWNERS
    assert len(list(policy.parent.iterdir())) == 1


# invoke-rc.d looks for the policy in one fixed place; the test lays a folder of its own over it, seen by itself only.
ASK = """
set -e
cp /usr/sbin/invoke-rc.d "$1"
mount --bind "$1" /usr/sbin
"$0" /usr/sbin/invoke-rc.d --query snmpd start
"""


@pytest.mark.needs("root", "unshare", "invoke-rc.d", "snmpd")
def test_debians_own_question_is_answered_no(tmp_path: Path) -> None:
    run = subprocess.run(["unshare", "-m", "sh", "-c", ASK, RUN, tmp_path], capture_output=True, text=True, timeout=20)
    assert run.returncode == 101, run.stdout + run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["invoke-rc.d"]


@pytest.mark.parametrize("reader", ["", "YES=0"])
def test_nothing_is_installed_without_a_yes(tmp_path: Path, reader: str) -> None:
    """On a machine that has none of the packages, and no terminal to ask on."""
    shutil.copytree(ROOT / "packaging", tmp_path / "packaging")
    for name, text in {"dpkg-query": "exit 1", "apt-get": "touch apt-get-ran"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/sbin:/usr/bin:/bin"} | dict([reader.split("=")] if reader else [])
    words = ["packaging/peers.sh"]
    run = subprocess.run(
        words, cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "snmpd snmp lldpd openssh-server nginx" in run.stdout
    assert run.stdout.splitlines()[-1].endswith("the tests that need them are skipped")
    assert not (tmp_path / "apt-get-ran").exists()


@pytest.mark.needs("root", "dpkg-query")
def test_nothing_runs_that_did_not_before() -> None:
    """Read what packaging/peers.sh wrote down around the installation: daemons that init owns, before and after."""
    noted = ROOT / ".make/services.txt"
    if not noted.exists():
        pytest.skip("needs `make test` to have looked for the programs")
    seen: dict[str, set[str]] = {"before": set(), "after": set()}
    for line in noted.read_text().splitlines():
        when, what = line.split(" ", 1)
        seen[when].add(what)
    assert seen["after"] <= seen["before"]


@pytest.mark.needs("dpkg-query")
def test_none_of_them_starts_with_the_next_boot() -> None:
    """Of the packages that set-up itself installed; others are the machine owner's business."""
    noted = ROOT / ".make/installed.txt"
    ours = noted.read_text().split() if noted.exists() else []
    enabled = {path.name for path in Path("/etc/systemd/system").glob("*.wants/*")}
    for package in ours:
        files = subprocess.run(["dpkg-query", "-L", package], capture_output=True, text=True).stdout.split()
        assert not enabled & {Path(name).name for name in files if "/systemd/system/" in name}, package
