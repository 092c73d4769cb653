"""Rows that templates read, told as facts under the keys that the same tables have over SNMP.

Field names are those ntc-templates agreed on, with the older ones beside them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from agent.decode.cli import own
from agent.decode.macs import is_station, mac
from agent.decode.nets import subnet, usable
from agent.decode.say import attached, network, said
from model.claims import Fact

Row = Mapping[str, str | list[str]]
_BLANK = re.compile(r"(?i)[\s\-.]*|n/?a|none|null|unknown|unspecified|<?not? .*|\(null\)")
_OWN_PORT = re.compile(r"(?i)cpu|router|self|switch|sup-eth.*|.*\(R\)|igmp|static|-")
_EMPTY_VLAN = re.compile(r"(?i)vlan[ _-]?(?:id)?[ _-]?\d+|\d+|\s*")
_RELICS = frozenset({"1002", "1003", "1004", "1005"})


def texts(row: Row, *names: str) -> list[str]:
    """Every value under the first of these fields that holds one; blanks and `N/A` are none."""
    for name in names:
        held = row.get(name, "")
        found = [text.strip() for text in ([held] if isinstance(held, str) else held)]
        found = [text for text in found if not _BLANK.fullmatch(text)]
        if found:
            return found
    return []


def text(row: Row, *names: str) -> str:
    """The first of them, "" where there is none."""
    return next(iter(texts(row, *names)), "")


def _vlan(said_vlan: str) -> str:
    """`1/-` is VLAN 1 with no inner one."""
    found = re.match(r"\d{1,4}(?!\d)", said_vlan)
    return found[0] if found else ""


def arp(evidence: str, rows: Iterable[Row], mine: own.Own) -> Iterator[Fact]:
    """`ip.address` and `attached` about `station:MAC`; the device's own rows tell of itself."""
    for row in rows:
        station = mac(text(row, "mac_address", "hardware_address"))
        address = text(row, "ip_address", "address", "ipv6_address", "destination", "host")
        if not is_station(station) or not usable(address):
            continue
        if station in mine.macs:
            yield from said(evidence, "self", "mac.address", station)
            yield from said(evidence, "self", "ip.address", address)
            continue
        yield from said(evidence, f"station:{station}", "ip.address", address)
        port = "".join(texts(row, "physical_port", "interface", "port", "port_id", "circuit"))
        yield from attached(evidence, f"station:{station}", port, _vlan(text(row, "vlan_id", "external_vlan")))


def mac_table(evidence: str, rows: Iterable[Row], mine: own.Own) -> Iterator[Fact]:
    """`attached` about `station:MAC`; what hangs on the processor's port is the device itself."""
    for row in rows:
        station = mac(text(row, "destination_address", "mac_address", "mac"))
        port = text(row, "destination_port", "interface", "logical_interface", "ports", "port", "fsp", "on_interface")
        if not is_station(station):
            continue
        if station in mine.macs or (port and _OWN_PORT.fullmatch(port)):
            yield from said(evidence, "self", "mac.address", station)
        else:
            yield from attached(evidence, f"station:{station}", port or "unknown", _vlan(text(row, "vlan_id", "vid")))


def lldp(evidence: str, rows: Iterable[Row], mine: own.Own) -> Iterator[Fact]:
    """`lldp.*` about `neighbor:lldp.<local port>.<n>`, under the names that the MIB's reader has."""
    for number, row in enumerate(rows):
        port = text(row, "local_interface", "local_port", "port", "port_txt")
        about = f"neighbor:lldp.{port or 'unknown'}.{number}"
        chassis = text(row, "chassis_id", "neighbor_chassis_id", "remote_chassis_id", "chassis_data", "mac_address")
        station = mac(chassis)
        yield from said(evidence, about, "lldp.chassis_id", station or chassis)
        if is_station(station):
            yield from said(evidence, about, "mac.address", station)
        yield from said(
            evidence,
            about,
            "lldp.port_id",
            text(row, "neighbor_port_id", "neighbor_interface", "port_id_data", "remote_port"),
        )
        for key, fields in _LLDP.items():
            yield from said(evidence, about, key, "\n".join(texts(row, *fields)))
        for address in texts(
            row, "mgmt_address", "management_ip", "management_ipv6", "mgmt_ipv6_address", "address_1_addr"
        ):
            if usable(address):
                yield from said(evidence, about, "lldp.mgmt_address", address)
        yield from attached(evidence, about, port or "unknown")


_LLDP = {
    "lldp.sys_name": ("neighbor_name", "neighbor", "system_name_data", "remote_system_name", "system_name"),
    "lldp.sys_description": (
        "system_description",
        "system_desc_data",
        "remote_system_description",
        "neighbor_description",
    ),
    "lldp.serial": ("serial",),
    "lldp.mfg_name": ("manufacturer",),
    "lldp.model_name": ("platform", "model"),
    "lldp.firmware": ("fw_revision", "firmware_revision"),
}


def cdp(evidence: str, rows: Iterable[Row], mine: own.Own) -> Iterator[Fact]:
    """`cdp.*` about `neighbor:cdp.<local port>.<n>`."""
    for number, row in enumerate(rows):
        port = text(row, "local_interface")
        about = f"neighbor:cdp.{port or 'unknown'}.{number}"
        yield from said(evidence, about, "cdp.device_id", text(row, "neighbor_name", "chassis_id", "ap_name"))
        yield from said(evidence, about, "cdp.platform", text(row, "platform"))
        yield from said(evidence, about, "cdp.version", "\n".join(texts(row, "neighbor_description")))
        for address in {*texts(row, "mgmt_address"), *texts(row, "interface_ip")}:
            if usable(address):
                yield from said(evidence, about, "cdp.address", address)
        yield from attached(evidence, about, port or "unknown")


def vlans(evidence: str, rows: Iterable[Row], mine: own.Own) -> Iterator[Fact]:
    """`network` of kind `vlan`, named `10` or `10 CAMERAS`."""
    seen: set[str] = set()
    for row in rows:
        vlan, name = text(row, "vlan_id"), text(row, "vlan_name", "vlan_description")
        if vlan.isdecimal() and vlan not in seen and vlan not in _RELICS:
            seen.add(vlan)
            yield network(evidence, vlan if _EMPTY_VLAN.fullmatch(name) else f"{vlan} {name}", "vlan", "vlan-table")


def interfaces(evidence: str, rows: Iterable[Row], mine: own.Own) -> Iterator[Fact]:
    """`mac.address` and `ip.address` about self, `network` for each subnet that an interface stands in."""
    seen: set[str] = set()
    for row in rows:
        for station in map(mac, texts(row, "mac_address", "hardware_address", "bia", "current_hwaddr")):
            if is_station(station):
                yield from said(evidence, "self", "mac.address", station)
        addresses = texts(row, "ip_address", "primary_ip_address", "ip", "ipv6_address", "ipaddr", "main_ip")
        masks = texts(row, "prefix_length", "netmask", "primary_ip_subnet")
        for number, held in enumerate(addresses):
            address, _, mask = held.partition("/")
            mask = (mask or (masks[number] if number < len(masks) else "")).rpartition("/")[2]
            if usable(address):
                yield from said(evidence, "self", "ip.address", address)
            net = subnet(address, mask) if mask else ""
            if net and net not in seen:
                seen.add(net)
                yield network(evidence, net, "subnet", "interface", text(row, "interface", "name"))


def routes(evidence: str, rows: Iterable[Row], mine: own.Own) -> Iterator[Fact]:
    """`network` for each subnet that the device has a route to."""
    seen: set[str] = set()
    for row in rows:
        address, _, mask = text(row, "network", "destination", "ip_address", "route").partition("/")
        net = subnet(address, mask or text(row, "prefix_length", "mask", "netmask"))
        if net and net not in seen:
            seen.add(net)
            yield network(evidence, net, "subnet", "route", text(row, "nexthop_if", "interface", "nexthop_interface"))


def local(evidence: str, rows: Iterable[Row], mine: own.Own) -> Iterator[Fact]:
    """What the device tells of itself in LLDP."""
    for row in rows:
        chassis = text(row, "chassis_id")
        yield from said(evidence, "self", "lldp.local_chassis_id", mac(chassis) or chassis)
        yield from said(evidence, "self", "cli.hostname", text(row, "system_name"))
        yield from said(evidence, "self", "cli.version", text(row, "description"))


Read = Callable[[str, Iterable[Row], own.Own], Iterator[Fact]]
KINDS: tuple[tuple[re.Pattern[str], Read], ...] = tuple(
    (re.compile(stem), read)
    for stem, read in (
        (r"lldp_info_local", local),
        (r"lldp", lldp),
        (r"cdp|isdp", cdp),
        (r"mac-addr|mac_address|_mac_all$|ethernet-switching_table|bridge_host|display_mac-address", mac_table),
        (r"_i?p?_?arp|arpentry|ipv6_neighbors|device_tracking", arp),
        (r"(?:show|display)_vlans?(?:_brief|_all|_description)?$", vlans),
        (
            r"(?:show|display|get_system)_(?:ip_|ipv4_|ipv6_)?interfaces?(?:_vrf_all|_brief|_physical|_vrf_all_interface_brief)?$|ip_address_print$|get_hardware_nic_nic-name$",
            interfaces,
        ),
        (r"(?:show|display|get)_(?:ip_|router_info_)?rout(?:e|ing-table)(?:_all|_all-vrfs)?$|ip_route_show$", routes),
    )
)


def reader(stem: str) -> Read | None:
    """What reads the rows of a template (its name without the ending), None where nobody does."""
    return next((read for pattern, read in KINDS if pattern.search(stem)), None)
