"""Addresses that routers share: HSRP and VRRP (CISCO-HSRP-MIB; VRRP-MIB, RFC 2787; VRRPV3-MIB, RFC 6527).

They belong to whichever router is active: they name no device and join nothing.
"""

from collections.abc import Callable, Iterator

from agent.decode.macs import is_station, mac
from agent.decode.nets import usable
from agent.decode.say import said
from agent.decode.walk import Walk, address, octets
from model.claims import Fact

HSRP = "1.3.6.1.4.1.9.9.106.1.2.1.1"
ADDRESS, HSRP_MAC = f"{HSRP}.11", f"{HSRP}.16"
VRRP_MAC, VRRP_ADDRESS = "1.3.6.1.2.1.68.1.3.1.2", "1.3.6.1.2.1.68.1.4.1.2"
VRRP3_MAC = "1.3.6.1.2.1.207.1.1.1.1.5"
ROOTS = (ADDRESS, HSRP_MAC, VRRP_MAC, VRRP_ADDRESS, VRRP3_MAC)
SCALARS: tuple[str, ...] = ()
ROWS = 2_048
ENTERPRISES = {ADDRESS: (9,), HSRP_MAC: (9,)}


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`virtual.address` and `virtual.mac` about self, once each."""
    seen: set[str] = set()
    for oid, key, found in _all(walk):
        if found and found not in seen:
            seen.add(found)
            yield from said(evidence_of(oid), "self", key, found)


def _all(walk: Walk) -> Iterator[tuple[str, str, str]]:
    for column in (HSRP_MAC, VRRP_MAC, VRRP3_MAC):
        for index, value in walk.column(column).items():
            yield f"{column}.{index}", "virtual.mac", found if is_station(found := mac(value)) else ""
    for index, value in walk.column(ADDRESS).items():
        yield f"{ADDRESS}.{index}", "virtual.address", found if usable(found := address(value)) else ""
    for index in walk.column(VRRP_ADDRESS):  # ifIndex, group, then the address itself
        found = address(octets(".".join(index.split(".")[2:])))
        yield f"{VRRP_ADDRESS}.{index}", "virtual.address", found if usable(found) else ""
