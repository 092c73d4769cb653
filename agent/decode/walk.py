"""One device's SNMP varbinds as a table: by object, by column, each with the evidence that holds it. Pure, bounded."""

import ipaddress
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping

from agent.decode.ber import ABSENT, Value, Varbind

MAX_ROWS = 1_000_000  # beyond it a page is not read further: no table that we ask for comes near

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LATIN = re.compile(rb"[\t\r\n\x20-\x7e\xa0-\xff]*")


class Walk:
    """`pages`: (evidence id, its varbinds) in the order they were heard; an object keeps its first value.

    `contexts`: {name: the same device's tables in that SNMP context}, as of switches that keep one a VLAN (`vlan-20`).
    """

    def __init__(
        self, pages: Iterable[tuple[str, Iterable[Varbind]]], contexts: Mapping[str, "Walk"] | None = None
    ) -> None:
        self.contexts: Mapping[str, Walk] = contexts or {}
        self._held: dict[str, tuple[Varbind, str]] = {}
        for evidence, varbinds in pages:
            for bind in varbinds:
                if bind.kind not in ABSENT and bind.oid not in self._held and len(self._held) < MAX_ROWS:
                    self._held[bind.oid] = (bind, evidence)
        # As text all objects under `p.` still stand together, which is all that `column` needs.
        self._sorted = sorted(self._held)
        # Several MIBs read the same column (a port's name, above all): it is put in order and decoded once.
        self._columns: dict[str, dict[str, Value]] = {}
        self._texts: dict[str, dict[str, str]] = {}

    def __len__(self) -> int:
        return len(self._sorted)

    def get(self, oid: str) -> Varbind | None:
        """The varbind of exactly `oid` (dotted, no leading dot), None if the device gave none."""
        held = self._held.get(oid)
        return held[0] if held else None

    def value(self, oid: str) -> Value:
        """The raw value at `oid`, None if there is none."""
        held = self._held.get(oid)
        return held[0].value if held else None

    def text(self, oid: str) -> str:
        """The value at `oid` as text, "" if there is none."""
        return text(self.value(oid))

    def column(self, prefix: str) -> dict[str, Value]:
        """{index: raw value} of everything under `prefix`, in the numbers' order."""
        return dict(self._column(prefix))

    def texts(self, prefix: str) -> dict[str, str]:
        """{index: text} of a column, rows without text left out."""
        known = self._texts.get(prefix)
        if known is None:
            known = {index: said for index, value in self._column(prefix).items() if (said := text(value))}
            self._texts[prefix] = known
        return dict(known)

    def holds(self, prefix: str) -> bool:
        """Whether anything under `prefix` answered."""
        at = bisect_left(self._sorted, prefix + ".")
        return at < len(self._sorted) and self._sorted[at].startswith(prefix + ".")

    def branches(self, prefix: str) -> dict[str, str]:
        """{number: its first object in the alphabet} of each branch right under `prefix` that holds anything."""
        found: dict[str, str] = {}
        at = bisect_left(self._sorted, prefix + ".")
        while at < len(self._sorted) and self._sorted[at].startswith(prefix + "."):
            number = self._sorted[at][len(prefix) + 1 :].partition(".")[0]
            found[number] = self._sorted[at]
            at = bisect_left(self._sorted, f"{prefix}.{number}/", at)  # "/" comes right after "."
        return found

    def evidence_of(self, oid: str) -> str:
        """Id of the evidence that holds `oid`; KeyError if none does."""
        return self._held[oid][1]

    def _column(self, prefix: str) -> dict[str, Value]:
        """The column itself, which callers of `column` get a copy of."""
        known = self._columns.get(prefix)
        if known is None:
            found = self._sorted[bisect_left(self._sorted, prefix + ".") : bisect_left(self._sorted, prefix + "/")]
            cut = len(prefix) + 1
            # The numbers before the index are the same in all rows: they order nothing.
            found.sort(key=lambda oid: _numbers(oid[cut:]))
            known = self._columns[prefix] = {oid[cut:]: self._held[oid][0].value for oid in found}
        return known


def _numbers(oid: str) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))


def text(value: Value) -> str:
    """A value as people read it: up to its first NUL, blanks at both ends gone; "" where the octets are no text."""
    if value is None:
        return ""
    if not isinstance(value, bytes):
        return str(value)
    said = _decoded(value.lstrip(b"\0").partition(b"\0")[0])
    controls = len(_CONTROL.findall(said))
    if controls * 10 > len(said):  # a few stray control characters are noise in a text, many are a binary value
        return ""
    return _CONTROL.sub("", said).strip()


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1") if _LATIN.fullmatch(raw) else ""


def number(value: Value) -> int | None:
    """A value as an integer, None where it is none."""
    if isinstance(value, int):
        return value
    said = text(value)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else None


def address(value: Value) -> str:
    """An IP address of 4 or 16 octets (or written as text) in its usual form, "" for anything else."""
    try:
        if isinstance(value, bytes) and len(value) in (4, 16):
            return str(ipaddress.ip_address(value))
        return str(ipaddress.ip_address(text(value)))
    except ValueError:
        return ""


def octets(index: str) -> bytes:
    """The parts of an index as octets; b"" if one of them is no octet."""
    parts = index.split(".") if index else []
    return bytes(map(int, parts)) if all(p.isdigit() and len(p) < 4 and int(p) < 256 for p in parts) else b""
