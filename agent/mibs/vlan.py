"""VLAN tables: Q-BRIDGE-MIB (RFC 4363), Cisco's VTP table, and those of Huawei, Juniper and Extreme.

Sources: CISCO-VTP-MIB, HUAWEI-L2VLAN-MIB, JUNIPER-VLAN-MIB and JUNIPER-L2ALD-MIB, EXTREME-VLAN-MIB.
"""

import re
from collections.abc import Callable, Iterator

from agent.decode.say import network
from agent.decode.walk import Walk, number
from agent.mibs import fdb
from model.claims import Fact

STATIC = "1.3.6.1.2.1.17.7.1.4.3.1.1"
VTP = "1.3.6.1.4.1.9.9.46.1.3.1.1.4"
VTP_STATE = "1.3.6.1.4.1.9.9.46.1.3.1.1.2"
HUAWEI = "1.3.6.1.4.1.2011.5.25.42.3.1.1.1.1.2"  # the index is the VLAN
PAIRS = (  # (names, numbers) of tables whose index says nothing
    ("1.3.6.1.4.1.2636.3.40.1.5.1.5.1.2", "1.3.6.1.4.1.2636.3.40.1.5.1.5.1.5"),
    ("1.3.6.1.4.1.2636.3.48.1.3.1.1.2", "1.3.6.1.4.1.2636.3.48.1.3.1.1.3"),
    ("1.3.6.1.4.1.1916.1.2.1.2.1.2", "1.3.6.1.4.1.1916.1.2.1.2.1.10"),
)
ROOTS = (STATIC, VTP, VTP_STATE, HUAWEI, *(column for pair in PAIRS for column in pair))
SCALARS: tuple[str, ...] = ()
ENTERPRISES = {VTP: (9,), VTP_STATE: (9,), HUAWEI: (2011,)}
ENTERPRISES |= {column: (int(column.split(".")[6]),) for pair in PAIRS for column in pair}
ROWS = 8_192
OPERATIONAL, MOST = 1, 256  # vtpVlanState; VLANs whose own tables are asked for
_EMPTY_NAME = re.compile(r"(?i)vlan[ _-]?(?:id)?[ _-]?\d+|\d+|\s*")  # `VLAN0010` says no more than `10`
_VTP_OWN = frozenset({"1002", "1003", "1004", "1005"})  # token ring and FDDI relics that every Cisco switch lists


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`network` of kind `vlan`, named `10` or `10 CAMERAS`."""
    seen: set[str] = set()
    for oid, vlan in (*_by_index(walk), *_by_number(walk), *_learnt(walk)):
        if vlan not in seen and vlan.isdigit() and 0 < int(vlan) < 4095:
            seen.add(vlan)
            name = "" if oid.startswith(fdb.VLAN_FDB) else walk.text(oid)
            yield network(evidence_of(oid), _named(vlan, name), "vlan", "vlan-table")


def _by_index(walk: Walk) -> Iterator[tuple[str, str]]:
    for column in (STATIC, VTP, HUAWEI):
        for index in walk.column(column):
            vlan = index.rpartition(".")[2]
            if column != VTP or vlan not in _VTP_OWN:
                yield f"{column}.{index}", vlan


def _by_number(walk: Walk) -> Iterator[tuple[str, str]]:
    for names, numbers in PAIRS:
        for index, value in walk.column(numbers).items():
            if walk.get(f"{names}.{index}"):
                yield f"{names}.{index}", str(number(value) or 0)


def _learnt(walk: Walk) -> Iterator[tuple[str, str]]:
    """VLANs that are there without a name: learnt by GVRP, or in a table that has no names."""
    for index in walk.column(fdb.VLAN_FDB):
        yield f"{fdb.VLAN_FDB}.{index}", index.rpartition(".")[2]


def active(walk: Walk) -> list[str]:
    """Numbers of the VLANs that VTP calls operational, Cisco's relics left out, MOST at most."""
    states = ((index.rpartition(".")[2], number(value)) for index, value in walk.column(VTP_STATE).items())
    found = (vlan for vlan, state in states if state == OPERATIONAL and vlan not in _VTP_OWN)
    return list(dict.fromkeys(found))[:MOST]


def _named(vlan: str, name: str) -> str:
    return vlan if _EMPTY_NAME.fullmatch(name) else f"{vlan} {name}"
