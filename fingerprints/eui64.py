"""The hardware address that an IPv6 address was made of (RFC 4291 appendix A), where it was made of one."""

import ipaddress
from collections.abc import Iterable, Iterator

from fingerprints.registry import is_evidence
from model.claims import Fact

ADDRESSES = ("ip.address", "lldp.mgmt_address", "cdp.address", "fdp.address")
UNIVERSAL = 0x02  # set in the identifier where the MAC's own bit is clear


def mac_of_address(text: str) -> str | None:
    """The MAC in an IPv6 address whose last 64 bits hold `ff:fe` between its halves; None for any other text.

    Only addresses that a maker burnt in come back: a made-up one (VRRP, random) is nobody's, and of random identifiers
    (RFC 7217, RFC 8981) one in 260,000 looks like this and then bears a MAC that nothing else has.
    """
    if "ff:fe" not in text.lower():  # however zeros are written, the two middle groups end and begin so
        return None
    try:
        identifier = ipaddress.IPv6Address(text.partition("%")[0]).packed[8:]
    except ValueError:
        return None
    if identifier[3:5] != b"\xff\xfe":
        return None
    mac = (bytes([identifier[0] ^ UNIVERSAL]) + identifier[1:3] + identifier[5:]).hex(":")
    return mac if is_evidence(mac) else None


def addressed(facts: Iterable[Fact]) -> Iterator[Fact]:
    """`mac.address` out of one subject's addresses, pointing at the same evidence; nothing where any MAC of it is known.

    Who answers for others (ND proxy, a router with one MAC on many links) has a MAC of its own beside such an address.
    """
    held = list(facts)
    if any(fact.key in ("mac.address", "lldp.chassis_id") for fact in held):
        return
    for fact in held:
        if fact.key in ADDRESSES and not fact.about.startswith("component:") and (mac := mac_of_address(fact.value)):
            yield Fact(fact.evidence, fact.about, "mac.address", mac)
