"""What joins by circumstance: sightings that one vantage had in one stay and that can only be of one thing (decisions 0004, 0009)."""

from collections.abc import Iterable, Iterator, Mapping, Set
from ipaddress import ip_address

import msgspec

from fingerprints.chains import chained
from fingerprints.registry import is_evidence, is_random
from fingerprints.subjects import STATION, Subject, is_address, one_stay

ADDRESS = ("ip.address", "lldp.mgmt_address", "cdp.address", "fdp.address")
PLACE = ("snmp.sys_name", "cli.hostname", "lldp.sys_name", "cdp.device_id", "fdp.device_id", "wlan.ap_name")
POINTED = "person.device"
MOST_IPV4, MOST_IPV6 = 8, 32  # of one station on one link; routers and servers of virtual hosts have a few each
Id = tuple[str, str]


def circumstances(nodes: list[Subject]) -> dict[Id, list[int]]:
    """Id -> the numbers of the nodes it joins. Addresses alone and MACs alone never do: see each of the four ways."""
    joined: dict[Id, list[int]] = {}
    for found in (_bound(nodes), _lines(nodes), _named(nodes)):
        for one, numbers in found:
            if len(numbers) > 1 and all(one_stay(nodes[numbers[0]], nodes[number]) for number in numbers):
                joined[one] = sorted(numbers)
    joined |= {one: sorted(numbers) for one, numbers in _linked(nodes) if len(numbers) > 1}
    joined |= dict(_pointed(nodes))
    return joined


def _pointed(nodes: list[Subject]) -> Iterator[tuple[Id, list[int]]]:
    """A person's word belongs to the sighting that it was said of, whenever it was said."""
    words = [(number, text) for number, node in enumerate(nodes) for text in node.values(POINTED)]
    wanted: dict[tuple[str, ...], list[tuple[int, str, str]]] = {}
    for number, text in words:
        if len(at := _anchor(text)) >= 3:
            wanted.setdefault((*at[:2], *at[3:]), []).append((number, at[2], text))
    for number, node in enumerate(nodes if wanted else ()):
        for word, when, text in wanted.get((*node.key[:2], *node.key[3:]), ()):
            if node.key[2] <= when <= node.last_seen:
                yield ("person", f"{text} {word}"), sorted((word, number))


def _anchor(text: str) -> tuple[str, ...]:
    try:
        return msgspec.json.decode(text, type=tuple[str, ...])
    except msgspec.MsgspecError:
        return ()


def _bound(nodes: list[Subject]) -> Iterator[tuple[Id, list[int]]]:
    """An address that a table binds to one MAC, and that MAC to no other address, joins the one host reached there."""
    hosts: dict[tuple[str, str], list[int]] = {}
    tables: dict[tuple[str, str], list[int]] = {}
    addresses: dict[tuple[str, str], set[str]] = {}
    for number, node in enumerate(nodes):
        if node.vantage.startswith("file:"):
            continue
        if node.witness is None and node.target:
            hosts.setdefault((node.vantage, node.target), []).append(number)
        elif node.witness is not None and node.key[-1].startswith(STATION):
            for address in node.values("ip.address"):
                tables.setdefault((node.vantage, address), []).append(number)
                addresses.setdefault((node.vantage, node.key[-1]), set()).add(address)
    for (vantage, address), lines in tables.items():
        there = hosts.get((vantage, address), [])
        joined = 0
        for stay in _stays(nodes, [*there, *lines]):  # who was at the address another day is another question
            if _one_host(
                nodes, [n for n in stay if n in there], [n for n in stay if n not in there], address, addresses
            ):
                when = f" {nodes[stay[0]].first_seen}" if joined else ""
                joined += 1
                yield ("address", f"{vantage} {address}{when}"), stay


def _one_host(
    nodes: list[Subject],
    there: list[int],
    lines: list[int],
    address: str,
    addresses: Mapping[tuple[str, str], set[str]],
) -> bool:
    """Whether one host and one station share an address, the station has no other, and the host tells no other MAC."""
    stations = {nodes[number].key[-1] for number in lines}
    if len(there) != 1 or len(stations) != 1 or addresses[nodes[there[0]].vantage, min(stations)] != {address}:
        return False
    return {*nodes[there[0]].values("mac.address")} <= {min(stations).removeprefix(STATION)}


def _lines(nodes: list[Subject]) -> Iterator[tuple[Id, list[int]]]:
    """Lines of several tables about one MAC that names nobody in the world (random, virtual) are still about one station here."""
    by_mac: dict[tuple[str, str], list[int]] = {}
    for number, node in enumerate(nodes):
        if node.key[-1].startswith(STATION) and not is_evidence(node.key[-1].removeprefix(STATION)):
            by_mac.setdefault((node.vantage, node.key[-1].removeprefix(STATION)), []).append(number)
    for (vantage, mac), lines in by_mac.items():
        yield ("address", f"{vantage} {mac}"), lines


def _linked(nodes: list[Subject]) -> Iterator[tuple[Id, list[int]]]:
    """Sightings on one link under one random MAC: while it lasts, a link has one station of each MAC, whatever made it up.

    Virtual ones are left out: a router that stands in for another sends its own words under them.
    """
    by_mac: dict[tuple[str, str], list[int]] = {}
    for number, node in enumerate(nodes):
        for mac in _own(node):
            if is_random(mac):
                by_mac.setdefault((node.vantage, mac), []).append(number)
    for (vantage, mac), found in by_mac.items():
        for stay in _stays(nodes, found):
            if not proxied(nodes[number] for number in stay):
                yield ("address", f"{vantage} link {mac} {nodes[stay[0]].first_seen}"), stay


def _own(node: Subject) -> Set[str]:
    """The MACs under which a node stands on the vantage's own link: frames and sweeps show them, and so does its neighbour table."""
    if node.witness is None:
        return node.on_link
    vantage, target = node.witness[:2]
    near = node.heard or (not target and not vantage.startswith("file:"))  # a table of nobody's: this machine's own
    return {node.key[-1].removeprefix(STATION)} if near and node.key[-1].startswith(STATION) else set()


def _stays(nodes: list[Subject], numbers: Iterable[int]) -> list[list[int]]:
    """The nodes in groups that each hang together in time: after a gap the same MAC may be somebody else's."""
    stays: list[list[int]] = []
    for number in sorted(numbers, key=lambda one: (nodes[one].first_seen, nodes[one].key)):
        if stays and any(one_stay(nodes[one], nodes[number]) for one in stays[-1]):
            stays[-1].append(number)
        else:
            stays.append([number])
    return stays


def proxied(holders: Iterable[Subject]) -> bool:
    """Whether a MAC was shown on a link at more addresses than one station has: it answers for others (proxy ARP, a tarpit)."""
    addresses = {node.target.partition("%")[0] for node in holders if node.on_link and is_address(node.target)}
    old = sum(":" not in one for one in addresses)
    return old > MOST_IPV4 or len(addresses) - old > MOST_IPV6


def _named(nodes: list[Subject]) -> Iterator[tuple[Id, list[int]]]:
    """A neighbour that tells both the address and the name of something seen under both."""
    by_both: dict[tuple[str, str, str], list[int]] = {}
    for number, node in enumerate(nodes):
        for address in {*_values(node, ADDRESS), *([node.target] if node.witness is None else [])} - {""}:
            for name in _values(node, PLACE):
                by_both.setdefault((node.vantage, address, name), []).append(number)
    for (vantage, address, name), found in by_both.items():
        if not vantage.startswith("file:") and len(found) > 1 and _one_named([nodes[n] for n in found], address):
            yield ("address", f"{vantage} {address} {name}"), found


def _one_named(nodes: list[Subject], address: str) -> bool:
    """Whether they can be one: boxes fresh from the factory all have the same name, and the same address that nobody can reach.

    Two that answered elsewhere and both tell the address are two, unless one answers there; so are neighbours with MACs of their own.
    """
    if not _reachable(address):
        return False
    there = [node for node in nodes if node.witness is None]
    told = [node for node in nodes if node.witness is not None]
    if len({node.target for node in there}) > 1 and address not in {node.target for node in there}:
        return False
    return chained({*node.values("mac.address"), *node.values("lldp.chassis_id")} for node in told)


def _reachable(address: str) -> bool:
    """Whether an address can be one host's: 0.0.0.0, a loopback, a link-local one without its link are everybody's."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    everybody = found.is_unspecified or found.is_loopback or found.is_multicast
    return not everybody and not (found.is_link_local and "%" not in address)


def _values(node: Subject, keys: Iterable[str]) -> set[str]:
    return {value for key in keys for value in node.values(key) if value}
