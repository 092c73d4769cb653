"""Hikvision's objects: 39165 on cameras, and 50001 on recorders, a number that IANA gave to somebody else.

Source: fingerprints sections 2.2 and 2.4. 39165.1.12 restarts the device when set and is never asked for.
"""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _scalars
from model.claims import Fact

TREE = "1.3.6.1.4.1.39165.1"
MAC, PORT = f"{TREE}.4.0", f"{TREE}.34.0"
_KEYS = {
    f"{TREE}.1.0": "hikvision.model",
    f"{TREE}.2.0": "hikvision.hardware",
    f"{TREE}.3.0": "hikvision.firmware",
    f"{TREE}.6.0": "hikvision.manufacturer",
    "1.3.6.1.4.1.50001.1.3.0": "hikvision.serial",
}
SQUAT = ("1.3.6.1.4.1.50001.1.2.0", "1.3.6.1.4.1.50001.1.100.0")  # SDK port and type
ROOTS: tuple[str, ...] = ()
SCALARS = (*_KEYS, MAC, PORT, *SQUAT)
_OWN = tuple(oid for oid in SCALARS if oid.startswith(f"{TREE}."))


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`hikvision.*` about self; `hikvision.private` = 39165 where that tree answered at all."""
    yield from _scalars.presence(walk, evidence_of, _OWN, "hikvision.private", "39165")
    yield from _scalars.texts(walk, evidence_of, _KEYS)
    yield from _scalars.own_mac(walk, evidence_of, MAC, "hikvision.mac")
