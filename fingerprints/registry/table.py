"""The look-ups: a hardware address to its registrant by the longest prefix, an enterprise number to its registrant."""

import msgspec

from fingerprints.registry.mac import number_of, virtual

_LOCAL_OR_GROUP = 0x03 << 40


class Registry(msgspec.Struct, frozen=True):
    """The tables as loaded.

    `dates` and `sources` are keyed by table ("ma-l", "ma-m", "ma-s", "iab", "enterprise"): the day (YYYY-MM-DD) and
    the origin of the list, which a report prints. `by_36`, `by_28`, `by_24` map the top 36, 28, 24 bits of an address
    to a name; an empty name is a block whose holder the registry keeps private or has cut up. `alone` is the part of
    `by_24` with nothing below it, so that one look-up settles it. `enterprises[n]` is the registrant of number n.
    """

    dates: dict[str, str]
    sources: dict[str, str]
    by_36: dict[int, str]
    by_28: dict[int, str]
    by_24: dict[int, str]
    alone: dict[int, str]
    enterprises: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Registry({self.dates})"  # not its 120,000 names: it stands in messages and test output

    def registrant(self, mac: str) -> str | None:
        """Who registered the block of `aa:bb:cc:dd:ee:ff`, as the IEEE spells it.

        None for an address that names no maker (see `is_evidence`), for a block that is private or not in the
        tables, and for text that is no address.
        """
        number = number_of(mac)
        if number is None or number & _LOCAL_OR_GROUP:
            return None
        return self.alone.get(number >> 24) or self._longest(number)

    def _longest(self, number: int) -> str | None:
        name = self.by_36.get(number >> 12)
        if name is None:
            name = self.by_28.get(number >> 20)
        if name is None and not virtual(number):
            name = self.by_24.get(number >> 24)
        return name or None

    def enterprise(self, number: int) -> str | None:
        """Who registered this private enterprise number, as IANA spells it; None where nobody has."""
        if 0 < number < len(self.enterprises):
            return self.enterprises[number] or None
        return None
