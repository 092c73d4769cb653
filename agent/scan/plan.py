"""The plan of a scan: which probe asks which addresses, from where. Made before anything is sent; the notice is written from it."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType

import msgspec

from agent.links import Link, family
from agent.scan.order import Order
from agent.scope import LINK_LOCAL, Scope, count, holds
from model.folder import modules
from model.spans import Spans, spans
from model.trouble import UsageTrouble

ROOM = "agent.probes"
SNMP_PORT = "udp/161"
PORT_SCAN = "tcp_ports"
ON_LINK, ROUTED = "on own links", "behind routers"  # where hosts are, as progress says it
Probes = Mapping[str, ModuleType]


class Area(msgspec.Struct, frozen=True):
    """One target as given, and the host addresses in it: the ledger counts per area."""

    text: str
    hosts: Spans


class Near(msgspec.Struct, frozen=True):
    """A link of this machine. `hosts`: those on it that are asked one by one; `area`: those too that have to be found first.

    `whole`: address families (4, 6) in which a question to all stations reaches nobody outside the scope; `ours`: every
    station of the link is in scope, so its link-local addresses are.
    """

    link: Link
    hosts: Spans
    area: Spans = Spans()
    whole: frozenset[int] = frozenset()
    ours: bool = False


class Plan(msgspec.Struct, frozen=True):
    """`near`: by link; `far`: hosts behind routers; `probes`: what runs, in which of `stages`; `left_out`: what does not, and why."""

    order: Order
    scope: Scope
    areas: tuple[Area, ...]
    near: tuple[Near, ...]
    far: Spans
    probes: Probes
    stages: Mapping[str, str]
    left_out: Mapping[str, str]

    @property
    def hosts(self) -> Spans:
        """Every host address of every target, excluded ones too."""
        return _union(area.hosts for area in self.areas)

    def link_of(self, address: str) -> str:
        """The interface that an address is reached through directly, "" for one behind a router."""
        if "%" in address:
            return address.partition("%")[2]
        return next((near.link.name for near in self.near if holds(near.area, address)), "")

    @property
    def vast(self) -> Spans:
        """What is not asked one by one, and may be asked where it is found."""
        return self.scope.reachable(self.scope.vast)

    def of(self, stage: str) -> list[str]:
        """Names of the probes of a stage: `machine`, `path`, `link`, `multicast`, `arp`, `wide`, `snmp`, `ports`, `banner`, `udp`."""
        return [name for name in self.probes if self.stages[name] == stage]

    @property
    def groups(self) -> list[str]:
        """Names of the probes that ask all stations of a link, and single hosts where they may not."""
        return [name for name, probe in self.probes.items() if probe.REACH == "group"]


def stage_of(name: str, probe: ModuleType) -> str:
    """When a probe's turn is. A device's tables come before any TCP: they may say that it is one to be careful with."""
    ports = tuple(probe.PORTS)
    if probe.REACH in ("machine", "path"):
        return str(probe.REACH)
    if probe.REACH == "group":
        return "multicast"
    if probe.REACH == "link":
        return "arp" if "arp" in ports else "multicast" if ports else "link"
    if probe.REACH == "wide":
        return "wide"
    if name == PORT_SCAN:
        return "ports"
    if any(port.startswith("tcp/") for port in ports):
        return "banner"
    return "snmp" if ports == (SNMP_PORT,) else "udp"


def plan(order: Order, links: Sequence[Link], radio: bool = True) -> Plan:
    """The plan. UsageTrouble names what cannot be: a target, an interface or a probe."""
    config = order.config.scope
    mine = [] if order.port_map is not None else _links(links, order.interface)
    on_link = [prefix for link in mine for _, prefix in link.addresses]
    if not config.targets:
        raise UsageTrouble("scan", "no target given", "name addresses or networks, or targets under [scope]")
    scope = Scope.of(
        config.targets, config.exclude, config.fragile, config.guest, bool(order.public_reason), on_link=on_link
    )
    ends = _ends(link for link in mine)
    areas = tuple(Area(text, _hosts(text) - ends) for text in dict.fromkeys(config.targets))
    wanted = scope.swept(_union(area.hosts for area in areas))
    near = tuple(_near(link, wanted, scope, order.multicast) for link in mine if _speaks(link))
    near = tuple(one for one in near if count(one.area))
    scope = msgspec.structs.replace(scope, zones=frozenset(one.link.name for one in near if one.ours))
    far = wanted - _union(one.hosts for one in near)
    probes, left_out = _choose(order, radio)
    _look_first(probes, near)
    stages = {name: stage_of(name, probe) for name, probe in probes.items()}
    return Plan(order, scope, areas, near, far, probes, stages, left_out)


def _links(links: Sequence[Link], interface: str) -> list[Link]:
    if interface and interface not in {link.name for link in links}:
        raise UsageTrouble(
            f"--interface {interface}", "no such interface", f"choose one of {', '.join(x.name for x in links)}"
        )
    return [link for link in links if link.up and interface in ("", link.name)]


def _speaks(link: Link) -> bool:
    return link.kind == "link" and bool(link.mac)


def _near(link: Link, wanted: Spans, scope: Scope, multicast: bool) -> Near:
    four = spans(prefix for _, prefix in link.addresses if family(prefix) == 4)
    ours = _whole(link, scope)
    heard = frozenset(family(address) for address, _ in link.addresses) if multicast else ours
    return Near(link, wanted & four, scope.reachable(spans(link.prefixes.texts())), heard, bool(ours))


def _whole(link: Link, scope: Scope) -> frozenset[int]:
    """Families whose every on-link prefix is in scope. Where nobody has another address than a link-local one, version 4's decide.

    One excluded or fragile address in any of the prefixes, and there is none: its holder hears both families.
    """
    if any(scope.spared(prefix) for _, prefix in link.addresses):
        return frozenset()
    told: dict[int, list[str]] = {4: [], 6: []}
    for _, prefix in link.addresses:
        if not holds(LINK_LOCAL, prefix.partition("/")[0]):
            told[family(prefix)].append(prefix)
    whole = {version for version, prefixes in told.items() if prefixes and all(map(scope.wholly, prefixes))}
    only_local = not told[6] and any(family(address) == 6 for address, _ in link.addresses)
    return frozenset(whole | ({6} if 4 in whole and only_local else set()))


def _hosts(text: str) -> Spans:
    """The host addresses of a target: without a network's own and its broadcast address, which no host has."""
    whole = spans([text.strip()])
    try:
        net = ipaddress.IPv4Network(text.strip(), strict=False)
    except ValueError:
        return whole
    return whole - _edges(net) if "/" in text else whole


def _ends(links: Iterable[Link]) -> Spans:
    """Network and broadcast addresses of this machine's links: a packet to one would be heard by everybody."""
    nets = (ipaddress.ip_network(prefix) for link in links for _, prefix in link.addresses if link.kind == "link")
    return _union(_edges(net) for net in nets if isinstance(net, ipaddress.IPv4Network))


def _edges(net: ipaddress.IPv4Network) -> Spans:
    return spans([str(net.network_address), str(net.broadcast_address)]) if net.prefixlen < 31 else Spans()


def _union(many: Iterable[Spans]) -> Spans:
    found = Spans()
    for one in many:
        found |= one
    return found


def _look_first(probes: Probes, near: Sequence[Near]) -> None:
    """On a link nothing may connect before MACs or engine ids could tell who is delicate."""
    stages = {stage_of(name, probe) for name, probe in probes.items()}
    if near and stages & {"ports", "banner", "udp"} and not stages & {"arp", "wide"}:
        what = "nothing would tell who is there, and who is too delicate for TCP"
        raise UsageTrouble("--probe", what, "add --probe arp_sweep or --probe snmp_engine, and --probe neighbours")


def _choose(order: Order, radio: bool) -> tuple[Probes, dict[str, str]]:
    """The probes that run, and why others of the usual ones do not."""
    known = modules(ROOM)
    for option, names in (("--probe", order.only), ("--no-probe", order.without)):
        for name in names:
            if name.replace("-", "_") not in known:
                raise UsageTrouble(f"{option} {name}", "no such probe", f"choose from {', '.join(known)}")
    only, without = ({name.replace("-", "_") for name in told} for told in (order.only, order.without))
    usual = only or {name for name, probe in known.items() if probe.DEFAULT}
    ways = {name for name, probe in known.items() if probe.REACH == "path"}
    usual = usual | ways if order.upstream else usual - ways
    if (
        not radio and not only
    ):  # nothing could be heard, and the equipment's own networks are in its controllers' tables
        usual -= {name for name, probe in known.items() if probe.REACH == "machine"}
    left_out = dict.fromkeys(sorted(usual & without), "left out with --no-probe")
    if only:
        others = {name for name, probe in known.items() if probe.DEFAULT} - only
        left_out |= dict.fromkeys(sorted(others), "left out with --probe")
    snmp = [name for name in usual - without if stage_of(name, known[name]) == "snmp"]
    if not order.credentials:
        left_out |= dict.fromkeys(snmp, "no SNMP credential is configured ([[credential]] in agent.toml)")
    return {name: known[name] for name in known if name in usual and name not in left_out}, left_out
