"""Unexplained MACs grouped by the one step that would explain most of them: a device's own tables, a scan, a walk to a port.

A table that is not read is the usual reason why a MAC is nobody's. So the device that hangs on the same switch port as
the MACs, and told no table of its own, is the cheapest to ask; then the network that a MAC's address lies in; then its port.
"""

import ipaddress
from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from model.report import Attached, Finding, Report, StrayMac

Place = tuple[str, str]  # switch and port
Net = ipaddress.IPv4Network | ipaddress.IPv6Network
IP = ipaddress.IPv4Address | ipaddress.IPv6Address
NOBODY = Attached()


class Group(msgspec.Struct, frozen=True):
    """`macs` that one `step` explains. `where`: ` behind SWITCH port PORT`, ` in NETWORK` or ""."""

    macs: tuple[StrayMac, ...]
    where: str
    step: str


def groups(report: Report, names: Mapping[str, str]) -> list[Group]:
    """Every unexplained MAC in one group, the group that explains most first. `names`: device id -> as people call it."""
    beyond, nets = _beyond(report), _unexamined(report)
    found: dict[tuple[str, str], list[StrayMac]] = defaultdict(list)
    for stray in report.unexplained_macs:
        found[_way(stray, beyond, nets, names)].append(stray)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Group(tuple(macs), where, _many(step, len(macs))) for (where, step), macs in ordered]


def _way(
    stray: StrayMac, beyond: Mapping[Place, Finding], nets: list[Net], names: Mapping[str, str]
) -> tuple[str, str]:
    """(where it is, which step explains it; `#` stands for how many the step explains)."""
    at = stray.attached[0] if stray.attached else NOBODY
    switch = at.switch or next(iter(stray.witnesses), "")
    where = f" behind {names.get(switch, switch)}{f' port {at.port}' if at.port else ''}" if switch else ""
    teller = beyond.get((at.switch, at.port))
    if teller is not None and at.port:
        return where, f"a read-only SNMP credential for {_reached(teller)} would explain #"
    net = next((net for one in _numbers(stray, nets) for net in nets if one in net), None)
    if net is not None:
        return f" in {net}", f"scan {net}, or import its tables: that would explain #"
    if stray.random:
        step = f"private MACs name nobody: {f'follow port {at.port}' if at.port else 'find the device'}"
        return where, f"{step}, or dispose of them as a class in the answers file (docs/answers.md)"
    return where, f"follow {f'port {at.port}' if at.port else 'the cable'} to the device, or scan its subnet"


def _numbers(stray: StrayMac, nets: list[Net]) -> list[IP]:
    """Its addresses, read once for all networks."""
    return [ipaddress.ip_address(text) for text in stray.addresses] if nets else []


def _many(step: str, count: int) -> str:
    return step.replace("#", f"{count} MAC{'s' if count > 1 else ''}")


def _reached(one: Finding) -> str:
    return next(iter((*one.addresses, *one.names, *one.macs)), one.device)


def tellers(report: Report) -> set[str]:
    """Devices whose tables were read: somebody, or a network, is known from them."""
    found = {name for one in report.findings for name in (*one.witnesses, *(at.switch for at in one.attached))}
    found |= {name for net in report.networks for name in net.named_by}
    strays = report.unexplained_macs
    return found | {name for one in strays for name in (*one.witnesses, *(at.switch for at in one.attached))}


def _beyond(report: Report) -> dict[Place, Finding]:
    """The one device with an address on a port that told no table of its own: what hangs behind it, it may know."""
    asked, strays = tellers(report), {stray.mac for stray in report.unexplained_macs}
    there: dict[Place, list[Finding]] = defaultdict(list)
    for one in report.findings:
        if one.addresses and one.device not in asked and not strays.intersection(one.macs):
            for at in one.attached[:1]:
                there[at.switch, at.port].append(one)
    crowds = _crowds(report)
    return {at: found[0] for at, found in there.items() if len(found) == 1 and crowds[at] > 1}


def _crowds(report: Report) -> dict[Place, int]:
    """MACs at each port: a single one beside a device is as likely another thing on the same cable."""
    counted: dict[Place, int] = defaultdict(int)
    for stray in report.unexplained_macs:
        for at in stray.attached[:1]:
            counted[at.switch, at.port] += 1
    return counted


def _unexamined(report: Report) -> list[Net]:
    return sorted(_nets(report), key=lambda net: -net.prefixlen)


def _nets(report: Report) -> Iterator[Net]:
    for one in report.networks:
        if one.kind == "subnet" and one.status == "not examined":
            try:
                yield ipaddress.ip_network(one.name, strict=False)
            except ValueError:
                continue
