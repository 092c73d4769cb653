"""Optical terminals that an OLT knows: each one's serial begins with who made it (ITU-T G.984.3, vendor id).

Sources: HUAWEI-XPON-MIB (hwGponDeviceOntConfigTable, hwGponDeviceOntVersionTable), ZTE's ZXGPON-ONT-MGMT-MIB
(zxGponOntDevMgmtTable). Passwords stand beside the serials: masked, and asked around one row at a time.
"""

import re
from collections.abc import Callable, Iterator

from agent.decode.ber import Value
from agent.decode.say import attached, said
from agent.decode.walk import Walk, text
from agent.mibs import interfaces
from model.claims import Fact

HUAWEI, ZTE = "1.3.6.1.4.1.2011.6.128.1.1.2", "1.3.6.1.4.1.3902.1012.3.28.1.1"
SERIALS = (f"{HUAWEI}.43.1.3", f"{ZTE}.5")
EQUIPMENT, SOFTWARE, TYPE = f"{HUAWEI}.45.1.4", f"{HUAWEI}.45.1.5", f"{ZTE}.1"
_DETAIL = {EQUIPMENT: "gpon.equipment", SOFTWARE: "gpon.software", TYPE: "gpon.equipment"}
ROOTS = (*SERIALS, *_DETAIL)
SCALARS: tuple[str, ...] = ()
ENTERPRISES = (2011, 3902)
ROWS = 20_000
STEP = dict.fromkeys(SERIALS, 1)
_WRITTEN = re.compile(r"(?:\d,)?([A-Z]{4})([0-9A-F]{8})", re.IGNORECASE)


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`gpon.serial` (`HWTC0123ABCD`), `.equipment`, `.software`, `attached` about `neighbor:ont.<index>`."""
    called = interfaces.names(walk)
    for column in SERIALS:
        for index, value in walk.column(column).items():
            if not (found := serial(value)):
                continue
            about, home = f"neighbor:ont.{index}", evidence_of(f"{column}.{index}")
            yield from said(home, about, "gpon.serial", found)
            port = index.partition(".")[0]
            yield from attached(home, about, called.get(port, port))
            for detail, key in _DETAIL.items():
                if told := walk.text(f"{detail}.{index}"):
                    yield from said(evidence_of(f"{detail}.{index}"), about, key, told)


def serial(value: Value) -> str:
    """Vendor id and number of a serial in its eight octets, in hex, or written out; "" for anything else."""
    if isinstance(value, bytes) and len(value) == 8 and re.fullmatch(rb"[A-Z]{4}", value[:4]):
        return value[:4].decode() + value[4:].hex().upper()
    said_so = text(value)
    if re.fullmatch(r"[0-9A-Fa-f]{16}", said_so):
        return serial(bytes.fromhex(said_so))
    found = _WRITTEN.fullmatch(said_so)
    return (found[1] + found[2]).upper() if found else ""
