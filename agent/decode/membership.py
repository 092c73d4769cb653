"""Group membership reports: IGMP (RFC 1112, 2236, 3376) and MLD (RFC 2710, 3810). Pure, bounded."""

import ipaddress
from collections.abc import Iterator

IGMP_1, IGMP_2, IGMP_3 = 0x12, 0x16, 0x22
MLD_1, MLD_2 = 131, 143
MOST = 64  # groups of one report; a frame holds no more in good faith


def groups(payload: bytes) -> tuple[str, ...]:
    """The groups a report joins, as text; () for queries and leaves. ValueError for one cut short."""
    if len(payload) < 8:
        raise ValueError("a membership message cut short")
    kind = payload[0]
    if kind in (IGMP_1, IGMP_2):
        return (_text(payload[4:8]),)
    if kind == MLD_1:
        return (_text(_whole(payload[8:24], 16)),)
    if kind in (IGMP_3, MLD_2):
        return tuple(_records(payload, 16 if kind == MLD_2 else 4))
    return ()


def _records(payload: bytes, wide: int) -> Iterator[str]:
    """Record: kind, words of further data, number of sources, group, sources. Kinds that only leave sources join nothing."""
    at = 8
    for _ in range(min(int.from_bytes(payload[6:8], "big"), MOST)):
        head = _whole(payload[at : at + 4 + wide], 4 + wide)
        kind, words, sources = head[0], head[1], int.from_bytes(head[2:4], "big")
        if kind in (2, 4) or (sources and kind in (1, 3, 5)):  # excluding sources (any joins), or naming them
            yield _text(head[4:])
        at += 4 + wide + wide * sources + 4 * words


def _whole(data: bytes, size: int) -> bytes:
    if len(data) < size:
        raise ValueError("a membership record cut short")
    return data


def _text(data: bytes) -> str:
    return str(ipaddress.ip_address(data))
