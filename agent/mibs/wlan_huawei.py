"""Huawei access controllers: the access points they rule (HUAWEI-WLAN-AP-MIB, hwWlanApTable).

Walks of such controllers pass two million rows: these three columns alone are asked for, within bounds.
"""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _radio
from model.claims import Fact

POINTS = _radio.Points(
    "HUAWEI-WLAN-AP-MIB",
    "1.3.6.1.4.1.2011.6.139.13.3.3.1",
    {2: _radio.SERIAL, 3: _radio.MODEL, 4: _radio.NAME},
)
ROOTS = POINTS.roots
SCALARS: tuple[str, ...] = ()
ENTERPRISES = (2011,)
ROWS = 12_000  # a controller rules 10,240 at most


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about `neighbor:ap.<MAC index>`."""
    yield from _radio.points(walk, evidence_of, POINTS)
