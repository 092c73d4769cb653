"""Routes: ipRouteTable (RFC 1213) and ipCidrRouteTable (RFC 2096), from the device file's `[[snmp.route]]`.

The IPv6 subnets that it has a leg in stand in inetCidrRouteTable (RFC 4292).
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Network

from lab.nouns import Device, Route, Site
from lab.snmp import ber
from lab.snmp.view import Row

OLD, CIDR = (1, 3, 6, 1, 2, 1, 4, 21, 1), (1, 3, 6, 1, 2, 1, 4, 24, 4, 1)
INET, IPV6, UNKNOWN, LOCAL_ROUTE = (1, 3, 6, 1, 2, 1, 4, 24, 7, 1), 2, 0, 3
DIRECT, INDIRECT, LOCAL, STATIC = 3, 4, 2, 3


def rows(site: Site, device: Device) -> Iterator[Row]:
    """One row in each table for each declared route."""
    for route in device.snmp.route if device.snmp else ():
        to = site.network(route.to) if isinstance(route.to, int) else IPv4Network(route.to)
        yield from _row(to, _hop(site, device, route), route)
    vlans = {subnet.number: subnet.vlan for subnet in site.subnet}
    by_vlan = {block.vlan: block.index for block in (device.snmp.interface if device.snmp else ()) if block.vlan}
    for leg in (leg for leg in device.legs if leg.ipv6):
        yield from _six(site.network6(leg.subnet), by_vlan.get(vlans[leg.subnet], 1))


def _six(to: IPv6Network, index: int) -> Iterator[Row]:
    where = (IPV6, 16, *to.network_address.packed, to.prefixlen, 2, 0, 0, UNKNOWN, 0)
    values = {7: index, 8: LOCAL_ROUTE, 9: LOCAL}
    yield from (((*INET, column, *where), ber.integer(value)) for column, value in values.items())


def _hop(site: Site, device: Device, route: Route) -> IPv4Address:
    if not route.via:
        return IPv4Address("0.0.0.0")
    own = {leg.subnet for leg in device.legs}
    legs = site.device(route.via).legs
    return IPv4Address(site.address(next((leg for leg in legs if leg.subnet in own), legs[0])))


def _row(to: IPv4Network, hop: IPv4Address, route: Route) -> Iterator[Row]:
    dest, mask, via = (ber.tlv(ber.IP, each.packed) for each in (to.network_address, to.netmask, hop))
    kind = ber.integer(INDIRECT if route.via else DIRECT)
    origin, index = ber.integer(STATIC if route.via else LOCAL), ber.integer(route.index)
    old = {1: dest, 2: index, 7: via, 8: kind, 9: origin, 11: mask}
    yield from (((*OLD, column, *to.network_address.packed), value) for column, value in old.items())
    cidr = {1: dest, 2: mask, 3: ber.integer(0), 4: via, 5: index, 6: kind, 7: origin}
    where = (*to.network_address.packed, *to.netmask.packed, 0, *hop.packed)
    yield from (((*CIDR, column, *where), value) for column, value in cidr.items())
