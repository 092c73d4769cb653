"""Faults of a link, in network namespaces: the wire process killed or asleep, the cable pulled, while scanning or listening."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.agent.netns import Bench
from tests.faults import checks
from tests.faults.ground import MARK, START, ended, marked
from tests.faults.rounds import ASLEEP, Round

HOSTS = 3


def possible() -> bool:
    """Whether namespaces can be made here."""
    return os.geteuid() == 0 and shutil.which("ip") is not None


@contextmanager
def _bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        net = Bench(Path(folder))
        try:
            net.host("desk", "10.9.0.1/24")
            for number in range(2, 2 + HOSTS):
                net.host(f"peer{number}", f"10.9.0.{number}/24")
            yield net
        finally:
            net.close()


def _begun(turn: Round, net: Bench, words: list[str], until: str) -> subprocess.Popen[str]:
    """The command at work at the desk: it has said `until`."""
    command = net.words("desk", sys.executable, "-B", "-c", START, *words)
    pipe, mark = subprocess.PIPE, {**os.environ, MARK: turn.ground.mark}
    child = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=mark)
    assert child.stderr is not None
    while until not in (line := child.stderr.readline()):
        assert line, f"it ended before {until!r}"
    time.sleep(0.5)
    return child


def _wire(turn: Round) -> int:
    """The pid of the wire process."""
    for pid in marked(turn.ground.mark):
        if b"agent.wire" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    raise AssertionError("no wire process")


def _fault(listening: bool, act: Callable[[Round, Bench], None], codes: set[int]) -> Callable[[Round], None]:
    def fault(turn: Round) -> None:
        words = ["listen", "-i", "eth0", "-o", str(turn.out), "--for", "5s"]
        if not listening:
            words = ["scan", "10.9.0.0/25", "-o", str(turn.out), "--authorized-by", "R. Roe", "--profile", "normal"]
            words += ["--probe", "arp_sweep", "--probe", "neighbours"]
        with _bench() as net:
            child = _begun(turn, net, words, "listening on" if listening else "arp_sweep: ")
            moment = turn.dice.uniform(0, 2)
            turn.told = f"after {moment:.2f} s"
            time.sleep(moment)
            act(turn, net)
            turn.after("disturbed", ended(child), codes, set(), None)
            net.ip("switch", "link", "set", "pdesk", "up")
            before = checks.lines(turn.out)
            child = _begun(turn, net, words, "listening on" if listening else "laydown: ")
            turn.after("again", ended(child), {0, 4}, before, None)
            if not listening and not {one for row in checks.verdicts(turn.out) for one in row[0]} >= {"10.9.0.2"}:
                turn.complaints.append("again: the hosts are not found")
        turn.twice()

    return fault


def _sent(number: int) -> Callable[[Round, Bench], None]:
    def act(turn: Round, _: Bench) -> None:
        wire = _wire(turn)
        os.kill(wire, number)
        if number == signal.SIGSTOP:
            time.sleep(ASLEEP)
            os.kill(wire, signal.SIGCONT)

    return act


def _program(turn: Round, _: Bench) -> None:
    """The program itself is killed: its wire process must end too."""
    for pid in marked(turn.ground.mark):
        if b"agent.command" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)


def _pulled(_: Round, net: Bench) -> None:
    net.ip("switch", "link", "set", "pdesk", "down")


FAULTS: dict[str, Callable[[Round], None]] = {
    "wire-killed": _fault(False, _sent(signal.SIGKILL), {4}),
    "wire-asleep": _fault(False, _sent(signal.SIGSTOP), {0, 4}),
    "scan-killed": _fault(False, _program, {-signal.SIGKILL}),
    "link-down": _fault(False, _pulled, {4}),
    "listen-wire-killed": _fault(True, _sent(signal.SIGKILL), {4}),
    "listen-killed": _fault(True, _program, {-signal.SIGKILL}),
    "listen-link-down": _fault(True, _pulled, {0, 4}),
}
