"""Wireless management frames in captures: who sent a beacon or answered a probe, and the elements that it holds. Pure, bounded.

Sources: IEEE 802.11 section 9.3.3 (beacon, probe response); radiotap.org; PPI 1.0.10. Numbers of link types are LINKTYPE_ of tcpdump.org.
"""

from typing import NamedTuple

from agent.decode.macs import is_station

WIFI, RADIOTAP, PPI = 105, 127, 192
BEACON, ANSWER = 0x80, 0x50  # the first octet: version 0, management, and which
HEADER, FIXED = 24, 12  # octets before the fixed fields (time, interval, capabilities), and of these


class Beacon(NamedTuple):
    """`bssid`: the access point's MAC; `elements`: as agent.decode.beacon reads them."""

    bssid: str
    elements: bytes


def bare(data: bytes, link_type: int) -> bytes:
    """The frame without what the radio's driver wrote before it; IndexError where that is no such header."""
    if link_type == WIFI:
        return data
    size = data[2] | data[3] << 8
    sound = data[0] == 0 if link_type == RADIOTAP else data[4:8] == WIFI.to_bytes(4, "little")
    if not sound or not 8 <= size < len(data):
        raise IndexError
    return data[size:]


def is_told(frame: bytes) -> bool:
    """Whether it is a beacon or the answer to a probe: what an access point says of itself to everybody, and nobody's traffic."""
    return (
        len(frame) >= HEADER + FIXED and frame[0] in (BEACON, ANSWER) and not frame[1] & 0x43
    )  # to a DS, from one, encrypted


def told(frame: bytes) -> Beacon:
    """The beacon; ValueError for any other frame, and for a sender that can be no station."""
    bssid = frame[16:22].hex(":")
    if not is_told(frame) or not is_station(bssid):
        raise ValueError("no beacon")
    return Beacon(bssid, frame[HEADER + FIXED :])


def lasting(frame: bytes) -> bytes:
    """The frame without what differs in each: whom it is for, its number, the time of its sender, and what waits for sleepers."""
    return frame[:1] + frame[10:22] + frame[32:36] + _steady(frame[HEADER + FIXED :])


def _steady(elements: bytes) -> bytes:
    """The elements up to the traffic indication map (5), which stands behind names and rates, and those behind it."""
    at = 0
    while at + 2 <= len(elements):
        end = at + 2 + elements[at + 1]
        if elements[at] == 5:
            return elements[:at] + elements[end:]
        at = end
    return elements
