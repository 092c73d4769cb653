"""Leases of any DHCP server as facts: the newest of each address and of each station."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from agent.decode.macs import is_station, mac
from agent.decode.nets import usable
from agent.decode.say import said
from model.claims import Fact

FOREVER = "9999"  # sorts behind every date
_HEX = re.compile(r"[0-9a-f]+")


class Lease(msgspec.Struct, frozen=True):
    """One line or block. `mac` and `address` in written form or ""; `ends` RFC 3339 in UTC, "" when it has no end or none is told."""

    evidence: str
    address: str
    mac: str
    host: str = ""
    vendor: str = ""
    ends: str = ""


def facts(leases: Iterable[Lease]) -> Iterator[Fact]:
    """`ip.address`, `dhcp.host_name`, `dhcp_vendor_class` and `dhcp.lease_end` about `station:MAC`.

    A lease of IPv6 may name no MAC: then about `neighbor:lease.ADDRESS`.
    """
    for lease in _newest(lease for lease in leases if usable(lease.address)):
        about = f"station:{lease.mac}" if lease.mac else f"neighbor:lease.{lease.address}"
        yield from said(lease.evidence, about, "ip.address", lease.address)
        yield from said(lease.evidence, about, "dhcp.host_name", lease.host)
        yield from said(lease.evidence, about, "dhcp_vendor_class", lease.vendor)
        yield from said(lease.evidence, about, "dhcp.lease_end", lease.ends)


def _newest(leases: Iterable[Lease]) -> list[Lease]:
    """Of each address, then of each station and IP version, the lease that ends last; of equals the later one."""
    by_address: dict[str, Lease] = {}
    for lease in leases:
        held = by_address.get(lease.address)
        if held is None or (lease.ends or FOREVER) >= (held.ends or FOREVER):
            by_address[lease.address] = lease
    found: dict[str, Lease] = {}
    for lease in by_address.values():
        name = f"{lease.mac} {':' in lease.address}" if lease.mac else lease.address
        held = found.get(name)
        if held is None or (lease.ends or FOREVER) >= (held.ends or FOREVER):
            found[name] = lease
    return list(found.values())


def station(text: str) -> str:
    """The written MAC of one card, "" for anything else."""
    found = mac(text)
    return found if is_station(found) else ""


def of_duid(text: str) -> str:
    """The MAC inside a DUID of the kinds 1 and 3 on Ethernet (RFC 8415 section 11), "" for others. `text`: hex, any separators."""
    plain = re.sub(r"[:\-. ]", "", text.lower())
    if not _HEX.fullmatch(plain):
        return ""
    if len(plain) == 28 and plain.startswith("00010001"):
        return station(plain[16:])
    return station(plain[8:]) if len(plain) == 20 and plain.startswith("00030001") else ""


def at(seconds: str) -> str:
    """Seconds since 1970 in written form; "" for 0, which servers write for leases without an end, and for what is no time."""
    if not re.fullmatch(r"[0-9]{1,11}", seconds) or not int(seconds):
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if int(seconds) < 2**37 else ""
