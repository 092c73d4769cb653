"""Write a registry: rows of the five tables -> the bytes of its files, the same for the same rows in any order."""

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping

import msgspec

from fingerprints.registry.layout import ENTERPRISE, GZIP, INDEX, TABLES, WIDTHS, RegistryError, file_of

_HEX = re.compile(r"[0-9A-Fa-f]+")
_DECIMAL = re.compile(r"[0-9]{1,10}")
_HIGHEST = 2_000_000  # the enterprise table spends a line on every number; IANA stands near 65,000


class Table(msgspec.Struct, frozen=True):
    """One table before it is written: rows of (hex prefix or decimal number, registrant), its day and its origin."""

    rows: tuple[tuple[str, str], ...]
    date: str
    source: str


def build(tables: Mapping[str, Table]) -> dict[str, bytes]:
    """The files of a registry by name, from all five tables by key (`layout.TABLES`); RegistryError for a bad row."""
    if set(tables) != set(TABLES):
        raise RegistryError(f"registry: tables {sorted(tables)} given: give each of {sorted(TABLES)}")
    packed = {file_of(key): _compress(_text(key, tables[key].rows)) for key in TABLES}
    return {INDEX: _index(tables, packed).encode(), **packed}


def _text(key: str, rows: Iterable[tuple[str, str]]) -> str:
    held: dict[str, str] = {}
    for digits, name in rows:
        # Some names come with no-break or zero-width spaces, which no rule would ever spell.
        spelt = " ".join(name.replace("\u200b", "").split())
        if held.setdefault(_digits(key, digits), spelt) != spelt:
            raise RegistryError(f"registry: table {key} gives {digits} to two registrants: remove one row")
    return _enterprise_text(held) if key == ENTERPRISE else _block_text(held)


def _digits(key: str, digits: str) -> str:
    """A row's number in the one spelling that the files use."""
    width = WIDTHS.get(key)
    lawful = _HEX.fullmatch(digits) and len(digits) == width if width else _DECIMAL.fullmatch(digits)
    if not lawful or (not width and int(digits) > _HIGHEST):
        raise RegistryError(f"registry: table {key} cannot hold {digits!r}: correct the row")
    return digits.upper() if width else str(int(digits))


def _block_text(held: Mapping[str, str]) -> str:
    prefixes: dict[str, list[str]] = {}
    for prefix in sorted(held):
        prefixes.setdefault(held[prefix], []).append(prefix)
    return "\n".join(f"{name}\t{' '.join(prefixes[name])}" for name in sorted(prefixes))


def _enterprise_text(held: Mapping[str, str]) -> str:
    last = max(map(int, held), default=0)
    return "\n".join(held.get(str(number), "") for number in range(last + 1))


def _compress(text: str) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, GZIP)
    return packer.compress(text.encode()) + packer.flush()


def _index(tables: Mapping[str, Table], packed: Mapping[str, bytes]) -> str:
    lines = ["# Which lists these tables hold. Written by packaging/update_registry.py; docs/registry.md says how."]
    for key in TABLES:
        table, digest = tables[key], hashlib.sha256(packed[file_of(key)]).hexdigest()
        lines += ["", f"[{key}]", f"date = {json.dumps(table.date)}", f"source = {json.dumps(table.source)}"]
        lines += [f"rows = {len({digits for digits, _ in table.rows})}", f'sha256 = "{digest}"']
    return "\n".join(lines) + "\n"
