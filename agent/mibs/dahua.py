"""Dahua's objects: 1004849, a number outside the IANA list, and the registered 37496 in the same shape.

Source: fingerprints section 2.4.
"""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _scalars
from model.claims import Fact

TREES = ("1.3.6.1.4.1.1004849", "1.3.6.1.4.1.37496")
_PARTS = {
    "2.1.2.6.0": "dahua.model",
    "2.1.2.4.0": "dahua.serial",
    "2.1.1.1.0": "dahua.firmware",
    "2.1.1.2.0": "dahua.hardware",
    "2.1.2.7.0": "dahua.device_class",
    "2.1.2.9.0": "dahua.machine_name",
}
MAC = "2.2.2.2.0"
ROOTS: tuple[str, ...] = ()
SCALARS = tuple(f"{tree}.{part}" for tree in TREES for part in (*_PARTS, MAC))


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`dahua.*` about self; `dahua.private` = the number whose tree answered."""
    for tree in TREES:
        own = tuple(oid for oid in SCALARS if oid.startswith(tree + "."))
        yield from _scalars.presence(walk, evidence_of, own, "dahua.private", tree.rpartition(".")[2])
        yield from _scalars.texts(walk, evidence_of, {f"{tree}.{part}": key for part, key in _PARTS.items()})
        yield from _scalars.own_mac(walk, evidence_of, f"{tree}.{MAC}", "dahua.mac")
