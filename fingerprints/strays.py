"""The MAC closure: every MAC in a table, lease or frame belongs to a device, or is listed unexplained."""

from collections.abc import Iterable, Mapping

import msgspec

from fingerprints.finding import address_order
from fingerprints.registry import Registry, is_evidence
from fingerprints.resolve import Device
from model.claims import Fact
from model.person import ABOUT
from model.report import Finding, StrayMac

VIRTUAL = "virtual.mac"
# What a station says by being there: it moves packets, and names nothing.
NAMELESS = frozenset(
    """mac.address ip.address attached network multicast.group ipv6.router stp.bridge_id dhcp.client_id dhcp.duid
    dhcp.parameters dhcp.router dhcp.server""".split()
)


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
