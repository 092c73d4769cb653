"""The three closures that bound a report's statement: the coverage ledger, the MACs, the networks."""

import ipaddress
import re
from collections.abc import Iterable, Mapping

import msgspec

from fingerprints.finding import address_order
from fingerprints.registry import Registry, is_evidence
from fingerprints.resolve import Device
from model.claims import Fact, fields
from model.person import ABOUT
from model.report import Coverage, Finding, Network, StrayMac
from model.run import Ledger, Start
from model.spans import Spans, spans

WORST = ("done", "incomplete", "not-run", "unreadable")
VIRTUAL = "virtual.mac"
# What a station says by being there: it moves packets, and names nothing.
NAMELESS = frozenset(
    """mac.address ip.address attached network multicast.group ipv6.router stp.bridge_id dhcp.client_id dhcp.duid
    dhcp.parameters dhcp.router dhcp.server""".split()
)
NAMED_VLAN = re.compile(r"(?i)^(?:vlan|vlanif|vlan-interface|irb\.|bvi|ve)\s?(\d{1,4})$")


def coverage(ledgers: Iterable[Ledger]) -> tuple[Coverage, ...]:
    """One row a probe and scope, over all runs: what any run got counts, so a resumed scan closes its own holes."""
    rows: dict[tuple[str, str], list[Ledger]] = {}
    for ledger in ledgers:
        rows.setdefault((ledger.scope, ledger.probe), []).append(ledger)
    return tuple(_row(scope, probe, found) for (scope, probe), found in sorted(rows.items()))


def _row(scope: str, probe: str, found: list[Ledger]) -> Coverage:
    asked, answered, refused, excluded = (_union(found, name) for name in ("asked", "answered", "refused", "excluded"))
    asked = asked | answered | refused | excluded
    refused, excluded = refused - answered, excluded - answered - refused
    silent = asked - answered - refused - excluded
    counts = (asked.size, answered.size, silent.size, refused.size, excluded.size)
    status = _status(found, silent)
    # A note on the way gives a reason of its own, which the last word on a row that was done takes back.
    telling = [ledger for ledger in found if ledger.status == status or ledger.refused or ledger.excluded]
    reasons = sorted({ledger.reason for ledger in telling if ledger.reason})
    return Coverage(scope, probe, *counts, status=status, reason="; ".join(reasons))


def _status(found: list[Ledger], silent: Spans) -> str:
    """A run that was done closes the holes of those that were not, as far as it asked for the same targets."""
    done = _union([ledger for ledger in found if ledger.status == "done"], "asked")
    left = {ledger.status for ledger in found} - {"done"}
    if not left or (len(left) < len({ledger.status for ledger in found}) and not silent - done):
        return "done"
    return min(left, key=lambda status: (WORST.index(status) if status in WORST else len(WORST), status))


def _union(found: Iterable[Ledger], name: str) -> Spans:
    return spans(text for ledger in found for text in getattr(ledger, name))


class Left(msgspec.Struct, frozen=True, gc=False):
    """What the closures need of a device besides its finding. `networks`: values of its own `network` facts."""

    device: str
    seen: bool
    explained: bool
    virtual: frozenset[str]
    networks: tuple[str, ...]


def left(device: Device) -> Left:
    """That of one device."""
    own = device.own
    return Left(
        device.id,
        device.seen,
        _explained(device, own),
        frozenset(fact.value for fact in own if fact.key == VIRTUAL),
        tuple(dict.fromkeys(fact.value for fact in own if fact.key == "network")),
    )


def stray_macs(devices: Iterable[Left], findings: Mapping[str, Finding], registry: Registry) -> tuple[StrayMac, ...]:
    """Every MAC of a device that never answered and that nothing named: a table line or a heard frame is no identity.

    One row a MAC: a random one joins no two tables' lines into a device, but it is still one address to explain.
    """
    strays: dict[str, list[Finding]] = {}
    devices = list(devices)
    shared = {mac for one in devices for mac in one.virtual}
    for one in devices:
        if one.explained:
            continue
        for mac in findings[one.device].macs:
            # Group addresses belong to protocols; one that routers share is explained by the router that says so.
            if not is_group(mac) and mac not in shared:
                strays.setdefault(mac, []).append(findings[one.device])
    return tuple(_stray(mac, found, registry) for mac, found in sorted(strays.items()))


def _explained(device: Device, own: Iterable[Fact]) -> bool:
    """Whether it answered, a neighbour protocol or a person named it, or it said more of itself than that it is there."""
    if any(fact.about.startswith(("neighbor:", ABOUT)) for fact in device.told):
        return True
    answered = any(subject.witness is None and not subject.heard for subject in device.subjects)
    return answered or any(fact.key not in NAMELESS for fact in own)


def _stray(mac: str, found: list[Finding], registry: Registry) -> StrayMac:
    registrant = (registry.registrant(mac) if is_evidence(mac) else None) or ""
    addresses = sorted({text for one in found for text in one.addresses}, key=address_order)
    attached = dict.fromkeys(at for one in found for at in one.attached)  # nearest first, as the findings have them
    witnesses = sorted({name for one in found for name in one.witnesses})
    return StrayMac(mac, registrant, is_random(mac), tuple(addresses), tuple(attached), tuple(witnesses))


def is_group(mac: str) -> bool:
    """Whether a written MAC is a group's, and no station's."""
    return mac[1:2] in "13579bdf"


def is_random(mac: str) -> bool:
    """Whether a written MAC was made up by its device (locally administered)."""
    return mac[1:2] in "2367abef"


def networks(devices: Iterable[Left], findings: Mapping[str, Finding], starts: Iterable[Start]) -> tuple[Network, ...]:
    """Every subnet, VLAN and SSID that any table names, held against what the runs were told to examine."""
    runs = list(starts)
    given = spans(text for start in runs for text in start.targets)
    left_out = spans(text for start in runs for text in start.exclude)
    why = "; ".join(sorted({start.exclude_reason for start in runs if start.exclude_reason}))
    named: dict[tuple[str, str], set[str]] = {
        ("subnet", text): {"scope"} for start in runs for text in (*start.targets, *start.exclude)
    }
    titles: dict[tuple[str, str], set[str]] = {}
    subnets: dict[str, set[str]] = {}
    seen_vlans: set[str] = set()
    seen_cells: set[str] = set()
    for device in devices:
        _named(device, named, titles, subnets)
        # A station table's line names its VLAN as well as any VLAN table does.
        for at in findings[device.device].attached:
            if at.vlan.isdigit():
                named.setdefault(("vlan", at.vlan), set()).update(filter(None, [at.switch]))
        hangs = findings[device.device].attached
        if hangs and device.seen and spans(findings[device.device].addresses) & given:
            seen_vlans |= {at.vlan for at in hangs if at.vlan}
            seen_cells |= {at.ssid for at in hangs if at.ssid}
    # What routes a VLAN's subnets decides it; where nobody tells them, a host of the scan that hangs in it does.
    routed = {vlan: all(_state(net, given, left_out) == "in scope" for net in nets) for vlan, nets in subnets.items()}
    examined = {("vlan", vlan) for vlan in seen_vlans | {*routed} if routed.get(vlan, True)}
    examined |= {("ssid", name) for name in seen_cells}
    rows = []
    for (kind, name), by in sorted(named.items()):
        state = (
            _state(name, given, left_out)
            if kind == "subnet"
            else "in scope"
            if (kind, name) in examined
            else "not examined"
        )
        title = ", ".join(sorted(titles.get((kind, name), ())))
        reason = (why or "excluded without a reason") if state == "excluded" else title
        rows.append(Network(name, kind, state, tuple(sorted(by)), reason))
    return tuple(rows)


def _named(
    device: Left,
    named: dict[tuple[str, str], set[str]],
    titles: dict[tuple[str, str], set[str]],
    subnets: dict[str, set[str]],
) -> None:
    for text in device.networks:
        told = fields(text)
        if not told.get("kind") or not told.get("name"):
            continue
        # `10 CAMERAS` and `10` are one VLAN, by two switches' tables.
        name, _, title = told["name"].partition(" ") if told["kind"] == "vlan" else (told["name"], "", "")
        key = (told["kind"], name)
        named.setdefault(key, set()).add(device.device)
        titles.setdefault(key, set()).update(filter(None, (title, told.get("title"))))
        on = NAMED_VLAN.match(told.get("interface", ""))
        if on and told["kind"] == "subnet":
            subnets.setdefault(on[1], set()).add(told["name"])


def _state(name: str, given: Spans, left_out: Spans) -> str:
    """A single address in the targets is not a subnet in scope: every address of the network must be in it."""
    try:
        net = ipaddress.ip_network(name, strict=False)
        whole = spans([str(net)])
    except ValueError:
        whole = spans([name])
    if whole.labels or not whole.ranges:
        return "not examined"
    if not whole - left_out:
        return "excluded"
    return "in scope" if not _hosts(whole) - given else "not examined"


def _hosts(whole: Spans) -> Spans:
    """A network without its own and its broadcast address: `10.0.0.1-10.0.0.254` examines 10.0.0.0/24."""
    version, first, last = whole.ranges[0]
    return Spans(((version, first + 1, last - 1),)) if version == 4 and last - first > 2 else whole
