"""`laydown scan` against real snmpd, lldpd, sshd and nginx, judged by a capture that the program knows nothing of."""

from __future__ import annotations

import json
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from agent.manners import NEVER_TCP
from agent.spool import read
from model.report import Finding, Report
from model.run import Ledger, event_of
from model.spans import Spans, spans
from tests.agent import peers
from tests.agent.netns import Bench, Packet, bench  # noqa: F401

pytestmark = [
    pytest.mark.needs(
        "root", "ip", "tcpdump", "snmpd", "lldpd", "lldpcli", "sshd", "ssh-keygen", "nginx", "openssl", "sysctl"
    ),
    pytest.mark.namespaces,
]
RUN = "from agent.command import main; main()"
SCOPE, EXCLUDED, FRAGILE = "10.9.0.0/28", "10.9.0.7", "10.9.0.8"
PRINTER_MAC = "00:20:00:12:34:56"  # a block of Lexmark's: on the caution list
RATE, HOST_RATE, LINK_RATE = 1000, 40, 50  # of profile normal
CONFIG = """
[site]
id = "bench"
[authority]
name = "R. Roe"
ticket = "CHG-1"
[budget]
profile = "normal"
[scope]
targets = ["10.9.0.0/28"]
exclude = ["10.9.0.7"]
exclude_reason = "asked to be left alone"
fragile = ["10.9.0.8"]
[[credential]]
name = "wrong-v3"
kind = "snmp"
version = "3"
scopes = ["10.9.0.3", "10.9.0.4"]
user = "bench"
auth = "sha256"
auth_file = "wrong"
[[credential]]
name = "right-v3"
kind = "snmp"
version = "3"
scopes = ["10.9.0.3"]
user = "bench"
auth = "sha256"
auth_file = "auth"
priv = "aes256"
priv_file = "priv"
[[credential]]
name = "v2c"
kind = "snmp"
version = "2c"
scopes = ["10.9.0.0/24"]
community_file = "community"
"""
SECRETS = {
    "wrong": "planted-wrong-1",
    "auth": "planted-auth-22",
    "priv": "planted-priv-333",
    "community": "planted-comm",
}


class Scanned(NamedTuple):
    """What a scan left, what it said, and what the cable carried."""

    folder: Path
    code: int
    said: dict[str, Any]
    stderr: str
    report: Report
    ledgers: list[Ledger]
    packets: list[Packet]
    mac: str


def scan(net: Bench, folder: Path, *words: str, wait: float = 80, run: str = RUN) -> Any:
    """`laydown scan` at the desk."""
    return net.run("desk", sys.executable, "-c", run, "scan", "-o", str(folder), *words, wait=wait)


def write_config(folder: Path) -> Path:
    for name, secret in SECRETS.items():
        (folder / name).write_text(secret + "\n")
    path = folder / "bench.toml"
    path.write_text(CONFIG)
    return path


def ledgers_of(folder: Path) -> list[Ledger]:
    events = (event_of(one) for one in read(folder) if one.observation.probe == "run")
    return [event for event in events if isinstance(event, Ledger)]


def report_of(folder: Path) -> Report:
    return msgspec.json.decode((folder / "report.json").read_bytes(), type=Report)


def _scanned(net: Bench, find: Callable[[str], str]) -> Scanned:
    mac = _site(net, find)
    seen = net.capture("desk")
    out = net.folder / "out"
    done = scan(net, out, "--config", str(write_config(net.folder)), "--json")
    packets = seen.packets()
    assert done.stdout, done.stderr.decode()
    said = json.loads(done.stdout)
    return Scanned(out, done.returncode, said, done.stderr.decode(), report_of(out), ledgers_of(out), packets, mac)


def _site(net: Bench, find: Callable[[str], str]) -> str:
    """Peers at .2 to .5, a printer, an excluded, a fragile and an outside host; the desk's MAC."""
    # A bridge keeps LLDP to itself unless told otherwise.
    net.ip("switch", "link", "set", "br0", "type", "bridge", "group_fwd_mask", "16384")
    mac = net.host("desk", "10.9.0.1/24")
    for name, address in (("sw", "10.9.0.2"), ("v3", "10.9.0.3"), ("ssh", "10.9.0.4"), ("web", "10.9.0.5")):
        net.host(name, f"{address}/24")
    net.host("printer", "10.9.0.6/24", mac=PRINTER_MAC)
    net.host("shy", f"{EXCLUDED}/24")
    net.host("frail", f"{FRAGILE}/24")
    net.host("outside", "10.9.0.40/24")
    agentx = net.folder / "agentx"
    main = ["sysName bench-switch", "master agentx", f"agentXSocket {agentx}", f"rocommunity {SECRETS['community']}"]
    user = f'createUser bench SHA-256 "{SECRETS["auth"]}" AES-256 "{SECRETS["priv"]}"'
    peers.snmpd(net, find, "sw", "10.9.0.2", main)
    peers.snmpd(net, find, "v3", "10.9.0.3", ["sysName bench-v3", user, "rouser bench priv"])
    peers.snmpd(net, find, "ssh", "10.9.0.4", ["sysName bench-ssh", user, "rouser bench priv"])
    heard = peers.lldpd(net, find, "sw", agentx)
    speaker = peers.lldpd(net, find, "ssh")
    peers.sshd(net, find, "ssh", "10.9.0.4")
    peers.nginx(net, find, "web", "10.9.0.5")
    peers.wait_for_neighbour(find, heard, "bench-ssh", speaker)
    return mac


def _sent(scanned: Scanned, kind: str) -> list[Packet]:
    return [one for one in scanned.packets if one.mac == scanned.mac and one.kind == kind]


def _at(report: Report, address: str) -> Finding:
    found = [one for one in report.findings if address in one.addresses and one.origins]
    assert len(found) == 1, [(one.device, one.outcome, one.addresses, one.macs) for one in found]
    return found[0]


def _sets(scanned: Scanned, probe: str, name: str) -> set[str]:
    texts = spans(text for one in scanned.ledgers if one.probe == probe for text in getattr(one, name))
    return {str(address) for address in texts.addresses()}


def _fullest(packets: list[Packet]) -> int:
    """The most packets in any second."""
    times = sorted(one.at for one in packets)
    return max(bisect_left(times, at + 1) - place for place, at in enumerate(times))


def _ends_incomplete_because_a_credential_was_refused(scanned: Scanned) -> None:
    assert scanned.code == 4
    assert scanned.said["exit"] == 4 and scanned.said["incomplete"] is True and scanned.said["fail_on_met"] is False
    assert scanned.said["summary"]["devices"] == scanned.report.summary.devices
    assert Path(scanned.said["report"]).samefile(scanned.folder / "report.json")
    assert "starts a reporting clock" in scanned.stderr or "reporting clock" in scanned.stderr


def _every_peer_was_read(scanned: Scanned) -> None:
    names = {name for one in scanned.report.findings for name in one.names}
    assert {"bench-switch", "bench-v3"} <= names
    assert "bench-ssh" in names  # by LLDP, through the switch's AgentX table: its own SNMP refused
    banners = {(one.observation.probe, one.observation.target) for one in read(scanned.folder) if one.body}
    assert {("ssh", "10.9.0.4"), ("http", "10.9.0.5"), ("https", "10.9.0.5"), ("snmp", "10.9.0.2")} <= banners
    assert _at(scanned.report, "10.9.0.4").outcome == "unknown"


def _arp_ledger_is_what_the_cable_carried(scanned: Scanned) -> None:
    asked = {one.target for one in _sent(scanned, "arp") if one.port == 1}
    left_alone = {EXCLUDED, FRAGILE}
    own = {"10.9.0.1"}
    assert _sets(scanned, "arp_sweep", "asked") - left_alone - own == asked
    assert _sets(scanned, "arp_sweep", "excluded") == left_alone
    assert _sets(scanned, "arp_sweep", "answered") == own | {f"10.9.0.{n}" for n in range(2, 7)}
    row = next(one for one in scanned.report.coverage if one.probe == "arp_sweep")
    assert (row.asked, row.answered, row.silent, row.excluded, row.status) == (14, 6, 6, 2, "done")
    assert row.asked == len(asked) + len(own) + len(left_alone)


def _nothing_left_the_scope(scanned: Scanned) -> None:
    allowed = {f"10.9.0.{n}" for n in range(1, 15)} - {EXCLUDED, FRAGILE}
    targets = {one.target for kind in ("arp", "tcp", "udp", "icmp") for one in _sent(scanned, kind) if one.port != 2}
    replies = {one.target for one in _sent(scanned, "arp") if one.port == 2}
    assert targets <= allowed, targets - allowed
    assert replies <= allowed


def _every_answer_in_the_ledger_has_packets_both_ways(scanned: Scanned) -> None:
    for probe, port in (("ssh", 22), ("http", 80), ("https", 443), ("snmp", 161)):
        for address in _sets(scanned, probe, "answered") - {"10.9.0.1"}:
            kind = "udp" if probe == "snmp" else "tcp"
            assert any(one.target == address and one.port == port for one in _sent(scanned, kind)), (probe, address)
            assert any(one.source == address and one.kind == kind for one in scanned.packets)
    ports = {one.target for one in _sent(scanned, "tcp")}
    assert ports == _sets(scanned, "tcp_ports", "asked") - _sets(scanned, "tcp_ports", "excluded") - {"10.9.0.1"}


def _printer_is_known_by_its_mac_before_any_tcp(scanned: Scanned) -> None:
    assert [one for one in scanned.packets if one.kind == "tcp" and "10.9.0.6" in (one.source, one.target)] == []
    assert not {one.port for one in scanned.packets if one.kind == "tcp" and one.mac == scanned.mac} & set(NEVER_TCP)
    assert "10.9.0.6" in _sets(scanned, "tcp_ports", "excluded")
    row = next(one for one in scanned.report.coverage if one.probe == "tcp_ports")
    assert "LEXMARK" in row.reason and "printers" in row.reason
    assert row.refused == 0  # closed ports are silent: nobody refused anything


def _rates_are_kept(scanned: Scanned) -> None:
    mine = [one for one in scanned.packets if one.mac == scanned.mac]
    assert _fullest(mine) <= RATE
    assert _fullest([one for one in mine if one.kind == "arp"]) <= LINK_RATE
    for address in {one.target for one in mine if one.kind == "udp"}:
        assert _fullest([one for one in mine if one.kind == "udp" and one.target == address]) <= HOST_RATE + 1, address


def _refused_credential_is_spent(scanned: Scanned) -> None:
    """A device that refused gets no second try: the refused request, then the community's two."""
    assert _sets(scanned, "snmp", "refused") == {"10.9.0.4"}
    asked = [one for one in _sent(scanned, "udp") if one.target == "10.9.0.4" and one.port == 161]
    community = [one for one in asked if SECRETS["community"].encode() in one.payload]
    signed = [one for one in asked if b"bench" in one.payload]
    assert len(community) == 2 and 1 <= len(signed) <= 2, (len(community), len(signed))
    row = next(one for one in scanned.report.coverage if one.probe == "snmp")
    assert row.refused == 1 and 'refused credential "wrong-v3"' in row.reason


def _wrong_credential_is_not_repeated_where_another_works(scanned: Scanned) -> None:
    assert "10.9.0.3" in _sets(scanned, "snmp", "answered")
    community = [one for one in _sent(scanned, "udp") if one.target == "10.9.0.3" and b"planted-comm" in one.payload]
    assert community == []


def _no_secret_was_kept(scanned: Scanned) -> None:
    kept = b"".join(path.read_bytes() for path in scanned.folder.rglob("*") if path.is_file()) + scanned.stderr.encode()
    for secret in SECRETS.values():
        assert secret.encode() not in kept


def _every_ledger_closes(scanned: Scanned) -> None:
    for row in scanned.report.coverage:
        assert row.asked == row.answered + row.silent + row.refused + row.excluded, row
        assert row.status in ("done", "not-run"), row
    whole: Spans = spans([SCOPE])
    assert all(not (spans(one.asked) - whole).ranges for one in scanned.ledgers)


def _authority_and_site_stand_in_the_report(scanned: Scanned) -> None:
    assert (scanned.report.authority.name, scanned.report.authority.ticket) == ("R. Roe", "CHG-1")
    assert scanned.report.site.id == "bench"
    assert Counter(one.status for one in scanned.report.networks)["excluded"] == 1


CHECKS: tuple[Callable[[Scanned], None], ...] = (
    _ends_incomplete_because_a_credential_was_refused,
    _every_peer_was_read,
    _arp_ledger_is_what_the_cable_carried,
    _nothing_left_the_scope,
    _every_answer_in_the_ledger_has_packets_both_ways,
    _printer_is_known_by_its_mac_before_any_tcp,
    _rates_are_kept,
    _refused_credential_is_spent,
    _wrong_credential_is_not_repeated_where_another_works,
    _no_secret_was_kept,
    _every_ledger_closes,
    _authority_and_site_stand_in_the_report,
)


def test_scan_of_real_peers(bench: Bench, command: Callable[[str], str]) -> None:  # noqa: F811
    """One scan, looked at from every side: a fixture would be made once in each of xdist's processes."""
    scanned = _scanned(bench, command)
    for check in CHECKS:
        check(scanned)
