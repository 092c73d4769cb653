"""Ruckus ZoneDirector: access points, clients, SSIDs (RUCKUS-ZD-WLAN-MIB; Unleashed keeps the same shape)."""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _radio
from model.claims import Fact

TREES = ("1.3.6.1.4.1.25053.1.2.2.1.1", "1.3.6.1.4.1.25053.1.15.2.1.1")
SSIDS = tuple(f"{tree}.1.1.1.1" for tree in TREES)
POINTS = tuple(
    _radio.Points(
        "RUCKUS-ZD-WLAN-MIB",
        f"{tree}.2.1.1",
        {
            1: _radio.MAC,
            2: _radio.NAME,
            4: _radio.MODEL,
            5: _radio.SERIAL,
            7: _radio.FIRMWARE,
            10: _radio.ADDRESS,
        },
    )
    for tree in TREES
)
CLIENTS = tuple(_radio.Clients(f"{tree}.3.1.1", station=1, point=2, ssid=4, address=8) for tree in TREES)
ROOTS = (
    *(root for table in POINTS for root in table.roots),
    *(root for table in CLIENTS for root in table.roots),
    *SSIDS,
)
SCALARS: tuple[str, ...] = ()
ENTERPRISES = (25053,)
ROWS = 20_000
STEP = dict.fromkeys(SSIDS, 1)  # keys of the networks stand some columns behind their names


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about `neighbor:ap.<MAC index>` and `station:MAC`, and `network` of kind `ssid`."""
    for points, clients in zip(POINTS, CLIENTS, strict=True):
        yield from _radio.points(walk, evidence_of, points)
        yield from _radio.clients(walk, evidence_of, clients, _radio.names(walk, points))
    yield from _radio.ssids(walk, evidence_of, *SSIDS)
