"""Read a registry: its folder, on disk or in a zip -> a `Registry`, or the bytes that a pack's digest covers."""

import hashlib
import tomllib
import zlib
from importlib.resources.abc import Traversable
from typing import Any

from fingerprints.registry.build import Table
from fingerprints.registry.layout import ENTERPRISE, GZIP, INDEX, NOT_HOLDERS, TABLES, WIDTHS, RegistryError, file_of
from fingerprints.registry.mac import VIRTUAL_24
from fingerprints.registry.table import Registry

_LIMIT = 64 * 1024 * 1024  # a stranger's pack must not fill the memory
_REMEDY = "take a whole pack, or rebuild the tables (docs/registry.md)"


def digest_parts(folder: Traversable) -> list[tuple[str, bytes]]:
    """The (name, bytes) of every file that makes the registry, sorted by name: what a pack's digest covers."""
    return [(name, _read(folder, name)) for name in sorted([INDEX, *map(file_of, TABLES)])]


def load(folder: Traversable) -> Registry:
    """Read a registry from a folder (or a folder in a zip); RegistryError where a file is missing or damaged."""
    index = _index(folder)
    texts = {key: _text(folder, key, index[key]["sha256"]) for key in TABLES}
    maps: dict[int, dict[int, str]] = {6: {}, 7: {}, 9: {}}
    for key, width in WIDTHS.items():
        _add_blocks(key, texts[key], maps[width])
    alone = maps[6].copy()
    for prefix in VIRTUAL_24.union([p >> 12 for p in maps[9]], [p >> 4 for p in maps[7]]):
        alone.pop(prefix, None)
    return Registry(
        dates={key: index[key]["date"] for key in TABLES},
        sources={key: index[key]["source"] for key in TABLES},
        by_36=maps[9],
        by_28=maps[7],
        by_24=maps[6],
        alone=alone,
        enterprises=tuple(texts[ENTERPRISE].split("\n")),
    )


def read_tables(folder: Traversable) -> dict[str, Table]:
    """The tables by key as `build` takes them, so that one can be replaced and the rest kept."""
    index = _index(folder)
    return {
        key: Table(_rows(key, _text(folder, key, index[key]["sha256"])), index[key]["date"], index[key]["source"])
        for key in TABLES
    }


def _read(folder: Traversable, name: str) -> bytes:
    try:
        return folder.joinpath(name).read_bytes()
    except (OSError, KeyError) as error:
        raise RegistryError(f"registry: {name} cannot be read in {folder}: {_REMEDY}") from error


def _index(folder: Traversable) -> dict[str, Any]:
    content = _read(folder, INDEX)
    try:
        index = tomllib.loads(content.decode())
    except ValueError as error:
        raise RegistryError(f"registry: {INDEX} is not TOML ({error}): {_REMEDY}") from error
    for key in TABLES:
        entry = index.get(key)
        if not isinstance(entry, dict) or not all(isinstance(entry.get(k), str) for k in ("date", "source", "sha256")):
            raise RegistryError(f"registry: {INDEX} lacks date, source or sha256 of [{key}]: {_REMEDY}")
    return index


def _text(folder: Traversable, key: str, sha256: str) -> str:
    packed = _read(folder, file_of(key))
    if hashlib.sha256(packed).hexdigest() != sha256:
        raise RegistryError(f"registry: {file_of(key)} is not the file that {INDEX} describes: {_REMEDY}")
    unpacker = zlib.decompressobj(GZIP)
    try:
        text = unpacker.decompress(packed, _LIMIT).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise RegistryError(f"registry: {file_of(key)} cannot be unpacked ({error}): {_REMEDY}") from error
    if not unpacker.eof:
        raise RegistryError(f"registry: {file_of(key)} is cut short or unpacks to over {_LIMIT} bytes: {_REMEDY}")
    return text


def _rows(key: str, text: str) -> tuple[tuple[str, str], ...]:
    if key == ENTERPRISE:
        return tuple((str(number), name) for number, name in enumerate(text.split("\n")) if name)
    lines = [line.partition("\t") for line in text.split("\n") if line]
    return tuple((prefix, name) for name, _, prefixes in lines for prefix in prefixes.split(" "))


def _add_blocks(key: str, text: str, into: dict[int, str]) -> None:
    """Add a block table's rows to a map of prefix to name; the name is empty where it names no holder."""
    try:
        for line in filter(None, text.split("\n")):
            name, prefixes = line.split("\t")
            if name in NOT_HOLDERS:
                name = ""
            if " " not in prefixes:  # most lines: no list to make
                into[int(prefixes, 16)] = name
                continue
            for prefix in prefixes.split(" "):
                into[int(prefix, 16)] = name
    except ValueError as error:
        raise RegistryError(f"registry: {file_of(key)} holds a line that is no row ({error}): {_REMEDY}") from error
