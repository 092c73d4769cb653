"""NetBIOS node status (RFC 1002 section 4.2.18): names, group and hardware address of a host. Pure, bounded.

A machine's own statement about its names; Samba and Windows both answer, so it names no hardware maker.
"""

from collections.abc import Iterator

import msgspec

from agent.decode.macs import is_station, mac
from agent.decode.say import said
from model.claims import Fact

NBSTAT, INTERNET = 0x0021, 0x0001
WORKSTATION, SERVER, MASTER = 0x00, 0x20, 0x01
GROUP_FLAG = 0x8000
MOST = 64  # names; a node has a handful


class Status(msgspec.Struct, frozen=True):
    """`names`: (name, suffix, whether a group's); `unit`: the hardware address, six octets."""

    names: tuple[tuple[str, int, bool], ...]
    unit: bytes


def question() -> bytes:
    """A node status request for the name `*`. Its number is fixed: replies are told apart by address."""
    star = b"\x20" + b"CK" + b"A" * 30 + b"\x00"
    return b"\x4c\x61\x00\x00\x00\x01" + b"\x00" * 6 + star + b"\x00\x21\x00\x01"


def read(data: bytes) -> Status:
    """The node status response of `data`; ValueError for anything else."""
    if len(data) < 57 or len(data) > 4_096 or not data[2] & 0x80 or data[3] & 0x0F:
        raise ValueError("no answer of a name service")
    at = 12
    if data[4:6] != b"\x00\x00":
        raise ValueError("a node status answer repeats no question")
    if data[at] >= 0xC0:
        at += 2
    elif data[at] == 0x20 and data[at + 33] == 0:
        at += 34
    else:
        raise ValueError("no NetBIOS name")
    if data[at : at + 4] != b"\x00\x21\x00\x01" or at + 11 > len(data):
        raise ValueError("not a node status")
    count, at = data[at + 10], at + 11
    if count > MOST or at + 18 * count > len(data):
        raise ValueError("more names than there is room for")
    names = tuple(_name(data[at + 18 * n : at + 18 * n + 18]) for n in range(count))
    return Status(names, data[at + 18 * count : at + 18 * count + 6])


def _name(row: bytes) -> tuple[str, int, bool]:
    # OEM code page: the program cannot know which; Latin-1 keeps every byte.
    return row[:15].decode("latin-1").rstrip(" \0"), row[15], bool(int.from_bytes(row[16:18], "big") & GROUP_FLAG)


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`netbios.name`, `netbios.group`, `mac.address` (Samba says zeros: none). Nothing from rubbish."""
    try:
        found = read(payload)
    except ValueError:
        return
    for key, group in (("netbios.name", False), ("netbios.group", True)):
        names = [
            name for name, suffix, of_group in found.names if of_group == group and suffix in (WORKSTATION, SERVER)
        ]
        for name in dict.fromkeys(names):
            if name.isprintable():
                yield from said(evidence, about, key, name)
    station = mac(found.unit)
    if is_station(station):
        yield from said(evidence, about, "mac.address", station)
