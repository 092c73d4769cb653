"""VLAN tables: Q-BRIDGE-MIB static names and Cisco's VTP table (RFC 4363, CISCO-VTP-MIB)."""

import re
from collections.abc import Callable, Iterator

from agent.decode.say import network
from agent.decode.walk import Walk
from model.claims import Fact

STATIC = "1.3.6.1.2.1.17.7.1.4.3.1.1"
VTP = "1.3.6.1.4.1.9.9.46.1.3.1.1.4"
ROOTS = (STATIC, VTP)
SCALARS: tuple[str, ...] = ()
_EMPTY_NAME = re.compile(r"(?i)vlan[ _-]?(?:id)?[ _-]?\d+|\d+|\s*")  # `VLAN0010` says no more than `10`
_VTP_OWN = frozenset({"1002", "1003", "1004", "1005"})  # token ring and FDDI relics that every Cisco switch lists


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`network` of kind `vlan`, named `10` or `10 CAMERAS`."""
    seen: set[str] = set()
    for column in (STATIC, VTP):
        for index in walk.column(column):
            vlan = index.rpartition(".")[2]
            if vlan in seen or (column == VTP and vlan in _VTP_OWN):
                continue
            seen.add(vlan)
            oid = f"{column}.{index}"
            yield network(evidence_of(oid), _named(vlan, walk.text(oid)), "vlan", "vlan-table")


def _named(vlan: str, name: str) -> str:
    return vlan if _EMPTY_NAME.fullmatch(name) else f"{vlan} {name}"
