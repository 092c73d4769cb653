"""A newer list of MAC blocks put into a pack. The only place of the program that downloads, and only when asked to."""

import tempfile
import zipfile
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path

from fingerprints.check import faults
from fingerprints.pack import Pack
from fingerprints.registry import load
from fingerprints.registry.build import Table, build
from fingerprints.registry.layout import RegistryError
from fingerprints.registry.sources import Rows, from_ieee_csv, from_mac_vendors
from fingerprints.registry.store import read_tables
from model.trouble import Trouble, UsageTrouble

NAME = "IEEE MA-L, as fetched by mac-vendor-lookup"
SHELF = "registry/"
LEAST = 0.9  # of the rows that the pack has: a list that lost a tenth was cut short


def fetched(url: str) -> tuple[bytes, str]:
    """The list as mac-vendor-lookup downloads it, and its name. Trouble where the extra is missing or the network refuses."""
    import asyncio

    try:
        from aiohttp import ClientError
        from mac_vendor_lookup import AsyncMacLookup  # imports aiohttp: never at scan time
    except ImportError:
        remedy = "pip install 'laydown[registry]', or fetch the list elsewhere and give it by --from"
        raise Trouble("mac-vendor-lookup", "not installed", remedy) from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        AsyncMacLookup.cache_path = str(path)
        try:
            asyncio.run(AsyncMacLookup().update_vendors(*filter(None, [url])))
            return path.read_bytes(), NAME
        except (ClientError, TimeoutError, OSError, ValueError) as fault:
            said = f"the list cannot be fetched ({type(fault).__name__}: {fault})"
            raise Trouble(
                url or "mac-vendor-lookup", said, "fetch it on another machine and give it by --from"
            ) from None


def day_of(given: str, source: Path | None, today: date) -> str:
    """The day of the list: as given, else the file's own, else today. UsageTrouble where it is none."""
    try:
        if given:
            if date.fromisoformat(given) > today:
                raise UsageTrouble("--day", f"{given} is not yet", "the day on which the list was fetched")
            return date.fromisoformat(given).isoformat()
        return (date.fromtimestamp(source.stat().st_mtime) if source else today).isoformat()
    except ValueError:
        raise UsageTrouble("--day", f"{given[:40]!r} is no day", "write it in the form 2026-11-23") from None
    except OSError as fault:
        raise UsageTrouble(str(source), f"cannot be read ({fault.strerror})", "name the list") from None


def rebuilt(pack: Pack, data: bytes, day: str, name: str) -> Pack:
    """The pack with the tables that the list holds. Trouble where it is older, cut short, or a proof fails with it."""
    folder = _folder({key.removeprefix(SHELF): part for key, part in pack.parts.items() if key.startswith(SHELF)})
    try:
        tables = read_tables(folder)
        for key, rows in _rows(data).items():
            if key in tables:
                tables[key] = _newer(key, tables[key], rows, day, name)
        files = build(tables)
        made = Pack(pack.parts | {SHELF + file: part for file, part in files.items()}, load(_folder(files)))
    except (RegistryError, UnicodeDecodeError) as fault:
        raise Trouble(name, str(fault), "give the IEEE's oui.csv, or mac-vendor-lookup's list") from None
    if found := faults(made):
        raise Trouble(
            name, f"{len(found)} proofs of the pack fail with it: {found[0]}", "report it; the old pack stays"
        )
    return made


def _folder(files: Mapping[str, bytes]) -> zipfile.Path:
    """The files as the folder that the registry is read from."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return zipfile.Path(zipfile.ZipFile(held))


def _rows(data: bytes) -> dict[str, Rows]:
    head = data[:4096].split(b"\n")[0]
    found = from_ieee_csv(data) if b"Assignment" in head else from_mac_vendors(data)
    if not found:
        raise RegistryError("holds no row of a MAC block")
    return found


def _newer(key: str, old: Table, rows: Rows, day: str, name: str) -> Table:
    if day < old.date:
        raise RegistryError(f"of {day}, older than the pack's own {key} of {old.date}")
    if len(rows) < LEAST * len(old.rows):
        raise RegistryError(f"holds {len(rows):,} rows of {key} where the pack has {len(old.rows):,}: cut short")
    return Table(rows, day, name)
