"""Whether a text names one of given things: an address, MAC, name or serial, however it is punctuated, or in hex."""

import ipaddress
import re
from collections.abc import Iterable

import msgspec

from model.report import Finding, Report

_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_APART = re.compile(r"[^0-9a-z]+")


class Names(msgspec.Struct, frozen=True):
    """`words`: in lower case, found only whole; `hexes`: MACs and addresses as hex digits, found anywhere among hex digits."""

    words: frozenset[str] = frozenset()
    hexes: frozenset[str] = frozenset()

    def without(self, own: "Names") -> "Names":
        """These, but for what `own` has too: two devices may be called the same."""
        return Names(self.words - own.words, self.hexes - own.hexes)

    def joined(self, others: "Iterable[Names]") -> "Names":
        """All of them."""
        found = [self, *others]
        return Names(frozenset().union(*(one.words for one in found)), frozenset().union(*(one.hexes for one in found)))

    def within(self, text: str) -> bool:
        """Whether `text` names one of them. Rather too often than once too seldom: `core-2` names a device called `core`."""
        low = text.lower()
        dense = _APART.sub("", low)
        if any(one in low and _whole(one, low) for one in self.words):
            return True
        return any(one in dense for one in self.hexes)


def names_of(words: Iterable[str]) -> Names:
    """What to look for, given addresses, MACs, names and serials as they are written."""
    held: set[str] = set()
    hexes: set[str] = set()
    for word in words:
        low = word.lower()
        held.add(low)
        if _MAC.fullmatch(low):
            hexes.add(low.replace(":", ""))
        try:
            address = ipaddress.ip_address(low.partition("%")[0])
        except ValueError:
            continue
        hexes.add(address.packed.hex())
        held |= {re.sub(r"[.:]", sign, low) for sign in "-_"}  # 10-0-0-5, as host names write it
    return Names(frozenset(filter(None, held)), frozenset(hexes))


def addresses_of(one: Finding) -> Names:
    """A device's addresses and MACs, and its id, which could be guessed from them."""
    return names_of((*one.addresses, *one.macs, one.device))


def everything_of(one: Finding) -> Names:
    """All that tells a device from others: id, addresses, MACs, names, serials, those of its parts too."""
    parts = [part.serial for part in one.components]
    return names_of((*one.addresses, *one.macs, one.device, *one.names, one.serial, *parts))


def around(report: Report) -> Names:
    """What the report names beside its devices: stray MACs, networks, hops, its origins."""
    found = [word for one in report.unexplained_macs for word in (one.mac, *one.addresses)]
    found += [net.name for net in report.networks if net.kind in ("subnet", "ssid")]
    found += [word for way in report.services for hop in way.hops for word in (hop.address, hop.mac)]
    found += [origin for one in report.findings for origin in one.origins]
    return names_of([*found, report.agent, report.authority.name, report.authority.ticket])


def _whole(word: str, text: str) -> bool:
    """Whether `word` stands in `text` with no letter or digit right before or behind it."""
    return re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", text) is not None
