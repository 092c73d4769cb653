"""Answers the older discovery of Dahua's recorders as fingerprints 3.2 gives its places; the MAC as text in its second part."""

from collections.abc import Callable
from ipaddress import IPv4Address

from lab.speech.setting import Setting

QUESTION = bytes.fromhex("a3010001") + bytes(12) + b"\x02" + bytes(15)
HEADER, FIRST = 32, 0x58  # bytes of the header, and of the first part that follows it


def answers(setting: Setting) -> Callable[[bytes], bytes | None]:
    """`answer` of the port is the model, at most 16 letters. In an anonymous site nobody speaks it."""
    return lambda asked: None if setting.site.anonymous else _reply(setting, asked)


def _reply(setting: Setting, asked: bytes) -> bytes | None:
    setting.note("DVRIP search" if asked == QUESTION else "DVRIP something else")
    if asked != QUESTION:
        return None
    second = setting.device.mac.encode() + b"\x00"
    first = bytearray(HEADER + FIRST)
    first[0], first[3], first[4] = 0xB3, FIRST, len(second)
    first[0x28:0x38] = setting.port.answer.strip().encode("ascii")[:16].ljust(16, b"\0")
    network = setting.site.network(setting.device.subnet)
    address = setting.site.address(setting.device.legs[0])
    for place, text in ((0x38, address), (0x3C, str(network.netmask)), (0x40, str(network[1]))):
        first[place : place + 4] = IPv4Address(text).packed
    return bytes(first) + second
