"""A scan of a link with both families: who is found is asked once, tables lead on inside the scope, nobody else hears a packet."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from collections.abc import Callable

import pytest

from agent.spool import read
from tests.agent import peers
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.test_driver_groups import answers
from tests.agent.test_peers_resume import _begin, _until
from tests.agent.test_peers_scan import RUN, ledgers_of, report_of, scan

pytestmark = [pytest.mark.needs("root", "ip", "tcpdump", "snmpd"), pytest.mark.namespaces]
GREETER = """
import socket, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("::", 22)); s.listen(16); print("ready", flush=True)
while True:
    c, _ = s.accept()
    try:
        c.sendall(b"SSH-2.0-bench_1\\r\\n"); c.recv(1)
    except OSError:  # whoever only looks whether the port is open hangs up
        pass
    c.close()
"""
KNOCK = """
import socket
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"x", ("fd00:9::1", 9))
"""
GROUPS = "udp and (dst net 224.0.0.0/4 or dst host 255.255.255.255) or (ip6 and udp and dst net ff00::/8)"
ECHO_ALL = "icmp6 and dst host ff02::1 and ip6[40] = 128"
MINUTE = 12
SHORT = f"import agent.minute; agent.minute.MINUTE = {MINUTE}.0; {RUN}"
CONFIG = """
[authority]
name = "R. Roe"
[budget]
profile = "normal"
[scope]
targets = ["10.9.0.0/28", "fd00:9::/64", "fd00:5::/64"]
exclude = ["fd00:5::bad"]
exclude_reason = "asked to be left alone"
[[credential]]
name = "v2c"
kind = "snmp"
version = "2c"
scopes = ["10.9.0.0/24"]
community_file = "community"
"""


def _greets(net: Bench, name: str) -> None:
    child = net.start(name, sys.executable, "-c", GREETER, stdout=-1)
    assert child.stdout is not None and child.stdout.readline() == b"ready\n"


def _behind(net: Bench, address: str) -> str:
    """A host behind the switch, which routes to it; its MAC."""
    mac = net.host("far")
    net.ip("switch", "link", "del", "pfar")
    net.ip("sw", "link", "add", "tables", "type", "veth", "peer", "name", "eth0", "netns", net.space("far"))
    net.ip("far", "link", "set", "eth0", "address", mac, "up")
    net.ip("sw", "link", "set", "tables", "up")
    net.ip("sw", "-6", "route", "add", address, "dev", "tables")
    net.ip("far", "addr", "add", f"{address}/128", "dev", "eth0", "nodad")
    net.ip("far", "-6", "route", "add", "fd00:9::1", "dev", "eth0")
    net.run("sw", "sysctl", "-q", "-w", "net.ipv6.conf.all.forwarding=1", "net.ipv6.conf.tables.proxy_ndp=1")
    net.ip("sw", "-6", "neigh", "add", "proxy", "fd00:9::1", "dev", "tables")
    return mac


def test_found_told_and_left_alone(bench: Bench, command: Callable[[str], str]) -> None:  # noqa: F811
    mac = bench.host("desk", "10.9.0.1/28", "fd00:9::1/64")
    bench.host("sw", "10.9.0.2/28", "fd00:9::2/64")
    bench.host("both", "10.9.0.3/28", "fd00:9::3/64")
    bench.host("six", "fd00:9::6/64")
    for net in ("fd00:5::/64", "fd00:6::/64"):
        bench.ip("desk", "-6", "route", "add", net, "via", "fd00:9::2")
    far = _behind(bench, "fd00:5::44")
    bench.ip("sw", "neigh", "add", "fd00:5::44", "lladdr", far, "dev", "tables", "nud", "permanent")
    for at, named in enumerate(("fd00:5::bad", "fd00:6::44", "10.9.0.99")):
        bench.ip("sw", "neigh", "add", named, "lladdr", f"02:aa:00:00:00:{at:02x}", "dev", "tables", "nud", "permanent")
    peers.snmpd(bench, command, "sw", "10.9.0.2", ["sysName bench-switch", "rocommunity planted"])
    for name in ("both", "six"):
        _greets(bench, name)
        answers(bench, name, "239.255.255.250", 1900)
    bench.addressed("desk", "sw", "both", "six")
    bench.run("six", sys.executable, "-c", KNOCK)
    (bench.folder / "community").write_text("planted\n")
    (bench.folder / "bench.toml").write_text(CONFIG)
    groups, far = bench.capture("desk", GROUPS), bench.capture("desk", "udp and dst net 224.0.0.0/4 and ip[8] != 1")
    echoes = bench.capture("desk", ECHO_ALL)
    told = {name: bench.capture("desk", f"dst host {name}") for name in ("fd00:5::44", "fd00:5::bad", "fd00:6::44")}
    told["10.9.0.99"] = bench.capture("desk", "dst host 10.9.0.99 or arp[24:4] = 0x0a090063")
    twin, six = bench.capture("desk", "tcp and dst host fd00:9::3"), bench.capture("desk", "tcp and dst host fd00:9::6")
    other = bench.capture(
        "desk",
        "ip6 and dst net fd00:9::/64 and not dst host fd00:9::1 and not dst host fd00:9::2 and not dst host fd00:9::3 "
        "and not dst host fd00:9::6",
    )
    out = bench.folder / "out"
    done = scan(bench, out, "--config", str(bench.folder / "bench.toml"), "--json", wait=150)
    assert done.stdout, done.stderr.decode()

    sent = Counter((one.target, one.port) for one in groups.packets() if one.mac == mac and one.kind == "udp")
    assert sent and set(sent.values()) == {1}, sent
    assert ("239.255.255.250", 1900) in sent
    assert not [one for one in far.packets() if one.mac == mac]
    assert len([one for one in echoes.packets() if one.mac == mac]) == 1
    left = {name: len([one for one in held.packets() if one.mac == mac]) for name, held in told.items()}
    assert left["fd00:5::44"] > 3, "told by a table and in scope: it joins the work"
    assert (left["fd00:5::bad"], left["fd00:6::44"], left["10.9.0.99"]) == (0, 0, 0), left
    assert not [one for one in other.packets() if one.mac == mac], "a /64 is not swept"
    assert [one for one in six.packets() if one.mac == mac] and not [one for one in twin.packets() if one.mac == mac]

    report, ledgers = report_of(out), ledgers_of(out)
    found = {address: one for one in report.findings for address in one.addresses}
    assert {"fd00:9::6", "10.9.0.3", "10.9.0.2"} <= set(found)
    assert any("%" in address for address in found), "link-local addresses are shown with their zone"
    kept = {(one.observation.probe, one.observation.target) for one in read(out) if one.body}
    assert ("ssh", "fd00:9::6") in kept and ("ssdp", "10.9.0.3") in kept and ("ssh", "fd00:9::3") not in kept
    assert found["10.9.0.99"].outcome == "unseen"
    for row in report.coverage:
        assert row.asked == row.answered + row.silent + row.refused + row.excluded, row
        assert row.asked < 1000 and (row.scope != "fd00:9::/64" or "not swept" in row.reason or row.status == "not-run")
    ports = {text for one in ledgers if one.probe == "tcp_ports" and one.scope.startswith("fd00") for text in one.asked}
    assert {text for text in ports if "%" not in text} == {"fd00:9::6", "fd00:5::44"}, ports


def test_no_question_to_all_where_somebody_is_left_alone(bench: Bench) -> None:  # noqa: F811
    """Hosts that may be asked are asked one by one, once, and nobody else hears anything."""
    mac = bench.host("desk", "10.9.0.1/28", "fd00:9::1/64")
    for last in (3, 7):
        bench.host(f"h{last}", f"10.9.0.{last}/28", f"fd00:9::{last}/64")
        answers(bench, f"h{last}", "239.255.255.250", 1900)
    bench.addressed("desk", "h3", "h7")
    groups, echoes = bench.capture("desk", GROUPS), bench.capture("desk", ECHO_ALL)
    single = bench.capture("desk", "udp and dst port 1900")
    out = bench.folder / "out"
    words = [
        "10.9.0.0/28",
        "fd00:9::/64",
        "--exclude",
        "10.9.0.7",
        "--exclude-reason",
        "ventilator",
        "--profile",
        "normal",
    ]
    done = scan(bench, out, *words, "--authorized-by", "R. Roe", "--json", wait=100)
    assert done.stdout, done.stderr.decode()
    assert not [one for one in groups.packets() if one.mac == mac and one.kind in ("udp", "ip6")]
    assert not [one for one in echoes.packets() if one.mac == mac]
    assert {one.target for one in single.packets() if one.mac == mac} == {"10.9.0.3"}
    rows = {one.probe: one for one in report_of(out).coverage if one.scope == "10.9.0.0/28"}
    assert rows["all_nodes"].excluded == 1 and "not wholly in scope" in rows["all_nodes"].reason
    assert rows["ssdp"].asked == rows["ssdp"].answered + rows["ssdp"].silent + rows["ssdp"].excluded
    assert rows["ssdp"].answered == 1 and rows["ssdp"].excluded >= 1


def test_by_a_word_all_are_asked_and_of_who_is_left_alone_nothing_is_kept(bench: Bench) -> None:  # noqa: F811
    mac = bench.host("desk", "10.9.0.1/29")
    others = {last: bench.host(f"h{last}", f"10.9.0.{last}/29") for last in (3, 6)}
    for last in others:
        answers(bench, f"h{last}", "239.255.255.250", 1900)
    seen = bench.capture("desk")
    out = bench.folder / "out"
    words = ["10.9.0.0/29", "--exclude", "10.9.0.6", "--exclude-reason", "ventilator", "--multicast", "--probe", "ssdp"]
    scan(bench, out, *words, "--probe", "arp_sweep", "--profile", "normal", "--authorized-by", "R. Roe", "--json")
    packets = seen.packets()
    assert len([one for one in packets if one.mac == mac and one.target == "239.255.255.250"]) == 1
    to_it = {(one.kind, one.port) for one in packets if one.mac == mac and one.target == "10.9.0.6"}
    assert to_it <= {("arp", 2)}, "who asks for this machine's MAC is answered by the kernel"
    assert [one for one in packets if one.mac == others[6] and one.source == "10.9.0.6" and one.kind == "udp"], (
        "it answered"
    )
    assert {one.observation.target for one in read(out) if one.observation.probe == "ssdp" and one.body} == {"10.9.0.3"}
    assert not [one for one in report_of(out).findings if others[6] in one.macs]


def test_killed_while_all_are_asked_nobody_hears_it_twice_within_a_minute(bench: Bench) -> None:  # noqa: F811
    """With a minute of 12 seconds: tests/site/test_killed.py waits for a whole one."""
    mac = bench.host("desk", "10.9.0.1/28")
    for last in (3, 4):
        bench.host(f"h{last}", f"10.9.0.{last}/28")
    answers(bench, "h3", "239.255.255.250", 1900)
    seen, single = bench.capture("desk", GROUPS), bench.capture("desk", "udp and dst port 1900 and dst net 10.9.0.0/28")
    out = bench.folder / "out"
    child = _begin(bench, out, "10.9.0.0/28", "--profile", "normal", run=SHORT)
    spool = out / "evidence.jsonl"
    peers.wait_for(lambda: spool.exists() and b'"target":"10.9.0.3"' in spool.read_bytes(), "ssdp")
    child.send_signal(signal.SIGKILL)
    child.wait()
    before = {(one.target, one.port): one.at for one in seen.packets() if one.mac == mac}
    assert ("239.255.255.250", 1900) in before
    again = bench.capture("desk", GROUPS)
    words = ("10.9.0.0/28", "--profile", "normal", "--authorized-by", "R. Roe", "--json")
    done = scan(bench, out, *words, wait=150, run=SHORT)
    assert b"going on with the unfinished run" in done.stderr
    after = [((one.target, one.port), one.at) for one in again.packets() if one.mac == mac]
    repeated = [(asked, at) for asked, at in after if asked in before]
    assert repeated, "whose answers nobody waited for is asked once more: some devices answer nothing else"
    assert max(Counter(asked for asked, _ in after).values()) == 1
    assert all(at - before[asked] >= MINUTE for asked, at in repeated), "within its minute"
    asked = {one.target for one in single.packets() if one.mac == mac and b"ssdp:all" in one.payload}
    assert not asked, "all stations are asked again: nobody by itself as well"
    row = next(one for one in report_of(out).coverage if one.probe == "ssdp")
    assert row.status == "done" and row.answered >= 1 and row.asked == row.answered + row.silent + row.excluded


def test_a_link_that_goes_down_ends_the_port_scan(bench: Bench) -> None:  # noqa: F811
    bench.host("desk", "10.9.0.1/28")
    for last in range(2, 12):
        bench.host(f"h{last}", f"10.9.0.{last}/28")
    out = bench.folder / "out"
    child = _begin(bench, out, "10.9.0.0/28", "--json", "--probe", "arp_sweep", "--probe", "tcp_ports")
    _until(child, "tcp_ports: ")
    bench.ip("switch", "link", "set", "pdesk", "down")
    stdout, _ = child.communicate(timeout=20)
    said = json.loads(stdout)
    assert child.returncode == 4 and "the switch may have shut this port" in said["stopped"]
    row = next(one for one in report_of(out).coverage if one.probe == "tcp_ports")
    assert row.status == "incomplete" and "shut this port" in row.reason
