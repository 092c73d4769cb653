"""Holes: what a report did not see or could not name, each with the cheapest next step."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from model.report import Attached, Coverage, Finding, Network, Report, StrayMac
from model.run import UNREAD
from model.silence import silent
from model.spans import Spans, spans
from model.steps import groups

STEPS = {
    "incomplete": "run the same `laydown scan` with the same -o again: it goes on where it stopped",
    "not-run": "once what the reason names is put right, run the same `laydown scan` with the same -o again",
    "unreadable": "assess again with a version of the program that reads this probe's answers",
}
SAID = {"not-run": "not run", "unreadable": "not readable by this version"}

Names = Mapping[str, str]  # device id -> as people call it
OWN_LINKS = "own links only"  # how a reason ends that only another place to look from can mend
OUTSIDE = "only addresses outside the scope answered"  # how a reason begins that more targets can mend
TABLES = "import what the device's own commands print of these tables (docs/imports.md): asked again it would end there again"
IMPORTED = "record or write these files again, then `laydown import` them with the same -o"


class Hole(msgspec.Struct, frozen=True):
    """`kind`: coverage, device, mac, network or fault. `text`: what is open. `step`: what would close it with the least work.

    `closes`: how many things the step would explain.
    """

    kind: str
    subject: str
    text: str
    step: str
    closes: int = 1


def holes(report: Report) -> list[Hole]:
    """Every hole, in the order a person should look: coverage, networks, devices, MACs, faults."""
    names = {one.device: called(one) for one in report.findings}
    strays = {stray.mac for stray in report.unexplained_macs}
    return [
        *_coverage(report.coverage),
        *(hole for hole in _networks(report)),
        *(hole for one in report.findings for hole in _device(one, names, strays)),
        *(hole for hole in _macs(report, names)),
        *(
            Hole("fault", fault, f"evidence could not be read: {fault}", "report it, with that evidence line")
            for fault in report.faults
        ),
    ]


def _coverage(rows: Sequence[Coverage]) -> Iterator[Hole]:
    """Probes that stopped or never ran for one reason are one hole a scope: one step closes them together."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        if row.status != "done":
            groups.setdefault((row.scope, row.status, row.reason), []).append(row.probe)
    for (scope, status, reason), probes in groups.items():
        name = f"{', '.join(probes)} over {scope}"
        step = IMPORTED if "import" in probes else STEPS.get(status, STEPS["not-run"])
        step = TABLES if reason.startswith(UNREAD) else step
        yield Hole("coverage", name, f"{name}: {SAID.get(status, status)}{_because(reason)}", step)
    yield from _left(rows)


def _left(rows: Sequence[Coverage]) -> Iterator[Hole]:
    """What was refused or left alone: probes that left as many alone in a scope, for reasons of one kind, are one hole."""
    groups: dict[tuple[str, str, int], list[Coverage]] = {}
    for row in rows:
        name = f"{row.probe} over {row.scope}"
        if row.refused:
            step = "check the credential and its scope for these devices"
            yield Hole("coverage", name, f"{name}: {row.refused} refused", step, row.refused)
        if row.excluded:
            groups.setdefault((row.scope, _beyond(row), row.excluded), []).append(row)
    for (scope, step, number), found in groups.items():
        name = f"{', '.join(row.probe for row in found)} over {scope}"
        why = min((row.reason for row in found), key=lambda text: (len(text), text))
        yield Hole("coverage", name, f"{name}: {number} left alone{_because(why)}", step, number)


def _beyond(row: Coverage) -> str:
    """What can be done about what a probe left alone."""
    if OWN_LINKS in row.reason:
        return "run the same scan from a machine on that network too"
    if OUTSIDE in row.reason:
        return "scan again with the networks of those addresses among the targets, if they are the site's"
    return "read their labels, or record in the answers file whose they are (docs/answers.md)"


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _networks(report: Report) -> Iterator[Hole]:
    told = [one.addresses for one in report.findings] + [one.addresses for one in report.unexplained_macs]
    addresses = spans(text for some in told for text in some)
    for net in report.networks:
        if net.status != "in scope":
            step = (
                "scan it, import its tables, or exclude it with a reason and a name"
                if net.status == "not examined"
                else "let whoever gave the reason confirm it"
            )
            known = _known_in(net, report.unexplained_macs, addresses)
            what = "addresses are" if net.kind == "subnet" else "unexplained MACs are"
            also = f"; {known} {what} known in it" if known > 1 else ""
            text = f"{net.kind} {net.name} is {net.status}{_because(net.reason)}{also}"
            yield Hole("network", net.name, text, step, max(known, 1))
    for net in silent(report):
        text = f"subnet {net.name} was asked and nothing in it answered"
        step = (
            "scan it from inside, import its tables, or record in the answers file that it is empty (docs/answers.md)"
        )
        yield Hole("network", net.name, text, step)


def _known_in(net: Network, strays: Sequence[StrayMac], known: Spans) -> int:
    """Addresses of a subnet, or unexplained MACs in a VLAN or on an SSID, that somebody's tables name."""
    if net.kind == "subnet":
        return (known & spans([net.name])).size
    return sum(any(net.name in (at.vlan, at.ssid) for at in one.attached) for one in strays)


def _device(one: Finding, names: Names, strays: set[str]) -> Iterator[Hole]:
    name = next(iter((*one.addresses, *one.names, *one.macs, *one.origins)), one.device)
    if one.outcome == "unknown":
        ask = f"a read-only SNMP credential for {name}" if one.addresses else "scan the subnet that it is in"
        step = f"{ask}, or read its label{_at(one.attached, names)}"
        yield Hole("device", one.device, f"{name} was seen, and nothing said who made it", step)
    elif one.outcome == "unseen" and (one.maker or not strays.intersection(one.macs)):
        text = f"{name} is named {_teller(one, names)}{f' as {one.maker}' if one.maker else ''}, and never answered"
        yield Hole("device", one.device, text, f"scan it, or read its label{_at(one.attached, names)}")


def _teller(one: Finding, names: Names) -> str:
    """Whose word it is: a device's, or that of a file whose keeper is no device here (a lease, an inventory)."""
    if one.witnesses:
        return f"by {names.get(one.witnesses[0], one.witnesses[0])}"
    return f"in {one.origins[0]}" if one.origins else "in a table"


def _macs(report: Report, names: Names) -> Iterator[Hole]:
    for group in groups(report, names):
        found = [stray.mac for stray in group.macs]
        some = ", ".join(found[:3]) + (", ..." if len(found) > 3 else "")
        count = f"{len(found)} MAC{'s' if len(found) > 1 else ''}"
        yield Hole("mac", found[0], f"{count} unexplained{group.where}: {some}", group.step, len(found))


def _at(places: tuple[Attached, ...], names: Names) -> str:
    return (
        f" ({names.get(places[0].switch, 'an unnamed device')} port {places[0].port})"
        if places and places[0].port
        else ""
    )


def called(one: Finding) -> str:
    """A device as people call it: its name, else its address, MAC or file, else the id."""
    return next(iter((*one.names, *one.addresses, *one.macs, *one.origins)), one.device)


def cheapest(found: Sequence[Hole], most: int = 5) -> list[Hole]:
    """The holes whose step explains most, each step once; those that explain a single thing are not among them."""
    best: dict[tuple[str, str], Hole] = {}
    for hole in sorted(found, key=lambda one: (-one.closes, one.text)):
        if hole.closes > 1:  # to scan one network is another step than to scan the next
            best.setdefault((hole.step, hole.subject if hole.kind == "network" else ""), hole)
    return list(best.values())[:most]
