"""Which frames may be kept: the capture filter's rule once more, for files that somebody else captured. It looks at headers only."""

from agent.decode.ether import COOKED, COOKED_2, LENGTHS_END, SNAP, UDP
from agent.decode.wifi import PPI, RADIOTAP, WIFI, bare, is_told
from agent.frames._places import EPHEMERAL, ICMP6, IPV4, IPV6, PRIVILEGED, Places

ETHERNET, RAW, RAW_IP4, RAW_IP6 = 1, 101, 228, 229  # link types of tcpdump.org; Linux' cooked ones stand beside them
KNOWN = frozenset({ETHERNET, RAW, RAW_IP4, RAW_IP6, COOKED, COOKED_2, WIFI, RADIOTAP, PPI})
TAGS = (0x8100, 0x88A8, 0x9100)
MOST_TAGS = 2
HOP_BY_HOP = 0  # the one IPv6 extension header that a listed protocol has (RFC 3810: MLD)


class Pick:
    """`passes(frame)` for one set of places. What is cut short, and every fragment, does not pass."""

    def __init__(self, places: Places) -> None:
        self._p = places

    def passes(self, data: bytes, link_type: int = ETHERNET) -> bool:
        """Whether the frame is of a listed protocol. Of what radios heard, beacons and answers to probes alone."""
        try:
            if link_type in (WIFI, RADIOTAP, PPI):
                return is_told(bare(data, link_type))
            kind, at = _start(data, link_type)
            for _ in range(MOST_TAGS):
                if kind in TAGS:
                    kind, at = _two(data, at + 2), at + 4
            return self._typed(data, kind, at, link_type)
        except IndexError:
            return False

    def _typed(self, data: bytes, kind: int, at: int, link_type: int) -> bool:
        if kind < LENGTHS_END:
            # Cooked headers write 4 where IEEE 802.2 follows, and other small numbers for what never was on a cable.
            return (link_type == ETHERNET or kind == 4) and self._llc(data, at)
        if kind == IPV4:
            return self._ip4(data, at)
        return self._ip6(data, at) if kind == IPV6 else kind in self._p.ether

    def _llc(self, data: bytes, at: int) -> bool:
        if data[at] != SNAP:
            return data[at] in self._p.llc
        return data[at + 1 : at + 3] == b"\xaa\x03" and data[at + 3 : at + 8] in self._p.snap

    def _ip4(self, data: bytes, at: int) -> bool:
        if _two(data, at + 6) & 0x3FFF:
            return False
        group, protocol = data[at + 16] >= 224, data[at + 9]
        if protocol in self._p.ip4:
            return True
        above = at + (data[at] & 15) * 4
        return protocol == UDP and self._udp(data, above, group)

    def _ip6(self, data: bytes, at: int) -> bool:
        protocol, above, group = data[at + 6], at + 40, data[at + 24] == 0xFF
        if protocol == HOP_BY_HOP:
            protocol, above = data[above], above + (data[above + 1] + 1) * 8
        if protocol in self._p.ip6:
            return True
        if protocol == ICMP6:
            return data[above] in self._p.icmp6
        return protocol == UDP and self._udp(data, above, group)

    def _udp(self, data: bytes, at: int, group: bool) -> bool:
        """To a group: a listed port there. Between two stations: a listed port, and nothing that looks like another service's."""
        source, target, listed = _two(data, at), _two(data, at + 2), self._p.udp
        if group:
            return target in listed
        if any(port < PRIVILEGED and port not in listed for port in (source, target)):
            return False
        if any(port < EPHEMERAL and port in listed for port in (source, target)):
            return True
        return source in listed and target in listed


def _two(data: bytes, at: int) -> int:
    return data[at] << 8 | data[at + 1]


def _start(data: bytes, link_type: int) -> tuple[int, int]:
    """(EtherType or length, where the payload begins)."""
    if link_type == ETHERNET:
        return _two(data, 12), 14
    if link_type == COOKED:
        return _two(data, 14), 16
    if link_type == COOKED_2:
        return _two(data, 0), 20
    if link_type in (RAW, RAW_IP4, RAW_IP6):
        return (IPV4 if data[0] >> 4 == 4 else IPV6), 0
    raise IndexError


def kept(data: bytes, link_type: int) -> tuple[bytes, int]:
    """A frame and its link type as evidence holds it: a bare IP packet gets a cooked header that names no sender, a radio's header goes."""
    if link_type in (WIFI, RADIOTAP, PPI):
        return bare(data, link_type), WIFI
    if link_type not in (RAW, RAW_IP4, RAW_IP6):
        return data, link_type
    kind = IPV4 if data[:1] < b"\x50" else IPV6
    return bytes(2) + b"\xff\xfe" + bytes(10) + kind.to_bytes(2, "big") + data, COOKED
