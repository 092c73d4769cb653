"""Optical terminals that an OLT knows: each one's serial begins with who made it (ITU-T G.984.3, vendor id).

Sources: HUAWEI-XPON-MIB (hwGponDeviceOntConfigTable, hwGponDeviceOntVersionTable), ZTE's ZXGPON-ONT-MGMT-MIB
(zxGponOntDevMgmtTable). Passwords stand beside the serials: masked, and asked around one row at a time.
"""

from collections.abc import Callable, Iterator

from agent.decode.gpon import serial
from agent.decode.say import attached, said
from agent.decode.walk import Walk
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
