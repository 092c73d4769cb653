"""Devices out of NetBox: its CSV export of devices, or what its API gives (`/api/dcim/devices/`, `/api/dcim/interfaces/`).

Source: NetBox's documentation of the REST API and of device exports.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from agent.ask import Source
from agent.imports import _csv, _inventory, _lines, _tables
from agent.imports._inventory import at, texts
from model.claims import Fact
from model.evidence import Evidence

TITLE = "devices exported from NetBox (CSV or JSON)"
KIND, SHAPE = "netbox", "a device of NetBox"
_SITES, _TYPES = {"site", "role", "device_role", "device role"}, {"device_type", "type", "device type"}


def sniff(name: str, head: bytes) -> bool:
    """Whether the JSON looks like its API's, or the CSV has its columns."""
    if head.lstrip()[:1] in (b"{", b"["):
        return b'"device_type"' in head or (b"/api/dcim/" in head and b'"url"' in head)
    names = set(_csv.header(head))
    return "manufacturer" in names and bool(names & _TYPES) and bool(names & _SITES) and "status" in names


def take(source: Source) -> Iterator[Evidence]:
    """A note for each device, vantage `file:ORIGIN#name`; then what is none."""
    text = _tables.plain(source.data)
    things = _objects(source, text) if text.lstrip()[:1] in (b"{", b"[") else _rows(source)
    yield from _inventory.noted(source, KIND, things, SHAPE, more="device")


def _objects(source: Source, text: bytes) -> Iterator[tuple[int, str, Any, str]]:
    try:
        whole = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise _lines.wrong_kind(source, KIND, SHAPE) from None
    results = at(whole, "results")
    for place, one in enumerate(
        results if isinstance(results, list) else whole if isinstance(whole, list) else [whole], 1
    ):
        sound = isinstance(one, dict) and ("device_type" in one or "mac_address" in one)
        if sound and isinstance(
            at(one, "assigned_object"), dict
        ):  # since version 4.2 a MAC is an object, of an interface's
            one = {**one, "device": at(one, "assigned_object", "device")}
        name = next(iter(texts(at(one, "name" if "device_type" in one else "device"))), "") if sound else ""
        yield place, name, one, "" if sound else "not a device or an interface"


def _rows(source: Source) -> Iterator[tuple[int, str, Any, str]]:
    names: tuple[str, ...] = ()
    for record in _csv.records(source.data):
        if not names:
            names = tuple(cell.strip().lower().replace(" ", "_") for cell in record.cells)
            if "manufacturer" not in names:
                raise _lines.wrong_kind(source, KIND, SHAPE)
            continue
        row = dict(zip(names, (cell.strip() for cell in record.cells), strict=False))
        yield record.number, row.get("name", ""), row, record.fault or _csv.width(record.cells, names)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """What NetBox says of one device, about `neighbor:inventory`."""
    for name, one in _inventory.held(evidence):
        if not isinstance(one, dict):
            continue
        nested = at(one, "device_type")
        kind = nested if isinstance(nested, dict) else {}
        holder = texts(at(one, "device"))
        yield from _inventory.facts(
            name,
            {
                "name": holder or texts(at(one, "name")),
                "manufacturer": texts(kind.get("manufacturer")) or texts(at(one, "manufacturer")),
                "model": texts(kind.get("model"))
                or texts(at(one, "device_type"))
                or texts(at(one, "type")) * (not holder),
                "serial": texts(at(one, "serial")) or texts(at(one, "serial_number")),
                "mac": [text for key in _MACS for text in texts(at(one, key))],
                "address": [text for key in _ADDRESSES for text in texts(at(one, key))],
            },
        )


_MACS = ("mac_address", "mac_addresses")
_ADDRESSES = ("primary_ip", "primary_ip4", "primary_ip6", "ip_address", "oob_ip")
