"""The agent as it lives, in a process of its own: it scans loopback for real, is killed anywhere, and nothing is lost or sent twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from agent.deployed.diary import Diary
from agent.deployed.store import Store
from agent.results import pack_at
from fingerprints.pack import load
from model.canonical import digest
from model.policy import SCHEMA, Policy
from tests.agent.cli import Shell
from tests.deployed.desk import Desk, refused

IDLE = 40_000  # kB


class Agent:
    """`laydown agent run` in the working folder."""

    def __init__(self, *words: str) -> None:
        line = [sys.executable, "-m", "agent.command", "agent", "run", *words]
        with Path("agent.log").open("ab") as log:
            self.child = subprocess.Popen(line, stdout=log, stderr=log, start_new_session=True)

    def kill(self) -> None:
        """kill -9, the whole group: a power cut for processes."""
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait(10)

    def end(self) -> int:
        """SIGTERM, and its exit code."""
        self.child.terminate()
        return self.child.wait(30)


@pytest.fixture
def agent(enrolled: Shell) -> Iterator[Callable[..., Agent]]:
    """Starts agents, and ends what is left of them."""
    made: list[Agent] = []

    def start(*words: str) -> Agent:
        made.append(Agent(*words))
        return made[-1]

    yield start
    for one in made:
        one.kill()


def until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, Path("agent.log").read_text()[-3000:]
        time.sleep(0.05)


def scans() -> list[str]:
    store = Store(Path("state"))
    try:
        return [one.state for one in Diary(store).scans()]
    finally:
        store.close()


def test_a_life_with_a_kill_and_a_blackout(agent: Callable[..., Agent], desk: Desk, enrolled: Shell) -> None:
    """One scan, killed once and stopped by a blackout once: one folder, one report; then the agent sleeps, small."""
    light = Path("agent.toml").read_text()
    Path("community").write_text("planted-s3cret\n")
    light += '[[credential]]\nname = "c"\nversion = "2c"\nscopes = ["127.0.0.0/24"]\ncommunity_file = "community"\n'
    large = light.replace('"127.0.0.1"', '"127.0.0.1-127.0.0.40"')
    Path("agent.toml").write_text(large)
    one = agent("--scan")
    until(lambda: list(Path("state/results").glob("*/evidence.jsonl")))
    one.kill()
    one = agent()
    until(lambda: scans() == ["running"])
    until(lambda: Path("agent.log").read_text().count("scanning into") == 2)
    today = datetime.now(UTC).date()
    dark = f'[agent]\nblackout = ["{today}/{today + timedelta(days=1)}"]\n'
    Path("agent.toml").write_text(large.replace("[agent]\n", dark))
    one.child.send_signal(signal.SIGHUP)
    until(lambda: scans() == ["paused"])
    assert not desk.stored
    Path("agent.toml").write_text(light)
    one.child.send_signal(signal.SIGHUP)
    until(lambda: len(desk.stored) == 1 and scans() == ["done"], 60)
    assert len(list(Path("state/results").iterdir())) == 1
    (about,) = desk.reports()
    assert (about.release, about.site) == ("full", "hq") and about.evidence.startswith("sha256:")
    status = Path(f"/proc/{one.child.pid}/status").read_text()
    assert int(status.split("VmRSS:")[1].split()[0]) < IDLE
    second = agent()
    assert second.child.wait(20) == 2, "two agents of one machine would do everything twice"
    assert one.end() == 0
    found = enrolled("agent", "status", "--json").json
    assert found["ok"] and found["scans"]["last"]["state"] == "done" and found["scans"]["next"]
    kept = [Path("agent.log"), *(path for path in Path("state").rglob("*") if path.is_file())]
    assert not any(b"planted-s3cret" in path.read_bytes() for path in kept)
    assert {beat.state for beat in desk.beats} <= {"idle", "scanning", "waiting"}


def test_killed_again_and_again_in_mid_upload_it_arrives_once(
    agent: Callable[..., Agent], desk: Desk, enrolled: Shell, made: Path
) -> None:
    (made / "bodies" / "aa").mkdir(parents=True, exist_ok=True)
    (made / "bodies" / "aa" / ("aa" + "0" * 62)).write_bytes(os.urandom(6_000_000))
    assert enrolled("push", made, "--no-send").code == 0
    dice = random.Random(5)
    desk.after = lambda method, path: time.sleep(0.1) if method == "PATCH" else None
    for _ in range(4):
        one = agent()
        time.sleep(dice.uniform(0.3, 1.3))
        one.kill()
    desk.after = lambda method, path: None
    agent()
    until(lambda: desk.receipts and enrolled("agent", "status", "--json").json["spool"]["parcels"] == 0)
    assert len(desk.stored) == len(desk.receipts) == 1


def test_a_policy_is_taken_and_narrows_and_its_pack_judges(
    agent: Callable[..., Agent], desk: Desk, enrolled: Shell
) -> None:
    Path("agent.toml").write_text(Path("agent.toml").read_text().replace('"127.0.0.1"', '"127.0.0.1-127.0.0.2"'))
    wished = ("127.0.0.1-127.0.0.2", "127.0.0.9")
    parts = dict(load().parts)
    pack = _zipped({**parts, "rules/and_cz.toml": parts["rules/and_cz.toml"] + b"\n# another pack\n"})
    desk.packs[digest(pack)[7:]] = pack
    desk.policy = Policy(SCHEMA, "hq", 7, "", targets=wished, exclude=("127.0.0.1",), pack=digest(pack))
    assert enrolled("agent", "run", "--once").code == 0
    found = enrolled("agent", "status", "--json").json
    assert found["policy"]["serial"] == 7 and "targets 127.0.0.9" in found["policy"]["refused"][0]
    assert any("agent.packs" in one for one in found["policy"]["refused"])
    Path("agent.toml").write_text(Path("agent.toml").read_text().replace("[agent]\n", '[agent]\npacks = "collector"\n'))
    agent("--scan", "--once").child.wait(60)
    judged_by = pack_at(Path("state/packs") / f"{digest(pack)[7:]}.zip", proven=False).digest
    assert desk.reports()[0].pack == judged_by != load().digest
    report = json.loads(next(Path("state/results").glob("*/report.json")).read_bytes())
    rows = [row for row in report["coverage"] if row["asked"] == 2]
    assert rows and all(row["excluded"] >= 1 for row in rows), "what the policy excludes was not asked"
    desk.policy = msgspec.structs.replace(desk.policy, serial=6, exclude=())
    assert enrolled("agent", "run", "--once").code == 1
    assert enrolled("agent", "status", "--json").json["policy"]["serial"] == 7
    held = Path("state/collectors/example-corp/policy.dsse.json")
    held.write_bytes(held.read_bytes().replace(b'"sig":"', b'"sig":"AAAA'))
    assert any("signed by this collector" in line for line in enrolled("agent", "status").out)


def _zipped(parts: dict[str, bytes]) -> bytes:
    import zipfile
    from io import BytesIO

    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(parts.items()):
            archive.writestr(name, data)
    return held.getvalue()


def test_no_word_of_mouth_breaks_a_blackout(enrolled: Shell, desk: Desk) -> None:
    light = Path("agent.toml").read_text()
    Path("agent.toml").write_text(light.replace("[agent]\n", '[agent]\nblackout = ["00:00-24:00"]\n'))
    told = enrolled("agent", "run", "--once", "--scan")
    assert (
        told.code == 1 and any("a blackout" in line for line in told.err) and not list(Path("state/results").iterdir())
    )
    assert any("leave no moment" in line for line in enrolled("agent", "status").out)


def test_weeks_offline_and_back(agent: Callable[..., Agent], desk: Desk, enrolled: Shell, made: Path) -> None:
    """Reports gather, the oldest first, while nobody answers; then they leave in their order."""
    desk.fault = lambda method, path: refused(503, "away", Retry_After="3600")
    report = (made / "report.json").read_bytes()
    for number in range(3):
        (made / "report.json").write_bytes(report.replace(b'"agent":"', b'"agent":"%d ' % number))
        assert enrolled("push", made, "--no-send").code == 0
    assert enrolled("agent", "run", "--once").code == 1
    assert enrolled("agent", "status", "--json").json["spool"]["parcels"] == 3
    desk.fault = lambda method, path: None
    assert enrolled("agent", "run", "--once").code == 0
    assert len(desk.stored) == 3 and enrolled("agent", "status").code == 0
    told = [json.loads(data)["payload"] for data in desk.receipts.values()]
    assert len(set(told)) == 3


@pytest.mark.needs("root", "mount", "unshare")
def test_a_full_disk_is_one_line_and_the_same_command_goes_on(enrolled: Shell, desk: Desk, made: Path) -> None:
    """The state on a disk of its own, too small for the parcel; then larger."""
    (made / "bodies" / "aa").mkdir(parents=True, exist_ok=True)
    (made / "bodies" / "aa" / ("aa" + "0" * 62)).write_bytes(os.urandom(3_000_000))
    laydown = f"{sys.executable} -m agent.command"
    script = f"""set -eu
    cp -a state kept; mount -t tmpfs -o size=3500k tmpfs state; cp -a kept/. state
    {laydown} push made >small.out 2>small.err && exit 9 || echo $? >small.code
    {laydown} agent status --json >status.json || true
    ls state/parcels | wc -l >left
    mount -o remount,size=64m state
    {laydown} push made; {laydown} agent status
    """
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert Path("small.code").read_text() == "1\n" and Path("left").read_text().strip() == "0"
    (line,) = Path("small.err").read_text().splitlines()
    assert "No space left" in line and "free some space" in line
    assert json.loads(Path("status.json").read_bytes())["spool"]["parcels"] == 0
    assert len(desk.stored) == 1
