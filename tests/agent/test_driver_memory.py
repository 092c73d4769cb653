"""What a device said before a run was killed is not asked of it again: the dialogue goes on where it stopped."""

from __future__ import annotations

import signal
import socket
import sys

import pytest

from agent.ask import Target, Tcp
from agent.scan.resume import memory
from model.evidence import Evidence
from tests.agent import peers
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.runs import HERE, Run, probe, tcp_server
from tests.agent.test_peers_resume import _begin
from tests.agent.test_peers_scan import report_of, scan

SERVER = """
import socket, sys, time
s = socket.create_server(("", 80))
while True:
    c, _ = s.accept()
    try:
        said = c.recv(2000).split(b"\\r\\n")[0].decode()
    except OSError:
        continue
    if not said:
        continue
    open(sys.argv[1], "a").write(said + "\\n")
    if said.startswith("GET / "):
        c.sendall(b"HTTP/1.1 200 OK\\r\\nServer: bench\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nhi")
    else:
        time.sleep(2)
    c.close()
"""


def test_a_dialogue_goes_on_where_it_stopped() -> None:
    asked: list[bytes] = []

    def serve(peer: socket.socket) -> None:
        asked.append(peer.recv(100))
        peer.sendall(b"answer to " + asked[-1])

    with tcp_server(serve) as port:
        questions = [Tcp(f"q{n}", port, b"%d" % n, wait=1) for n in range(4)]
        first = Run()
        first.talk(*questions[:2])
        second = Run()
        kept: list[tuple[Evidence, ...]] = [tuple(first.evidence)]
        second.driver.memory = lambda name, target: memory(kept).get((name, target.address), ())
        replies = second.talk(*questions)
    assert asked == [b"0", b"1", b"2", b"3"]
    assert [one.body for one in replies] == [b"answer to %d" % n for n in range(4)]
    assert [one.observation.parent for one in second.evidence] == [first.evidence[0].id] * 2
    assert [one.observation.step for one in second.evidence] == [2, 3]
    assert second.outcomes[0].answered.texts() == [HERE]


def test_who_was_excluded_since_is_not_answered_for_from_memory() -> None:
    with tcp_server(lambda peer: peer.sendall(b"hello")) as port:
        first = Run()
        first.talk(Tcp("q", port, wait=1))
        second = Run(["127.0.0.2"])
        second.driver.memory = lambda *_: first.evidence
        module, replies = probe(Tcp("q", port, wait=1))
        second.run([("test", module, Target(HERE))])
    assert replies[0].status == "excluded" and not second.evidence


@pytest.mark.namespaces
@pytest.mark.needs("root", "ip", "tcpdump", "unshare")
def test_killed_between_two_questions(bench: Bench) -> None:  # noqa: F811
    bench.host("desk", "10.9.0.1/28")
    bench.host("web", "10.9.0.3/28")
    log = bench.folder / "log"
    log.touch()
    bench.start("web", sys.executable, "-c", SERVER, str(log))
    words = ("10.9.0.0/28", "--profile", "normal", "--probe", "arp_sweep", "--probe", "http", "--probe", "tcp_ports")
    out = bench.folder / "out"
    child = _begin(bench, out, *words)
    peers.wait_for(lambda: "favicon" in log.read_text(), "the second question")
    child.send_signal(signal.SIGKILL)
    child.wait()
    done = scan(bench, out, *words, "--authorized-by", "R. Roe", "--json", wait=60)
    assert b"going on with the unfinished run" in done.stderr
    said = log.read_text().splitlines()
    assert said.count("GET / HTTP/1.1") == 1, said
    assert sum("favicon" in line for line in said) == 2, "what was not answered is asked again"
    row = next(one for one in report_of(out).coverage if one.probe == "http")
    assert (row.status, row.answered) == ("done", 1)
