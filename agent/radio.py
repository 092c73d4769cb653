"""What this machine's radios have heard of late: the kernel's own list of beacons (nl80211). Nothing is sent, nothing joined.

No scan is started: that would send probe requests. Asked in plain netlink, so that a hostile beacon meets no decoder but ours.
"""

import socket
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from agent.decode.beacon import ssid
from model.trouble import Trouble

GENERIC, CONTROL = 16, 16  # NETLINK_GENERIC; GENL_ID_CTRL of linux/genetlink.h
GET_FAMILY, FAMILY_ID, FAMILY_NAME = 3, 1, 2
GET_INTERFACE, GET_SCAN = 5, 32  # nl80211_commands of linux/nl80211.h
IFINDEX, IFNAME, BSS = 3, 4, 47  # nl80211_attrs
BSSID, FREQUENCY, BEACON, SIGNAL = 1, 2, 6, 7  # nl80211_bss
REQUEST, DUMP = 0x1, 0x300
ERROR, DONE = 2, 3
HEADER, GENERIC_HEADER, ATTRIBUTE = struct.Struct("=IHHII"), struct.Struct("=BBH"), struct.Struct("=HH")
RADIOS = Path("/sys/class/ieee80211")
MOST, LONGEST, PATIENCE = 10_000, 1 << 16, 2.0


def there() -> bool:
    """Whether this machine has a radio."""
    return any(RADIOS.iterdir()) if RADIOS.is_dir() else False


def beacons() -> list[Mapping[str, str]]:
    """{"interface", "bssid", "ssid", "mhz", "dbm", "elements"(hex)} of each access point heard; Trouble without a radio."""
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, GENERIC) as kernel:
            kernel.settimeout(PATIENCE)
            family = _family(kernel)
            radios = [dict(found) for found in _dump(kernel, family, GET_INTERFACE, b"")]
            return [row for radio in radios for row in _heard(kernel, family, radio)]
    except (OSError, struct.error) as fault:
        what = (
            "this machine has no radio" if getattr(fault, "errno", 0) == 2 else f"its radios cannot be read ({fault})"
        )
        raise Trouble(
            "wireless", what, "import a controller's tables instead, or run on a machine with Wi-Fi"
        ) from None


def _heard(kernel: socket.socket, family: int, radio: Mapping[int, bytes]) -> Iterator[Mapping[str, str]]:
    if IFINDEX not in radio:
        return
    name = radio.get(IFNAME, b"").rstrip(b"\0").decode("ascii", "replace")
    for found in _dump(kernel, family, GET_SCAN, attribute(IFINDEX, radio[IFINDEX])):
        row = beacon(dict(found).get(BSS, b""))
        if row:
            yield {"interface": name, **row}


def beacon(data: bytes) -> Mapping[str, str]:
    """One access point of a nested nl80211 BSS attribute; {} where it has no BSSID."""
    held = dict(attributes(data))
    if len(held.get(BSSID, b"")) != 6:
        return {}
    beaconed = held.get(BEACON, b"")[:2048]
    number, signal = held.get(FREQUENCY, b""), held.get(SIGNAL, b"")
    return {
        "bssid": held[BSSID].hex(":"),
        "ssid": ssid(beaconed),
        "mhz": str(int.from_bytes(number, "little")) if len(number) == 4 else "",
        "dbm": str(struct.unpack("=i", signal)[0] // 100) if len(signal) == 4 else "",
        "elements": beaconed.hex(),
    }


def _family(kernel: socket.socket) -> int:
    for found in _dump(kernel, CONTROL, GET_FAMILY, attribute(FAMILY_NAME, b"nl80211\0"), REQUEST):
        number = dict(found).get(FAMILY_ID, b"")
        if len(number) == 2:
            return int.from_bytes(number, "little")
    raise FileNotFoundError(2, "no nl80211 in this kernel")


def _dump(
    kernel: socket.socket, family: int, command: int, asked: bytes, flags: int = REQUEST | DUMP
) -> Iterator[Iterator[tuple[int, bytes]]]:
    """The attributes of each message of an answer."""
    body = GENERIC_HEADER.pack(command, 1, 0) + asked
    kernel.send(HEADER.pack(HEADER.size + len(body), family, flags, 1, 0) + body)
    for _ in range(MOST):
        data = kernel.recv(LONGEST)
        for kind, payload in messages(data):
            if kind == DONE:
                return
            if kind == ERROR:
                number = -struct.unpack_from("=i", payload)[0]
                if number:
                    raise OSError(number, "the kernel refused")
                return
            yield attributes(payload[GENERIC_HEADER.size :])
        if not flags & DUMP:
            return


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, payload) of each whole netlink message."""
    at = 0
    while at + HEADER.size <= len(data):
        size, kind, _, _, _ = HEADER.unpack_from(data, at)
        if size < HEADER.size or at + size > len(data):
            return
        yield kind, data[at + HEADER.size : at + size]
        at += (size + 3) & ~3


def attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) of each whole netlink attribute."""
    at = 0
    while at + ATTRIBUTE.size <= len(data):
        size, kind = ATTRIBUTE.unpack_from(data, at)
        if size < ATTRIBUTE.size or at + size > len(data):
            return
        yield kind & 0x3FFF, data[at + ATTRIBUTE.size : at + size]
        at += (size + 3) & ~3


def attribute(kind: int, value: bytes) -> bytes:
    """One netlink attribute, padded."""
    return (ATTRIBUTE.pack(ATTRIBUTE.size + len(value), kind) + value).ljust(
        (ATTRIBUTE.size + len(value) + 3) & ~3, b"\0"
    )
