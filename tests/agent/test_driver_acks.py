"""What the kernel acknowledges is booked and paced: a talker cannot make this machine send more than the budget. Counted on a cable."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.agent.netns import Bench, bench  # noqa: F401
from tests.manners.cable import frames, fullest

ROOT = Path(__file__).resolve().parents[2]
RATE = 40
TALKER = """
import socket, threading, time
def on(port, word, pause):
    door = socket.create_server(("", port))
    while True:
        peer, _ = door.accept()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                peer.sendall(word)
                time.sleep(pause)
        except OSError:
            pass
threading.Thread(target=on, args=(81, b".", 0.0005), daemon=True).start()
print("ready", flush=True)
on(80, b"bla " * 1000, 0)
"""
ASKER = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from agent.ask import Target, Tcp
from agent.budget import Profile
from tests.agent.runs import Run
run = Run(["10.9.4.2"], profile=Profile("test", 1000, {RATE}, 50))
(reply,) = run.talk(Tcp("x", int(sys.argv[1]), b"question", limit=60_000), target=Target("10.9.4.2"))
print(reply.status, len(reply.body), run.driver.budget.sent)
"""


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "tcpdump")
@pytest.mark.parametrize(("port", "least", "most"), [(80, 60_000, 60_000), (81, 20, 5_000)], ids=["flood", "drip"])
def test_acknowledgements_are_booked_and_paced(bench: Bench, port: int, least: int, most: int) -> None:  # noqa: F811
    """A flood is read at our pace to its limit; of a drip, which the kernel acknowledges unread, some is heard and then hung up."""
    bench.host("desk", "10.9.4.1/24")
    bench.host("talker", "10.9.4.2/24")
    talker = bench.start("talker", sys.executable, "-c", TALKER, stdout=subprocess.PIPE)
    assert talker.stdout is not None and talker.stdout.readline() == b"ready\n"
    cable = bench.capture("desk", "tcp")
    done = bench.run("desk", sys.executable, "-c", ASKER, str(port))
    status, heard, sent = done.stdout.decode().split()
    left = [one for one in frames(cable) if one.source == "10.9.4.1"]
    assert status == "cut" and least <= int(heard) <= most, done.stderr.decode()
    assert abs(int(sent) - len(left)) <= 2, "what is booked is what leaves: the last reset may answer several segments"
    assert len(left) >= 20 and fullest(left) <= RATE + 3, "a window's worth may come on top of an even pace"
