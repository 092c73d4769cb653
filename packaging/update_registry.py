"""Rebuild the registry's tables from downloaded lists: the same lists give the same files, on any day.

    python packaging/update_registry.py \\
        --oui-data index.json 2026-08-26 "npm oui-data 2.1.9" --iab iab.csv 2022-08-27 "Debian ieee-data 20220827.1" \\
        --enterprises enterprises.tsv "Debian libwireshark-data 4.0.17-0+deb12u3"

Each list comes with the day it was taken and where it is from, because both are printed in every report. For each
block size the newest list given is taken whole; older ones are only compared with it, and the differences counted.
docs/registry.md says how to fetch the lists.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from fingerprints.registry import sources  # noqa: E402
from fingerprints.registry.build import Table, build  # noqa: E402
from fingerprints.registry.layout import ENTERPRISE, RegistryError  # noqa: E402

BLOCK_LISTS: dict[str, Callable[[bytes], dict[str, sources.Rows]]] = {
    "oui_data": sources.from_oui_data,
    "ieee_csv": sources.from_ieee_csv,
    "iab": sources.from_ieee_csv,
    "mac_vendors": sources.from_mac_vendors,
}


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, help_text in (
        ("--oui-data", "index.json of npm oui-data"),
        ("--ieee-csv", "oui.csv, mam.csv or oui36.csv of the IEEE"),
        ("--iab", "iab.csv of the IEEE (closed since 2014)"),
        ("--mac-vendors", "mac-vendor-lookup's list: 24-bit blocks only"),
    ):
        parser.add_argument(
            option, nargs=3, action="append", default=[], metavar=("FILE", "DATE", "SOURCE"), help=help_text
        )
    parser.add_argument(
        "--fetch-mac-vendors", metavar="FILE", help="first download that list into FILE, by its package"
    )
    parser.add_argument("--enterprises", nargs=2, required=True, metavar=("FILE", "SOURCE"), help="enterprises.tsv")
    parser.add_argument("--out", type=Path, default=ROOT / "fingerprints" / "registry", help="default: %(default)s")
    return parser


def fetch_mac_vendors(path: str, *url: str) -> None:
    """Have mac-vendor-lookup download the IEEE's 24-bit list into `path` (from its own address, or from `url`)."""
    import asyncio

    from aiohttp import ClientError
    from mac_vendor_lookup import AsyncMacLookup  # imports aiohttp: never at scan time

    AsyncMacLookup.cache_path = path
    try:
        asyncio.run(AsyncMacLookup().update_vendors(*url))
    except (ClientError, TimeoutError) as error:
        raise RegistryError(f"the 24-bit list cannot be fetched ({error}): give oui.csv by --ieee-csv") from error


def candidates(given: argparse.Namespace) -> list[tuple[str, Table]]:
    """Every (table key, table) that the lists on the command line hold, the newest first."""
    found = []
    for option, read in BLOCK_LISTS.items():
        for path, date, source in getattr(given, option):
            tables = read(Path(path).read_bytes())
            found += [(key, Table(rows, date, source)) for key, rows in tables.items()]
    return sorted(found, key=lambda pair: pair[1].date, reverse=True)


def chosen(given: argparse.Namespace) -> dict[str, Table]:
    """The tables to write; prints how each older list differs from the one taken."""
    taken: dict[str, Table] = {}
    for key, table in candidates(given):
        if key in taken:
            compare(key, taken[key], table)
        taken.setdefault(key, table)
    path, source = given.enterprises
    rows, date = sources.from_enterprises(Path(path).read_bytes())
    return taken | {ENTERPRISE: Table(rows, date, source)}


def compare(key: str, taken: Table, other: Table) -> None:
    """Print how many rows of an older list the table has otherwise or not at all."""
    ours, theirs = dict(taken.rows), dict(other.rows)
    missing = sum(prefix not in ours for prefix in theirs)
    added = sum(prefix not in theirs for prefix in ours)
    renamed = sum(ours.get(prefix, name) != name for prefix, name in theirs.items())
    print(f"{key}: against {other.source} ({other.date}): {added} added, {missing} gone, {renamed} renamed")


def main() -> int:
    given = arguments().parse_args()
    try:
        if given.fetch_mac_vendors:
            fetch_mac_vendors(given.fetch_mac_vendors)
        tables = chosen(given)
        files = build(tables)
    except (OSError, UnicodeDecodeError, RegistryError) as error:
        print(f"update_registry: {error}", file=sys.stderr)
        return 1
    for name, content in files.items():
        (given.out / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
