"""One frame as far as its headers go: Ethernet II, 802.2, SNAP, VLAN tags, IPv4, IPv6, UDP, TCP, ICMPv6. Pure, bounded.

Sources: IEEE 802.3, 802.1Q, 802.2, RFC 791, 8200, 768, 9293, 4443; the cooked headers of LINKTYPE_LINUX_SLL and _SLL2 (tcpdump.org).
"""

import ipaddress

import msgspec

from agent.decode.macs import is_station

TAGS = {0x8100, 0x88A8, 0x9100, 0x9200}  # VLAN, service VLAN and the two older numbers for it
MOST_TAGS = 4
IPV4, IPV6 = 0x0800, 0x86DD
LENGTHS_END = 0x0600  # a smaller number in the type's place is a length: IEEE 802.2 follows
SNAP = 0xAA
IGMP, TCP, UDP, FRAGMENT, ICMP6 = 2, 6, 17, 44, 58
OPTIONS = {0, 43, 60, 135, 139, 140, 253, 254}  # IPv6 extension headers of the common form (FRAGMENT is its own)
MOST_OPTIONS = 8
COOKED, COOKED_2 = 113, 276  # link types


class Frame(msgspec.Struct, frozen=True):
    """`source`, `destination`: MACs, "" where the capture has none. `place`: the link's protocol as agent.frames writes it.

    `payload`: what follows the deepest header that is named here. Of IP: addresses as text, `hops` the TTL or hop limit,
    `protocol` the number after all extension headers, `ports` source and destination or (), `kind` the ICMPv6 type.
    A fragment has no ports: nothing above IP is read out of half a message. `sequence` is TCP's.
    """

    source: str
    destination: str
    vlans: tuple[int, ...]
    place: str
    payload: bytes
    ip_source: str = ""
    ip_destination: str = ""
    hops: int = -1
    protocol: int = -1
    ports: tuple[int, ...] = ()
    kind: int = -1
    sequence: int = -1

    @property
    def places(self) -> tuple[str, ...]:
        """Every place at which a dissector may stand that wants this frame, the widest first."""
        found = [self.place]
        if self.protocol >= 0:
            found.append(f"{self.place}/{self.protocol}")
        if self.kind >= 0:
            found.append(f"{self.place}/{self.protocol}/{self.kind}")
        name = {TCP: "tcp", UDP: "udp"}.get(self.protocol, "")
        return (*found, *dict.fromkeys(f"{name}/{port}" for port in self.ports))

    @property
    def sender(self) -> str:
        """`host:MAC` of what put the frame on this link, "" where that is no station's address."""
        return f"host:{self.source}" if self.source and is_station(self.source) else ""

    @property
    def speaker(self) -> str:
        """Whose words the payload is: `host:ADDRESS` of an IP packet's source, else the sender's MAC."""
        return f"host:{self.ip_source}" if usable_source(self.ip_source) else self.sender


def usable_source(address: str) -> bool:
    """Whether an address can be a packet's own sender: of one station, and neither unspecified nor loopback."""
    if not address:
        return False
    held = ipaddress.ip_address(address)
    return not (
        held.is_multicast or held.is_unspecified or held.is_loopback or (held.is_reserved and held.version == 4)
    )


def on_link(frame: Frame) -> bool:
    """Whether the IP source is surely the station that put the frame on this link, so that its address and MAC belong together.

    A router sends other people's packets under its own MAC. What no router forwards is: a hop limit of 255 (RFC 5082), IGMP,
    the groups of one link (RFC 5771 section 4, RFC 4291 section 2.7) and the limited broadcast. Of public sources nothing is
    believed: no site's stations need them here, and who forges one gains most by it.
    """
    if not frame.sender or not usable_source(frame.ip_source) or ipaddress.ip_address(frame.ip_source).is_global:
        return False
    return frame.hops == 255 or frame.protocol == IGMP or _of_one_link(ipaddress.ip_address(frame.ip_destination))


def _of_one_link(to: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if to.version == 6:
        return to.packed[0] == 0xFF and to.packed[1] & 0x0F in (1, 2)
    return to.packed[:3] == b"\xe0\0\0" or to.packed == b"\xff\xff\xff\xff"


def parse(data: bytes) -> Frame:
    """The frame of Ethernet's octets; ValueError where a header is cut short."""
    if len(data) < 14:
        raise ValueError("shorter than an Ethernet header")
    return _typed(data[6:12].hex(":"), data[:6].hex(":"), int.from_bytes(data[12:14], "big"), data[14:])


def parse_cooked(data: bytes, link_type: int = COOKED) -> Frame:
    """The frame of a Linux cooked capture (113, or 276 for version 2); it has no destination. ValueError where cut short."""
    size = 20 if link_type == COOKED_2 else 16
    if len(data) < size:
        raise ValueError("shorter than a cooked header")
    if link_type == COOKED_2:
        protocol, wide, address = data[:2], data[11], data[12:20]
    else:
        protocol, wide, address = data[14:16], int.from_bytes(data[4:6], "big"), data[6:14]
    source = address[:6].hex(":") if wide == 6 else ""
    return _typed(source, "", int.from_bytes(protocol, "big"), data[size:])


def _typed(source: str, destination: str, kind: int, data: bytes) -> Frame:
    vlans: list[int] = []
    while kind in TAGS and len(vlans) < MOST_TAGS:
        if len(data) < 4:
            raise ValueError("a VLAN tag cut short")
        vlans.append(int.from_bytes(data[:2], "big") & 0x0FFF)
        kind, data = int.from_bytes(data[2:4], "big"), data[4:]
    tags = tuple(vlans)
    if kind < LENGTHS_END:  # in place of a length, cooked captures have a number of their own
        place, rest = _llc(data[:kind] if destination else data)
        return Frame(source, destination, tags, place, rest)
    place = f"ether/0x{kind:04x}"
    whole = Frame(source, destination, tags, place, data)
    return _ipv4(whole) if kind == IPV4 else _ipv6(whole) if kind == IPV6 else whole


def _llc(data: bytes) -> tuple[str, bytes]:
    if len(data) < 3:
        raise ValueError("an 802.2 header cut short")
    if data[0] == SNAP and data[1] == SNAP:
        if len(data) < 8:
            raise ValueError("a SNAP header cut short")
        return f"snap/{data[3:6].hex()}:{data[6:8].hex()}", data[8:]
    return f"llc/0x{data[0]:02x}", data[3:]


def _ipv4(frame: Frame) -> Frame:
    data = frame.payload
    size = (data[0] & 0x0F) * 4 if data else 0
    if len(data) < 20 or data[0] >> 4 != 4 or size < 20 or len(data) < size:
        raise ValueError("no IPv4 header")
    total = int.from_bytes(data[2:4], "big") or len(data)  # 0 where the card was to cut the packet into segments
    if total < size:
        raise ValueError("an IPv4 length shorter than its header")
    found = msgspec.structs.replace(
        frame,
        ip_source=str(ipaddress.IPv4Address(data[12:16])),
        ip_destination=str(ipaddress.IPv4Address(data[16:20])),
        hops=data[8],
        protocol=data[9],
        payload=data[size:total],
    )
    return found if int.from_bytes(data[6:8], "big") & 0x3FFF else _above(found)


def _ipv6(frame: Frame) -> Frame:
    data = frame.payload
    if len(data) < 40 or data[0] >> 4 != 6:
        raise ValueError("no IPv6 header")
    end = 40 + (int.from_bytes(data[4:6], "big") or len(data))
    protocol, at, whole = _after_options(data[:end])
    found = msgspec.structs.replace(
        frame,
        ip_source=str(ipaddress.IPv6Address(data[8:24])),
        ip_destination=str(ipaddress.IPv6Address(data[24:40])),
        hops=data[7],
        protocol=protocol,
        payload=data[at:end],
    )
    return _above(found) if whole else found


def _after_options(data: bytes) -> tuple[int, int, bool]:
    """(protocol, where its header begins, whether the packet is whole) behind the extension headers."""
    protocol, at, whole = data[6], 40, True
    for _ in range(MOST_OPTIONS):
        if protocol not in OPTIONS and protocol != FRAGMENT:
            return protocol, at, whole
        if len(data) < at + 8:
            raise ValueError("an IPv6 extension header cut short")
        whole = whole and (protocol != FRAGMENT or not int.from_bytes(data[at + 2 : at + 4], "big") & 0xFFF9)
        size = 8 if protocol == FRAGMENT else 8 + 8 * data[at + 1]
        protocol, at = data[at], at + size
    raise ValueError("more IPv6 extension headers than anybody sends")


def _above(frame: Frame) -> Frame:
    """The frame with what UDP, TCP or ICMPv6 say; as it is for other protocols."""
    data = frame.payload
    if frame.protocol not in (UDP, TCP, ICMP6):
        return frame
    if len(data) < (20 if frame.protocol == TCP else 8):
        raise ValueError("a transport header cut short")
    if frame.protocol == ICMP6:
        return msgspec.structs.replace(frame, kind=data[0])
    ports = (int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big"))
    if frame.protocol == UDP:
        return msgspec.structs.replace(frame, ports=ports, payload=data[8 : max(8, int.from_bytes(data[4:6], "big"))])
    size = (data[12] >> 4) * 4
    if not 20 <= size <= len(data):
        raise ValueError("a TCP header longer than its packet")
    return msgspec.structs.replace(frame, ports=ports, payload=data[size:], sequence=int.from_bytes(data[4:8], "big"))
