"""resolve: subjects -> devices. Joined on strong ids alone; an id that cannot be one device's joins nothing and is reported."""

import re
from collections.abc import Iterable

import msgspec

from fingerprints.registry import is_evidence
from fingerprints.subjects import Subject
from model.canonical import canonical, digest
from model.claims import Fact
from model.report import SharedId

# Facts that name one thing in the world; earlier ones name the device in reports.
STRONG = {
    "serial": (
        "entity.serial",
        "sadp.serial",
        "dhip.serial",
        "hikvision.serial",
        "dahua.serial",
        "huawei.serial",
        "hytera.serial",
    ),
    "engine": ("snmp.engine_id",),
    "hostkey": ("ssh.host_key",),
    "certificate": (),
    "mac": ("mac.address",),
}
PLACEHOLDER = re.compile(
    r"(?i)^(.)\1*$|^(?:1234567890?|0?123456789|n/?a|none|null|unknown|default|private|not .*|to be filled.*|x+|serial.*)$|private>"
)
Id = tuple[str, str]


class Device(msgspec.Struct):
    """One thing with everything that belongs to it. `ids`: the strong ids that held it together."""

    id: str
    subjects: list[Subject]
    ids: list[Id]

    @property
    def own(self) -> list[Fact]:
        """Facts the device gave first hand, about itself."""
        return [
            fact
            for subject in self.subjects
            if subject.witness is None
            for fact in subject.facts
            if fact.about == "self"
        ]

    @property
    def told(self) -> list[Fact]:
        """Facts others gave about it."""
        return [fact for subject in self.subjects if subject.witness is not None for fact in subject.facts]

    @property
    def parts(self) -> dict[str, list[Fact]]:
        """Facts about its components, by their `about`."""
        found: dict[str, list[Fact]] = {}
        for subject in self.subjects:
            for fact in subject.facts:
                if fact.about.startswith("component:"):
                    found.setdefault(fact.about, []).append(fact)
        return found

    @property
    def seen(self) -> bool:
        """Whether it answered itself, or was recorded itself."""
        return any(subject.witness is None for subject in self.subjects)


def resolve(subjects: Iterable[Subject]) -> tuple[list[Device], list[SharedId]]:
    """Connected components over ids that are not shared: the result does not depend on the order of the evidence."""
    nodes = sorted(subjects, key=lambda subject: subject.key)
    holders: dict[Id, list[int]] = {}
    for number, subject in enumerate(nodes):
        for one in strong_ids(subject):
            holders.setdefault(one, []).append(number)
    for one, numbers in _bindings(nodes).items():
        holders[one] = numbers
    shared: list[SharedId] = []
    parent = list(range(len(nodes)))
    ids: dict[int, set[Id]] = {}
    for one in sorted(holders):
        numbers = holders[one]
        reason = _apart([nodes[n] for n in numbers])
        if reason:
            shared.append(SharedId(one[0], one[1], reason))
            continue
        for number in numbers:
            parent[_root(parent, number)] = _root(parent, numbers[0])
            ids.setdefault(number, set()).add(one)
    groups: dict[int, list[int]] = {}
    for number in range(len(nodes)):
        groups.setdefault(_root(parent, number), []).append(number)
    devices = [
        _device([nodes[n] for n in group], set().union(*(ids.get(n, set()) for n in group)))
        for group in groups.values()
    ]
    return sorted(devices, key=lambda device: device.id), shared


def strong_ids(subject: Subject) -> set[Id]:
    """Ids of a subject that may join it to another. Placeholders and MACs that are no evidence are none."""
    found: set[Id] = set()
    for kind, keys in STRONG.items():
        for key in keys:
            for value in subject.values(key):
                if kind == "mac" and is_evidence(value):
                    found.add((kind, value))
                elif kind != "mac" and len(value) >= 5 and not PLACEHOLDER.search(value):
                    found.add((kind, value if kind != "serial" else f"{value}"))
    return found


def _bindings(nodes: list[Subject]) -> dict[Id, list[int]]:
    """Address and MAC that a router's ARP table binds one to one, as seen from the same vantage: they join the host at that address.

    An address alone never joins; this is an address, a MAC that no other address has, one vantage and one stay (decision 0004).
    """
    by_address: dict[Id, set[int]] = {}
    by_mac: dict[tuple[str, str], set[str]] = {}
    for number, node in enumerate(nodes):
        if node.vantage.startswith("file:"):
            continue
        if node.witness is None and node.target and not node.values("mac.address"):
            by_address.setdefault(("address", f"{node.vantage} {node.target}"), set()).add(number)
        if node.witness is not None and node.key[-1].startswith("station:"):
            for address in node.values("ip.address"):
                by_address.setdefault(("address", f"{node.vantage} {address}"), set()).add(number)
                by_mac.setdefault((node.vantage, node.key[-1]), set()).add(address)
    return {
        one: sorted(numbers) for one, numbers in by_address.items() if _one_to_one([nodes[n] for n in numbers], by_mac)
    }


def _one_to_one(nodes: list[Subject], by_mac: dict[tuple[str, str], set[str]]) -> bool:
    stations = {(node.vantage, node.key[-1]) for node in nodes if node.witness is not None}
    hosts = [node for node in nodes if node.witness is None]
    return len(hosts) == 1 and len(stations) == 1 and all(len(by_mac[one]) == 1 for one in stations)


def _apart(nodes: list[Subject]) -> str:
    """Why these holders of one id cannot be one device, "" when they can."""
    if len(nodes) < 2:
        return ""
    first_hand = [node for node in nodes if node.witness is None]
    if len({node.vantage.split("#")[0] for node in first_hand if node.vantage.startswith("file:")}) > 1:
        return "held by devices of several recorded files"
    for key in ("entity.serial", "ssh.host_key"):
        sets = [found for found in ({*node.values(key)} for node in first_hand) if found]
        if any(not (sets[0] & other) for other in sets[1:]):
            return f"held by devices with different {key}"
    return ""


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def _device(nodes: list[Subject], ids: set[Id]) -> Device:
    ordered = sorted(ids, key=lambda one: ([*STRONG, "address"].index(one[0]), one[1]))
    name: list[str] = [*ordered[0]] if ordered else [*nodes[0].key]
    return Device("dev-" + digest(canonical(name))[7:19], nodes, ordered)
