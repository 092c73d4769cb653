"""The lab without namespaces: every device on a loopback address of its own, low ports moved up by a port map."""

import socket

from lab.datagrams import Ear
from lab.engine import Spot
from lab.nouns import Device, Port, Site

LOW, MOVED = 1024, 20_000
NOT_SIMULATED = (
    "ARP answers and MAC addresses on the wire (they stand in SNMP tables only)",
    "the device that answers ARP and nothing else",
    "the router between the subnets: every address is one hop away",
    "closed ports' and silent addresses' behaviour is this machine's own",
    "a packet capture outside the program",
    "IPv6, and the devices that speak nothing else",
    "questions to multicast groups and to the link's broadcast address",
    "frames that devices send by themselves",
    "the way out: the carrier's box and what lies behind it",
)


class Loopback:
    """The ground of loopback mode: IPv4 only, nobody hears a group."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def spots(self, device: Device) -> list[Spot]:
        """The device's IPv4 addresses."""
        there = device.legs if device.wire == "present" else ()
        own = [address for leg in there if (address := self._site.address(leg))]
        return [Spot(address) for address in own if address.startswith("127.")]  # none of a carrier's

    def bound(self, device: Device, spot: Spot, kind: socket.SocketKind, port: int) -> tuple[socket.socket, int]:
        """See `bind`."""
        return bind(kind, spot.address, port)

    def ears(self, device: Device, spot: Spot, port: Port) -> list[Ear]:
        """None."""
        return []


def bind(kind: socket.SocketKind, address: str, port: int) -> tuple[socket.socket, int]:
    """A bound socket and the port it got: the real one if it is above 1023 and free, else 20000 more, else any."""
    wishes = [port] if port >= LOW else []
    for wish in (*wishes, port + MOVED if port + MOVED < 65536 else 0, 0):
        made = socket.socket(socket.AF_INET, kind)
        if kind == socket.SOCK_STREAM:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((address, wish))
            if kind == socket.SOCK_STREAM:
                made.listen(100)  # now, so that a port that another lab took a moment ago is noticed here
        except OSError:
            made.close()
            continue
        return made, int(made.getsockname()[1])
    raise OSError(f"no free port on {address}")
