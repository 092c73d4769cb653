"""Read the lists that the tables are built from, as published or as packed by others: bytes -> rows."""

import csv
import io
import json
import re

from fingerprints.registry.layout import WIDTHS, RegistryError

Rows = tuple[tuple[str, str], ...]

_KEY_OF_WIDTH = {6: "ma-l", 7: "ma-m"}
_IAB_PARENTS = ("0050C2", "40D855")  # the two blocks out of which IEEE cut every IAB
_UPDATED = re.compile(r"\(last updated (\d{4}-\d\d-\d\d)\)")


def from_oui_data(content: bytes) -> dict[str, Rows]:
    """npm `oui-data`'s index.json, {prefix: "NAME\\nADDRESS..."}, as rows by table."""
    try:
        lines = json.loads(content)
        return _by_table([(prefix, text.split("\n")[0]) for prefix, text in lines.items()])
    except (ValueError, AttributeError) as error:
        raise RegistryError(f"registry: this is not oui-data's index.json ({error}): give that file") from error


def from_mac_vendors(content: bytes) -> dict[str, Rows]:
    """mac-vendor-lookup's cache, lines of `PREFIX:NAME` with 24-bit prefixes, as rows by table."""
    pairs = [line.partition(":") for line in content.decode().splitlines() if line]
    return _by_table([(prefix, name) for prefix, colon, name in pairs if colon])


def from_ieee_csv(content: bytes) -> dict[str, Rows]:
    """IEEE's own oui.csv, mam.csv, oui36.csv or iab.csv, as rows by table."""
    lines = csv.DictReader(io.StringIO(content.decode()))
    if not {"Assignment", "Organization Name"} <= set(lines.fieldnames or ()):
        raise RegistryError("registry: this is not a CSV list of the IEEE: give oui.csv, mam.csv, oui36.csv or iab.csv")
    return _by_table([(line["Assignment"], line["Organization Name"]) for line in lines])


def from_enterprises(content: bytes) -> tuple[Rows, str]:
    """Wireshark's enterprises.tsv, `NUMBER<blank>NAME`, as (rows, the day IANA's list was last updated)."""
    text = content.decode()
    updated = _UPDATED.search(text)
    if updated is None:
        raise RegistryError('registry: no "(last updated YYYY-MM-DD)" in the enterprise list: give enterprises.tsv')
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return tuple((words[0], words[1]) for words in lines if len(words) == 2), updated[1]


def _by_table(pairs: list[tuple[str, str]]) -> dict[str, Rows]:
    """Rows sorted into tables. The IEEE lists a handful of old blocks twice: the first holder stands."""
    tables: dict[str, dict[str, str]] = {}
    for prefix, name in pairs:
        tables.setdefault(_table_of(prefix.upper()), {}).setdefault(prefix.upper(), name)
    return {key: tuple(sorted(rows.items())) for key, rows in tables.items()}


def _table_of(prefix: str) -> str:
    if len(prefix) not in WIDTHS.values():
        raise RegistryError(f"registry: {prefix!r} is no prefix of 6, 7 or 9 hex digits: correct the list")
    if len(prefix) == 9 and prefix.startswith(_IAB_PARENTS):
        return "iab"
    return _KEY_OF_WIDTH.get(len(prefix), "ma-s")
