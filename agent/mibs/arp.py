"""The device's address caches, ARP and neighbour discovery: which station has which address.

Sources: IP-MIB (RFC 4293), and the older atTable (RFC 1213) and IPV6-MIB (RFC 2465).
"""

from collections.abc import Callable, Iterator

from agent.decode.macs import is_station, mac
from agent.decode.nets import inet, usable
from agent.decode.say import attached, said
from agent.decode.walk import Walk, address, number, octets
from agent.mibs import interfaces
from model.claims import Fact

MEDIA, MEDIA_TYPE = "1.3.6.1.2.1.4.22.1.2", "1.3.6.1.2.1.4.22.1.4"
PHYSICAL, PHYSICAL_TYPE = "1.3.6.1.2.1.4.35.1.4", "1.3.6.1.2.1.4.35.1.6"
OLDEST, OLD_IPV6 = "1.3.6.1.2.1.3.1.1.2", "1.3.6.1.2.1.55.1.12.1.2"
ROOTS = (MEDIA, MEDIA_TYPE, PHYSICAL, PHYSICAL_TYPE, OLDEST, OLD_IPV6)
UNLESS = {OLDEST: (MEDIA,), OLD_IPV6: (PHYSICAL,)}  # the same rows in an older form
SCALARS: tuple[str, ...] = ()
ROWS = 50_000
INVALID, LOCAL = 2, 5


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`ip.address` and `attached` about `station:MAC`; invalid rows and the device's own addresses are left out."""
    names, own = interfaces.names(walk), interfaces.own(walk)
    seen: set[tuple[str, str]] = set()
    for oid, station, found, port in (*_media(walk), *_physical(walk), *_old(walk)):
        if not is_station(station) or station in own or not usable(found) or (station, found) in seen:
            continue
        seen.add((station, found))
        about = f"station:{station}"
        yield from said(evidence_of(oid), about, "ip.address", found)
        yield from attached(evidence_of(oid), about, names.get(port, port))


def _media(walk: Walk) -> Iterator[tuple[str, str, str, str]]:
    types = walk.column(MEDIA_TYPE)
    for index, value in walk.column(MEDIA).items():
        port, _, rest = index.partition(".")
        if number(types.get(index)) != INVALID:
            yield f"{MEDIA}.{index}", mac(value), address(octets(rest)), port


def _physical(walk: Walk) -> Iterator[tuple[str, str, str, str]]:
    types = walk.column(PHYSICAL_TYPE)
    for index, value in walk.column(PHYSICAL).items():
        port, _, rest = index.partition(".")
        if number(types.get(index)) not in (INVALID, LOCAL):
            yield f"{PHYSICAL}.{index}", mac(value), inet(rest)[0], port


def _old(walk: Walk) -> Iterator[tuple[str, str, str, str]]:
    for index, value in walk.column(OLDEST).items():  # ifIndex, 1 for IPv4, the address
        port, _, rest = index.partition(".")
        yield f"{OLDEST}.{index}", mac(value), address(octets(rest.partition(".")[2])), port
    for index, value in walk.column(OLD_IPV6).items():  # ifIndex, perhaps a length, the address
        port, *parts = index.split(".")
        yield f"{OLD_IPV6}.{index}", mac(value), address(octets(".".join(parts[-16:]))), port
