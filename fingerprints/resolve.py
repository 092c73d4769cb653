"""resolve: subjects -> devices. Joined on strong ids alone; an id that cannot be one device's joins nothing and is reported."""

import re
from collections.abc import Iterable, Mapping
from sys import intern

import msgspec

from fingerprints.chains import chained, parts
from fingerprints.circumstance import ADDRESS, MOST_IPV4, PLACE, POINTED, Id, circumstances, proxied
from fingerprints.registry import enterprise_of_oid, is_evidence, mac_of_engine_id
from fingerprints.room import Shelf
from fingerprints.subjects import Subject, one_stay, person
from model.canonical import canonical, digest
from model.claims import Fact
from model.report import SharedId

# Facts that name one thing in the world; earlier ones name the device in reports.
STRONG = {
    "serial": (
        "entity.serial",
        "cli.serial",
        "inventory.serial",
        "sadp.serial",
        "dhip.serial",
        "onvif.serial",
        "hikvision.serial",
        "dahua.serial",
        "huawei.serial",
        "hytera.serial",
        "gpon.serial",  # by which an OLT knows an optical terminal, and by which a terminal itself may call itself
        "upnp.gpon_serial",
    ),
    "engine": ("snmp.engine_id",),
    "hostkey": ("ssh.host_key",),
    "mac": ("mac.address", "lldp.chassis_id", "lldp.local_chassis_id", "person.mac"),
}
KIND_OF = {key: kind for kind, keys in STRONG.items() for key in keys}
PART = "component:"
NAME = "snmp.sys_name"
CARDS = 2  # of one machine on links that a scan sees: more stations than that with one key are as many machines
KINDS = (
    *STRONG,
    "address",
    "person",
)  # from what names a thing best to what joins by circumstance; a person points, and names nothing
TELLING = frozenset((*KIND_OF, *ADDRESS, *PLACE, "snmp.sys_object_id", POINTED))  # all that resolving looks at
PLACEHOLDER = re.compile(
    r"(?i)^(.)\1*$|^(?:n/?a|none|null|unknown|default|private|not .*|to be filled.*|x+|serial.*)$|private>"
)
CLONED = "held at once by devices with many MACs or several names: a key or an engine id that comes with the firmware"
PROXY = "answers for more addresses than one device has: proxy ARP, or a host that answers for every address"
COUNTING = "01234567890123456789"  # a serial that counts is nobody's
ENGINE_HEAD = 10  # hex digits of an engine id's enterprise number and format: what follows must tell devices apart
EMPTY_ENGINE = re.compile(r"(?:(.)\1*|0*1?0?20304(?:05060708)?)?")


def lean(subject: Subject, shelf: Shelf) -> Subject:
    """The subject with its facts on the shelf, but for what tells which subjects are one device, each once."""
    subject.kept = shelf.put(subject.facts)
    told = {(f.key, f.value) for f in subject.facts if f.key in TELLING and not f.about.startswith(PART)}
    subject.facts = [Fact("", "", key, intern(value)) for key, value in sorted(told)]
    return subject


def whole(device: "Device", shelf: Shelf) -> "Device":
    """The device with all facts of its subjects."""
    replace = msgspec.structs.replace
    own, echoes = (
        [replace(one, facts=shelf.get(one.kept)) for one in held] for held in (device.subjects, device.echoes)
    )
    return Device(device.id, own, device.ids, echoes)


class Device(msgspec.Struct):
    """One thing with everything that belongs to it. `ids`: the strong ids that held it together.

    `echoes`: what others said of an id that it shares with strangers: it may be meant, so what accuses is not let go.
    """

    id: str
    subjects: list[Subject]
    ids: list[Id]
    echoes: list[Subject] = []

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
                if fact.about.startswith(PART):
                    found.setdefault(fact.about, []).append(fact)
        return found

    @property
    def seen(self) -> bool:
        """Whether it answered itself, or was recorded itself."""
        return any(subject.witness is None for subject in self.subjects)


def resolve(subjects: Iterable[Subject]) -> tuple[list[Device], list[SharedId]]:
    """Connected components over ids that are not shared: the result does not depend on the order of the evidence."""
    nodes = sorted(subjects, key=lambda subject: subject.key)
    holders = _holders(nodes)
    shared = {one: why for one, numbers in holders.items() if (why := _not_one(one, [nodes[n] for n in numbers]))}
    groups = _groups(len(nodes), holders, shared)
    while worse := _bridges(nodes, holders, shared, groups):
        shared |= worse
        groups = _groups(len(nodes), holders, shared)
    ids = _ids_of(holders, shared)
    devices = [_device([nodes[n] for n in group], set().union(*(ids.get(n, set()) for n in group))) for group in groups]
    strangers = {
        one: numbers for one, numbers in holders.items() if one[0] in STRONG and shared.get(one, PROXY) != PROXY
    }
    _echo(nodes, groups, devices, strangers)
    found = [SharedId(*one, reason) for one, reason in sorted(shared.items())]
    return sorted(devices, key=lambda device: device.id), found


def _holders(nodes: list[Subject]) -> dict[Id, list[int]]:
    holders: dict[Id, list[int]] = {}
    for number, subject in enumerate(nodes):
        for one in strong_ids(subject):
            holders.setdefault(one, []).append(number)
    return {**holders, **circumstances(nodes)}


def _groups(count: int, holders: Mapping[Id, list[int]], shared: Mapping[Id, str]) -> list[list[int]]:
    parent = list(range(count))
    for one, numbers in holders.items():
        if one not in shared:
            for number in numbers:
                parent[_root(parent, number)] = _root(parent, numbers[0])
    groups: dict[int, list[int]] = {}
    for number in range(count):
        groups.setdefault(_root(parent, number), []).append(number)
    return list(groups.values())


def _ids_of(holders: Mapping[Id, list[int]], shared: Mapping[Id, str]) -> dict[int, set[Id]]:
    ids: dict[int, set[Id]] = {}
    for one, numbers in holders.items():
        if one not in shared:
            for number in numbers:
                ids.setdefault(number, set()).add(one)
    return ids


def _bridges(
    nodes: list[Subject], holders: Mapping[Id, list[int]], shared: Mapping[Id, str], groups: list[list[int]]
) -> dict[Id, str]:
    """Ids that each look sound and together join what cannot be one device: of such a group, its weakest kind of id."""
    wrong = {n: why for group in groups if (why := _apart([nodes[n] for n in group])) for n in group}
    found: dict[int, dict[Id, str]] = {}
    home = {n: place for place, group in enumerate(groups) for n in group} if wrong else {}
    for one, numbers in holders.items():
        if one not in shared and len(numbers) > 1 and numbers[0] in wrong:
            found.setdefault(home[numbers[0]], {})[one] = wrong[numbers[0]]
    worse: dict[Id, str] = {}
    for ids in found.values():
        weakest = max(KINDS.index(kind) for kind, _ in ids)
        worse |= {one: why for one, why in ids.items() if KINDS.index(one[0]) == weakest}
    return worse


def _echo(nodes: list[Subject], groups: list[list[int]], devices: list[Device], shared: Mapping[Id, list[int]]) -> None:
    """Words of others about a shared id join nobody; each device that was itself seen with that id hears them all the same."""
    home = {number: place for place, group in enumerate(groups) for number in group} if shared else {}
    for numbers in shared.values():
        places = {home[number] for number in numbers}
        told = [place for place in sorted(places) if not devices[place].seen]
        for place in {home[number] for number in numbers if nodes[number].witness is None} if told else ():
            devices[place].echoes += [one for other in told for one in devices[other].subjects]


def strong_ids(subject: Subject) -> set[Id]:
    """Ids of a subject that may join it to another. Placeholders and MACs that are no evidence are none."""
    found: set[Id] = set()
    for fact in subject.facts:
        kind = KIND_OF.get(fact.key)
        if kind and not fact.about.startswith(PART):
            found.add((kind, fact.value))
            if kind == "engine" and (mac := mac_of_engine_id(fact.value)):
                found.add(("mac", mac))
    return {one for one in found if _names_one(*one)}


def _names_one(kind: str, value: str) -> bool:
    """Whether a value of this kind can be one thing's own."""
    if kind == "mac":
        return is_evidence(value)
    if kind == "engine" and EMPTY_ENGINE.fullmatch(value[ENGINE_HEAD:]):
        return False
    return len(value) >= 5 and value not in COUNTING and not PLACEHOLDER.search(value)


def _not_one(one: Id, nodes: list[Subject]) -> str:
    """Why an id cannot be one device's, "" when it can."""
    if one[0] == "mac" and len(nodes) > MOST_IPV4 and proxied(node for node in nodes if one[1] in node.on_link):
        return PROXY
    return _apart(nodes) or (CLONED if _cloned(one, nodes) else "")


def _cloned(one: Id, nodes: Iterable[Subject]) -> bool:
    """Whether an id that firmware or a copied disk may bring along was met at once under several names, or many stations' MACs."""
    kind, value = one
    if kind not in ("engine", "hostkey", "mac"):
        return False
    # A MAC that only stands inside an engine id is worth what the engine id is.
    held = [node for node in nodes if node.witness is None and not (kind == "mac" and value in _macs(node))]
    return any(
        not chained({*node.values(NAME)} for node in met) or parts(map(_macs, met), CARDS) > CARDS
        for met in _at_once(held)
    )


def _at_once(nodes: Iterable[Subject]) -> list[list[Subject]]:
    """The nodes in groups that hang together in time: after a gap a card may have been replaced, a device renamed."""
    groups: list[list[Subject]] = []
    for node in sorted(nodes, key=lambda node: (node.first_seen, node.key)):
        if groups and any(one_stay(other, node) for other in groups[-1]):
            groups[-1].append(node)
        else:
            groups.append([node])
    return groups


def _macs(node: Subject) -> set[str]:
    """Burnt-in MACs of the thing itself: told by it, or shown on the link."""
    return {mac for mac in {*node.values("mac.address"), *node.on_link} if is_evidence(mac)}


def _apart(nodes: list[Subject]) -> str:
    """Why these holders of one id cannot be one device, "" when they can."""
    first_hand = [node for node in nodes if node.witness is None]
    if len(first_hand) < 2:
        return ""
    # A capture is of a link, not of one device: what was heard there may well have been recorded elsewhere, too.
    recorded = [node for node in first_hand if node.vantage.startswith("file:") and not node.heard]
    if len({node.vantage.split("#")[0] for node in recorded}) > 1:
        return "held by devices of several recorded files"
    for key in ("entity.serial", "ssh.host_key"):
        if not chained([{*node.values(key)} for node in first_hand]):
            return f"held by devices with different {key}"
    if not chained([{*map(enterprise_of_oid, node.values("snmp.sys_object_id"))} for node in first_hand]):
        return "held by devices of different makers"
    return ""


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def _device(nodes: list[Subject], ids: set[Id]) -> Device:
    ordered = sorted(ids, key=lambda one: (KINDS.index(one[0]), one[1]))
    own = [one for one in ordered if one[0] != "person"]
    first = next((node for node in nodes if not person(node)), nodes[0])
    name: list[str] = [*own[0]] if own else [*first.key]
    if own and own[0][0] not in STRONG:  # at this address, with this name, it may be another thing the next time
        name.append(min(node.first_seen for node in nodes if not person(node)))
    return Device("dev-" + digest(canonical(name))[7:19], nodes, ordered)
