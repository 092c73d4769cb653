"""The enterprise number alone: who registered the number of a sysObjectID, as a look-up table would say it."""

from __future__ import annotations

import re
from pathlib import Path

from fingerprints.registry import Registry, enterprise_of_oid

OBJECT_ID = re.compile(rb"(?m)^\.?1\.3\.6\.1\.2\.1\.1\.2\.0\|6\|\.?([\d.]+)\s*$")
LISTED = {
    2011: "huawei",
    34774: "huawei",
    3902: "zte",
    39165: "hikvision",
    37496: "dahua",
    40297: "hytera",
    46055: "hytera",
    58597: "hytera",
}
AGENTS = frozenset({8072, 2021})  # everybody who uses such a list knows that these name a program


def registrant(recording: Path, registry: Registry) -> tuple[str, str]:
    """(listed maker or "", the name that the number is registered to or "")."""
    found = OBJECT_ID.search(recording.read_bytes())
    number = enterprise_of_oid(found[1].decode().rstrip(".")) if found else None
    if number is None or number in AGENTS:
        return "", ""
    return LISTED.get(number, ""), registry.enterprise(number) or ""
