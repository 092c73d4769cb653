"""A table of devices as CSV, from anywhere: columns named by the user (`--map mac="MAC Address"`), or guessed by their headers.

The mapping is stored beside each row, so that judging the same evidence again needs no option.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import combining, normalize

from agent.ask import Source
from agent.imports import _csv, _inventory, _lines, _others
from model.claims import Fact
from model.evidence import Evidence
from model.trouble import Trouble

TITLE = "a table of devices (CSV; columns guessed, or named with --map)"
KIND, SHAPE = "csv", "a row under a header that names addresses, MACs, or makers and models"
# Headers as people write them in six languages: without signs, accents and capitals.
_GUESSES = {
    "mac": "mac macs macaddress macaddresses macaddr hwaddress hardwareaddress physicaladdress ethernetaddress lanmac wlanmac"
    " macadresse physischeadresse adressemac adressephysique direccionmac direccionfisica enderecomac mac地址 物理地址",
    "address": "ip ips ipaddress ipaddresses ipv4 ipv4address ipv6 ipv6address address primaryip hostip managementip mgmtip"
    " ipadresse adresseip direccionip enderecoip ip地址 ipv4地址 ipv6地址 地址 管理地址 管理ip",
    "name": "name hostname devicename dnsname fqdn computername systemname sysname host device"
    " geratename gerat rechnername nom nomdhote appareil nombre nombredehost equipo dispositivo nome 名称 设备名称 主机名",
    "manufacturer": "manufacturer vendor make maker brand mfg mfr hersteller marke fabricant constructeur marque fabricante marca"
    " 厂商 厂家 制造商 生产厂家 品牌",
    "model": "model modelname modelnumber modelno devicemodel product productname devicetype"
    " modell geratetyp modele modelo 型号 设备型号 产品型号",
    "serial": "serial serialnumber serialno sn seriennummer deviceserial deviceserialno deviceserialnumber"
    " numerodeserie ndeserie nodeserie numserie nserie 序列号 设备序列号",
    "firmware": "firmware firmwareversion swversion softwareversion versiondefirmware versaodofirmware 固件版本 软件版本",
    "vlan": "vlan vlanid",
    "port": "port switchport",
}
_MEANT = {word: field for field, words in _GUESSES.items() for word in words.split()}

Map = dict[str, list[str]]


def sniff(name: str, head: bytes) -> bool:
    """Whether the headers can be guessed, and no other kind of file claims them."""
    found = guessed(_csv.header(head))
    enough = (
        "mac" in found or "address" in found or ("manufacturer" in found and ("model" in found or "serial" in found))
    )
    return enough and "outcome" not in _csv.header(head) and not _others.claim(name, head, (KIND,))


def guessed(names: Sequence[str]) -> Map:
    """{field: columns} for the headers that say what they are."""
    found: Map = {}
    for name in names:
        field = _MEANT.get(_bare(name))
        if field:
            found.setdefault(field, []).append(name)
    # A tool that finds cameras has a column `Port` as well: the one that the camera listens on, not a switch's.
    if all(map("port".__eq__, map(_bare, found.get("port", ())))) and not any(
        re.search("vlan|switch", _bare(name)) for name in names
    ):
        found.pop("port", None)
    return found


def _bare(name: str) -> str:
    """Letters and digits alone, small, without accents."""
    return re.sub(r"[\W_]", "", "".join(sign for sign in normalize("NFKD", name.lower()) if not combining(sign)))


def take(source: Source) -> Iterator[Evidence]:
    """A note for each row, vantage `file:ORIGIN#name`; then the bad rows. Trouble that lists the columns if one is not there."""
    yield from _inventory.noted(source, KIND, _rows(source), SHAPE)


def _rows(source: Source) -> Iterator[tuple[int, str, Any, str]]:
    names: tuple[str, ...] = ()
    chosen: Map = {}
    for record in _csv.records(source.data):
        if not names:
            if record.fault or len(record.cells) < 2:
                raise _lines.wrong_kind(source, KIND, SHAPE)
            names = tuple(cell.strip().lower() for cell in record.cells)
            chosen = _chosen(source, names, tuple(cell.strip() for cell in record.cells))
            continue
        fault = record.fault or _csv.width(record.cells, names)
        row = dict(zip(names, (cell.strip() for cell in record.cells), strict=False))
        if fault or any(row.values()):
            yield record.number, _name(chosen, row), {"map": chosen, "row": row}, fault


def _chosen(source: Source, names: tuple[str, ...], written: tuple[str, ...]) -> Map:
    if not source.mapping:
        found = guessed(names)
        if not found:
            raise Trouble(
                source.origin,
                f"no header says what it is: {_listed(written)}",
                "name columns with --map, as --map mac=COLUMN",
            )
        return found
    chosen: Map = {}
    for field, column in source.mapping:
        if column.lower() not in names:
            raise Trouble(
                source.origin,
                f"has no column {column!r}; its columns: {_listed(written)}",
                "name one of them with --map",
            )
        chosen.setdefault(field, []).append(column.lower())
    return chosen


def _listed(written: tuple[str, ...]) -> str:
    return ", ".join(repr(name[:60]) for name in written[:40])


def _name(chosen: Map, row: dict[str, str]) -> str:
    return next(
        (
            row[name]
            for field in ("name", "address", "mac", "serial")
            for name in chosen.get(field, ())
            if row.get(name)
        ),
        "",
    )


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """What the row says of one thing, about `neighbor:inventory`."""
    for name, thing in _inventory.held(evidence):
        chosen, row = _inventory.at(thing, "map"), _inventory.at(thing, "row")
        if isinstance(chosen, dict) and isinstance(row, dict):
            yield from _inventory.facts(name, {field: _cells(row, chosen.get(field)) for field in _inventory.FIELDS})


def _cells(row: dict[str, Any], columns: Any) -> list[str]:
    return (
        [row[name] for name in columns if isinstance(row.get(name), str)]
        if isinstance(columns, list) and all(isinstance(name, str) for name in columns)
        else []
    )
