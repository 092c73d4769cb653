"""CDP versions 1 and 2, and Foundry's FDP, which copied it. Pure, bounded.

Sources: the element numbers as Wireshark's dissectors and CISCO-CDP-MIB describe them; each: type, length with its own four octets, value.
"""

import ipaddress
from collections.abc import Iterator

from agent.decode.nets import usable
from agent.decode.say import said
from agent.decode.vlans import vlan
from agent.decode.words import words
from model.claims import Fact

DEVICE, ADDRESSES, PORT, VERSION, PLATFORM, NATIVE_VLAN, MANAGED = 1, 2, 3, 5, 6, 0x0A, 0x16
_TEXTS = {DEVICE: "device_id", PORT: "port_id", VERSION: "version", PLATFORM: "platform"}
MOST = 128  # elements, and addresses of one element
_IP4, _IP6 = b"\xcc", bytes.fromhex("aaaa0300000086dd")


def read(evidence: str, about: str, payload: bytes, family: str = "cdp") -> Iterator[Fact]:
    """`cdp.*` (or `fdp.*`) and `network` of the native VLAN. ValueError at what is cut short; what came before it stands."""
    if len(payload) < 4 or payload[0] not in (1, 2):
        raise ValueError("no discovery protocol of version 1 or 2")
    for kind, value in elements(payload[4:]):
        if kind in _TEXTS:
            yield from said(evidence, about, f"{family}.{_TEXTS[kind]}", words(value))
        elif kind in (ADDRESSES, MANAGED):
            for found in addresses(value):
                yield from said(evidence, about, f"{family}.address", found if usable(found) else "")
        elif kind == NATIVE_VLAN and family == "cdp" and len(value) == 2:
            yield from vlan(evidence, about, int.from_bytes(value, "big"))


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) up to the end of the frame, or a rest of zeros, which is padding."""
    at = 0
    for _ in range(MOST):
        if not any(data[at:]):
            return
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if size < 4 or at + size > len(data):
            raise ValueError("an element of no length, or longer than its frame")
        yield int.from_bytes(data[at : at + 2], "big"), data[at + 4 : at + size]
        at += size


def addresses(value: bytes) -> Iterator[str]:
    """Addresses of a list: a count, then for each the kind and octets of a protocol and the octets of the address."""
    at = 4
    for _ in range(min(int.from_bytes(value[:4], "big"), MOST)):
        wide = value[at + 1] if at + 1 < len(value) else 0
        protocol = value[at + 2 : at + 2 + wide]
        size = int.from_bytes(value[at + 2 + wide : at + 4 + wide], "big")
        at += 4 + wide + size
        if at > len(value):
            raise ValueError("an address longer than its list")
        if (protocol, size) in ((_IP4, 4), (_IP6, 16)):
            yield str(ipaddress.ip_address(value[at - size : at]))
