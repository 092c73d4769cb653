"""What a device prints of itself: version texts, chassis and parts, and which MACs are its own."""

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from agent.decode.macs import is_station, mac
from agent.decode.say import LONGEST, said
from model.claims import Fact

Row = Mapping[str, str | list[str]]
VERSION = re.compile(
    r"(?i)(?:show?|dis\w*|get) (?:ver\w*(?: .*)?|system ?(?:status|information|info)?|sys-?info|inner version|hardware)"
    r"|/?system (?:resource|package) print.*"
)
_IDENTITY = re.compile(
    r"version|show_system(?:_info|_id)?$|sysinfo|sys-info|system_status|system_resource|routerboard|system_identity"
    r"|machineItem|lanmac|productmac|macaddress$|deviceInfo|hostname|serial"
)
_PARTS = re.compile(
    r"inventory|manuinfo|show_module(?:_submodule)?$|display_device$|chassis|transceiver(?:_details)?$|boardItem|serial-number|elabel"
)
_BOX = re.compile(
    r"(?i)\"?(?:chassis(?!.*(?:fan|power|slot|psu)).*|switch(?: ?\d+)?(?: system)?|system|rack \d+|c?\d* chassis)\"?"
)
_UNIT = re.compile(r"[1-9]")  # of a stack of Catalyst switches
_PORT = re.compile(r"(?i)^component:(?:[a-z]*ethernet ?)?\d+(?:/\d+)+|^component:xcvr")
_BOX_TEXT = re.compile(r"(?i)\bchassis\b(?!.*(?:fan|power supply|slot))")
_BLANK = re.compile(r"(?i)[\s\-.]*|n/?a|none|null|unknown|unspecified|not? .*")
_NOT_MODEL = re.compile(r"(?i)(?:version|release|v?\d+\.\d).*")


class Own(msgspec.Struct, frozen=True):
    """The MACs that the device called its own anywhere in the log."""

    macs: frozenset[str]


def is_own(stem: str) -> bool:
    """Whether a template (its name) reads what the device tells of itself."""
    return bool(_IDENTITY.search(stem) or _PARTS.search(stem))


def facts(evidence: str, stem: str, rows: Iterable[Row]) -> Iterator[Fact]:
    """`cli.model`, `cli.serial`, `cli.firmware`, `cli.hostname`, `mac.address` about self; parts about `component:NAME`."""
    if _PARTS.search(stem):
        yield from _parts(evidence, stem, list(rows))
    elif _IDENTITY.search(stem):
        for row in rows:
            yield from _self(evidence, row)


def version(evidence: str, lines: list[str]) -> Iterator[Fact]:
    """`cli.version`: the text itself, at most 4,096 characters; blank lines are dropped."""
    kept = [line.rstrip() for line in lines if line.strip()]
    yield from said(evidence, "self", "cli.version", "\n".join(kept)[:LONGEST])


def _self(evidence: str, row: Row) -> Iterator[Fact]:
    if "oid" in row or "object_id" in row:  # `show system` of many makers prints the very values of SNMP's system group
        yield from said(evidence, "self", "cli.version", "\n".join(_all(row, ("description",))))
        yield from said(evidence, "self", "cli.object_id", "".join(_all(row, ("oid", "object_id"))[:1]).strip("."))
    for key, fields in _SELF.items():
        for value in _all(row, fields):
            value = value.partition(", ")[0] if key == "cli.model" else value
            if key != "cli.model" or not _NOT_MODEL.fullmatch(value):
                yield from said(evidence, "self", key, value)
    for field in _MACS:
        for station in map(mac, _all(row, (field,))):
            if is_station(station):
                yield from said(evidence, "self", "mac.address", station)


_SELF = {
    "cli.hostname": ("hostname", "sys_name", "system_name", "name"),
    "cli.model": (
        "model",
        "switch_model",
        "hardware_model",
        "product",
        "hardware",
        "platform",
        "board_name",
    ),
    "cli.serial": ("serial", "serial_number", "chassis_serial_number", "system_serial", "sn", "machine_item"),
    "cli.firmware": (
        "product_version",
        "junos_version",
        "version",
        "os_version",
        "os",
        "sw_version",
        "software_version",
        "olt_version",
        "main_software_version",
        "main_version",
        "image",
        "operation_code_version",
    ),
}
_MACS = ("mac_address", "sys_mac", "base_mac", "lan_mac", "wan_mac", "wlan_mac", "address", "hw_mac_addr_start")


def _all(row: Row, fields: Iterable[str]) -> list[str]:
    """The values of the first of these fields that has any."""
    for field in fields:
        held = row.get(field, "")
        found = [text.strip() for text in ([held] if isinstance(held, str) else held)]
        found = [text for text in found if not _BLANK.fullmatch(text)]
        if found:
            return found
    return []


def _parts(evidence: str, stem: str, rows: list[Row]) -> Iterator[Fact]:
    if "chassis_hardware" in stem:
        yield from _hardware(evidence, rows)
        return
    if re.search(
        "manufacture-info|_esn_", stem
    ):  # one slot is the box; of a stack or a chassis it does not say which is which
        rows = [
            {**row, "name": "chassis" if len(rows) == 1 else f"slot {''.join(_all(row, ('slot',)))}"} for row in rows
        ]
    used: dict[str, int] = {}
    for row in rows:
        names = _all(row, ("name", "port", "interface")) or [
            text
            for field in ("module", "chassis_id", "sup_slot", "slot_type", "slot_id", "slot", "card")
            for text in _all(row, (field,))
        ]
        name = " ".join(names).strip('"') or "part"
        used[name] = used.get(name, 0) + 1
        description = " ".join(_all(row, ("descr", "description", "type", "cardtype", "card_type", "module_type")))
        about = f"component:{name}" + (f" #{used[name]}" if used[name] > 1 else "")
        yield from _part(evidence, "self" if _is_box(stem, name, description) else about, row, description)


def _is_box(stem: str, name: str, description: str) -> bool:
    """Whether a row of an inventory is the device itself; of transceivers and modules none is."""
    if "manuinfo" in stem:
        return re.fullmatch(r"(?i)(?:chassis )?(?:\d+ )?(?:chassis|slot)?(?: ?[01])?(?: CPU 0)?", name) is not None
    if "transceiver" in stem or "module" in stem or stem.endswith("display_device"):
        return False
    if stem == "aruba_os_show_inventory":
        return True
    if stem == "arista_eos_show_inventory":
        return name == "part"
    return (
        _BOX.fullmatch(name) is not None
        or (stem == "cisco_ios_show_inventory" and _UNIT.fullmatch(name) is not None)
        or (_BOX_TEXT.search(description) is not None and "slot" not in name.lower())
    )


def _part(evidence: str, about: str, row: Row, description: str) -> Iterator[Fact]:
    vendor = _all(row, ("manufacturer", "vendor_name"))
    # NX-OS writes an optic's maker where other rows have a description.
    optic = ("part_number" in row and "manufacturer" in row) or _PORT.search(about) is not None
    for maker in vendor[:1] or [description] * optic:
        yield from said(evidence, about, "cli.transceiver_vendor" if optic else "cli.vendor", maker)
    yield from said(
        evidence,
        about,
        "cli.model",
        "".join(_all(row, ("pid", "model", "model_name", "part_number", "device_name", "sc_model", "product_id"))[:1]),
    )
    for serial in _all(
        row,
        ("sn", "serial", "serial_number", "serial_num", "device_serial_number", "system_serial", "submodule_serial"),
    ):
        yield from said(evidence, about, "cli.serial", serial)
    yield from said(evidence, about, "cli.firmware", "".join(_all(row, ("sw_ver", "firmware"))[:1]))
    if about != "self":
        yield from said(evidence, about, "cli.description", description)
    else:
        for station in map(mac, _all(row, ("mac_address", "hw_mac_addr_start"))):
            if is_station(station):
                yield from said(evidence, about, "mac.address", station)


def _hardware(evidence: str, rows: list[Row]) -> Iterator[Fact]:
    """Junos: a column of each kind of part, filled down; so every part is told once."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        for kind in _KINDS:
            serial, what = _all(row, (f"{kind}_serial_number",)), _all(row, (f"{kind}_description",))
            place = ".".join(text for part in _PLACE.get(kind, (kind,)) for text in _all(row, (f"{part}_number",)))
            about = "self" if kind == "chassis" else f"component:{kind} {place}".strip()
            if (serial or what) and (about, "".join(serial)) not in seen:
                seen.add((about, "".join(serial)))
                yield from said(evidence, about, "cli.serial", "".join(serial[:1]))
                yield from said(
                    evidence,
                    about,
                    "cli.model",
                    "".join((what if kind == "chassis" else _all(row, (f"{kind}_part",)))[:1]),
                )
                if kind != "chassis":
                    yield from said(evidence, about, "cli.description", "".join(what[:1]))


_KINDS = "chassis mid fpm ps re tfeb qxm afeb cb fpc cpu mic pic xcvr fan".split()
_PLACE = {"mic": ("fpc", "mic"), "pic": ("fpc", "mic", "pic"), "xcvr": ("fpc", "mic", "pic", "xcvr"), "cpu": ("fpc",)}
