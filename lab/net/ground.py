"""Opens sockets in the devices' namespaces: at their own addresses, and as ears for groups and broadcasts."""

import socket
import struct
from ipaddress import IPv4Address, ip_address

from lab.datagrams import Ear
from lab.engine import Spot
from lab.net import kernel
from lab.nouns import Device, Port, Site
from lab.topology import wired

_MULTICAST_ALL = 49  # linux/in.h
LINK_LOCAL = "fe80:"


class Wired:
    """The ground of the namespace modes. `devices`: descriptors of their namespaces by name; `six`: is IPv6 there?"""

    def __init__(self, site: Site, devices: dict[str, int], six: bool = True) -> None:
        self._site, self._devices, self._six = site, devices, six

    def spots(self, device: Device) -> list[Spot]:
        """Every address of every cabled leg."""
        legs = wired(self._site, device) if device.wire == "present" else []
        found = [Spot(address, name) for name, leg in legs for address in self._site.addresses(leg)]
        return [spot for spot in found if self._six or ":" not in spot.address]

    def bound(self, device: Device, spot: Spot, kind: socket.SocketKind, port: int) -> tuple[socket.socket, int]:
        """Bound to the very port: nobody else lives there."""
        with kernel.inside(self._devices[device.name]):
            made = socket.socket(socket.AF_INET6 if ":" in spot.address else socket.AF_INET, kind)
            index = socket.if_nametoindex(spot.interface)
        made.bind(_place(spot.address, port, index))
        if kind == socket.SOCK_DGRAM:
            _send_groups_by(made, index)
        return made, port

    def ears(self, device: Device, spot: Spot, port: Port) -> list[Ear]:
        """One for each group of the spot's family, and for both broadcast addresses."""
        six, made = ":" in spot.address, []
        with kernel.inside(self._devices[device.name]):
            index = socket.if_nametoindex(spot.interface)
            for group in port.groups:
                # An IPv6 question to a link's group is answered once: from the link-local address that belongs to it
                if (":" in group) == six and (not six or spot.address.startswith(LINK_LOCAL)):
                    ear = _ear(group, port.number, spot.interface, index)
                    made.append(Ear(ear, _place(group, port.number, index) if port.answers_to_group else None))
            if port.broadcast and not six:
                made += [Ear(_ear(to, port.number, spot.interface, index)) for to in self._broadcasts(spot)]
        return made

    def _broadcasts(self, spot: Spot) -> tuple[str, str]:
        nets = (self._site.network(subnet.number) for subnet in self._site.subnet)
        own = next(net for net in nets if IPv4Address(spot.address) in net)
        return "255.255.255.255", str(own.broadcast_address)


def _place(address: str, port: int, index: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """What `bind` and `sendto` want; link-local addresses and groups need their interface's number."""
    if ":" not in address:
        return address, port
    scoped = address.startswith((LINK_LOCAL, "ff02:"))
    return address, port, 0, index if scoped else 0


def _ear(address: str, port: int, interface: str, index: int) -> socket.socket:
    """A socket that hears what is sent to a group or broadcast address at one interface, and nothing else."""
    six = ":" in address
    made = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    made.bind(_place(address, port, index))
    if six:
        joined = socket.inet_pton(socket.AF_INET6, address) + struct.pack("=I", index)
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, joined)
    elif ip_address(address).is_multicast:
        made.setsockopt(socket.IPPROTO_IP, _MULTICAST_ALL, 0)
        joined = socket.inet_aton(address) + bytes(4) + struct.pack("=i", index)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
    return made


def _send_groups_by(made: socket.socket, index: int) -> None:
    """Answers to a group leave by this interface, and do not come back to the device itself."""
    if made.family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
        return
    made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, bytes(8) + struct.pack("=i", index))
    made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
