"""One scan of the whole lab: who is there is found, who is not is told of, and the ledger is what the cable saw."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from agent.scope import holds
from lab import reading, truth
from model.folder import modules
from model.spans import spans
from tests.site.books import Said, ledger
from tests.site.stage import Scanned, about, killed, known, scanned
from tests.site.wire import SYN, Packet, packets

pytestmark = [pytest.mark.namespaces, pytest.mark.needs("userns", "setpriv"), pytest.mark.xdist_group("site")]
MODE = "namespaces" if os.geteuid() == 0 else "user"
SAME_HOUSE = {("hp", "hpe")}  # both still answer under number 11, so the rule's producer names both
ASKED = [name for name, made in modules("agent.probes").items() if made.DEFAULT and made.REACH != "machine"]
QUIET = ("ftp", "ssh", "netconf")  # they hear a greeting: a connection beside the one that found the port open
NEVER = {515, 9100}  # open on the lab's printers
ICMP6 = {128: "echo", 136: "neighbour advertisement", 143: "group report", 133: "router solicitation"}


@pytest.fixture(scope="module")
def whole() -> Scanned:
    return scanned(MODE)


class Cable:
    """What the desk sent, by port."""

    def __init__(self, whole: Scanned) -> None:
        self.sent = list(packets(whole.room / "capture.pcap", whole.site["desk"]["mac"]))
        self.own = {whole.site["desk"]["address"], *whole.site["desk"]["addresses6"]}

    def udp(self, port: int) -> set[str]:
        """Single hosts that got a datagram to `port`."""
        return {one.to for one in self.sent if one.kind == "udp" and one.port == port and not one.group}

    def groups(self, port: int) -> Counter[str]:
        return Counter(one.to for one in self.sent if one.kind == "udp" and one.port == port and one.group)

    def spoke(self, probe: str, ports: set[int]) -> set[str]:
        """Hosts to which something was said over TCP that is the probe's."""
        said = (one for one in self.sent if one.kind == "tcp" and one.port in ports and one.body)
        return {one.to for one in said if _says(probe, one.body)}

    def connected(self, port: int) -> Counter[str]:
        """How many connections were begun to each host, a SYN that the kernel repeated counted once."""
        begun = {
            (one.to, one.own_port) for one in self.sent if one.kind == "tcp" and one.port == port and one.flags == SYN
        }
        return Counter(to for to, _ in begun)


def _says(probe: str, body: bytes) -> bool:
    """http and onvif share their ports: one reads pages, the other asks ONVIF's questions."""
    return body.startswith(b"POST ") is (probe == "onvif") if probe in ("http", "onvif") else True


def _ports(probe: str, kind: str) -> set[int]:
    return {int(port[4:]) for port in modules("agent.probes")[probe].PORTS if port.startswith(f"{kind}/")}


def test_the_lab_is_as_large_as_it_is_said_to_be() -> None:
    site = reading.site()
    assert len(site.devices) >= 45
    on_wire = [net for net in site.subnet if net.in_scope]
    assert len(on_wire) == 3 and sum(not net.ipv4 for net in on_wire) == 1


def test_every_reachable_device_spoke_for_itself(whole: Scanned) -> None:
    for row in known(whole):
        if row.scanned:
            mine = [one for one in whole.report.findings if about(row, one) and one.origins]
            assert len(mine) == 1, (row.device, [one.device for one in mine])
            assert mine[0].outcome in row.outcomes, (row.device, mine[0].outcome)
            named = (row.maker, mine[0].maker or "")
            assert named[1] in ("", row.maker) or named in SAME_HOUSE, (row.device, named)
            assert named[1] or mine[0].outcome in ("unknown", "suspect"), row.device


def test_every_unreachable_device_is_told_of_with_its_witness_and_port(whole: Scanned) -> None:
    report = whole.report
    absent = [row for row in known(whole) if not row.scanned]
    assert len(absent) >= 8
    for row in absent:
        mine = [one for one in report.findings if about(row, one)]
        strays = [one for one in report.unexplained_macs if one.mac in row.macs]
        if row.verdict == "service" and row.macs[0] not in {mac for one in mine for mac in one.macs}:
            assert _hop_or_network(whole, row), row.device
            continue
        assert mine or strays, row.device
        for one in mine:
            assert one.outcome in ("unseen", "suspect") and not one.origins, (row.device, one.outcome)
        told = [(one.witnesses, one.attached) for one in mine] + [(one.witnesses, one.attached) for one in strays]
        assert any(witnesses and places and places[0].port for witnesses, places in told), row.device


def _hop_or_network(whole: Scanned, row: truth.Expected) -> bool:
    """A carrier's box is a hop of the trace, or in a network that is listed as not examined, or beyond what was looked at."""
    listed = spans(net.name for net in whole.report.networks if net.kind == "subnet" and net.status == "not examined")
    told = "".join(str(whole.plain.get(key, "")) for key in ("services", "networks"))
    return any(holds(listed, address) or address in told for address in row.addresses) or row.device == "carrier-far"


def test_arp_asked_whom_the_ledger_says(whole: Scanned) -> None:
    cable, row = Cable(whole), ledger(whole.out)["arp_sweep"]
    assert {one.to for one in cable.sent if one.kind == "arp"} == row.told - cable.own
    assert len(row.told) > 50 and row.excluded == set(whole.site["exclusions"])


@pytest.mark.parametrize("probe", ASKED)
def test_a_probe_asked_whom_the_ledger_says(whole: Scanned, probe: str) -> None:
    """Datagrams one by one, connections by what was said in them, questions to all stations by their single frame."""
    made, rows, cable = modules("agent.probes")[probe], ledger(whole.out), Cable(whole)
    row = rows[probe]
    if made.REACH == "group":
        _grouped(cable, row, made.PORTS)
    elif made.REACH in ("host", "wide") and (udp := _ports(probe, "udp")):
        alike = [name for name in rows if udp & _ports(name, "udp")]
        got = set().union(*(cable.udp(port) for port in udp))
        assert got == set().union(*(rows[name].told for name in alike)) - cable.own - _by_group(rows, alike, cable)
        assert row.told - cable.own <= got
    elif probe == "tcp_ports":
        got = {one.to for one in cable.sent if one.kind == "tcp" and one.flags == SYN}
        assert got == row.told - cable.own and len(got) > 90
    elif probe in QUIET:
        [port] = _ports(probe, "tcp")
        assert {to for to, count in cable.connected(port).items() if count > 1} == row.told
    elif made.REACH == "host":
        assert cable.spoke(probe, _ports(probe, "tcp")) == row.told
        assert row.told or probe in ("cwmp", "ipp", "netconf", "smb"), f"{probe} asked nobody in this lab"
    elif probe == "all_nodes":
        assert row.links == {"eth0"}
        assert [one.to for one in cable.sent if one.kind == "icmp6" and one.port == 128] == ["ff02::1"]


def _grouped(cable: Cable, row: Said, ports: tuple[str, ...]) -> None:
    [port] = [int(name[4:]) for name in ports]
    assert row.links == {"eth0"} and sum(cable.groups(port).values()) == 1, cable.groups(port)
    got = cable.udp(port)
    assert row.told - cable.own - got <= row.answered, "asked by itself, or it answered the group"
    if port != 1900:  # shared with upnp
        assert got <= row.told


def _by_group(rows: dict[str, Said], alike: list[str], cable: Cable) -> set[str]:
    """Whom only a group's question reached: they answered it, and no single datagram went there."""
    grouped = [name for name in alike if modules("agent.probes")[name].REACH == "group"]
    return {
        address
        for name in grouped
        for address in rows[name].answered - set().union(*(cable.udp(p) for p in _ports(name, "udp")))
    }


def test_nothing_left_the_desk_that_the_ledger_does_not_know(whole: Scanned) -> None:
    rows, cable = ledger(whole.out), Cable(whole)
    inside = spans(whole.site["targets"]) - spans(whole.site["exclusions"])
    told = set().union(*(row.told for row in rows.values()))
    for one in cable.sent:
        assert _known(one, whole, told) or (one.kind in ("tcp", "icmp", "icmp6", "nd") and holds(inside, one.to)), one
    assert not {one.port for one in cable.sent if one.kind == "tcp"} & NEVER
    assert sum(one.kind == "other" for one in cable.sent) == len(list(_reports(cable)))


def _known(one: Packet, whole: Scanned, told: set[str]) -> bool:
    if one.kind in ("arp", "arp reply"):
        return one.to in told or one.kind == "arp reply"
    if one.kind in ("icmp6", "nd"):
        return (one.kind == "nd" and one.to.startswith("fe80:")) or one.port in ICMP6
    return one.to in told or one.group or one.to == whole.site["upstream"]


def _reports(cable: Cable) -> Iterator[Packet]:
    """The kernel's own reports of the groups that answers are heard in."""
    yield from (one for one in cable.sent if one.to == "224.0.0.22")


def test_root_or_not_the_same_is_found() -> None:
    """An ordinary user's own namespaces show the same site, even to a scan that was killed on its way.

    Without makers, which test_killed compares with the truth: who listens longer hears what a device says unasked.
    """
    if os.geteuid() != 0:
        pytest.skip("needs root for the other half")
    ours, theirs = ({(one.outcome, one.macs) for one in each.report.findings} for each in (scanned(MODE), killed()[0]))
    assert ours == theirs
