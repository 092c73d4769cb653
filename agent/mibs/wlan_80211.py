"""IEEE802dot11-MIB: the network names that an access point offers (dot11DesiredSSID)."""

from collections.abc import Callable, Iterator

from agent.decode.walk import Walk
from agent.mibs import _radio
from model.claims import Fact

SSID = "1.2.840.10036.1.1.1.9"
ROOTS = (SSID,)
SCALARS: tuple[str, ...] = ()
ROWS = 512
STEP = {SSID: 1}  # the tables behind it hold keys


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`network` of kind `ssid`."""
    yield from _radio.ssids(walk, evidence_of, SSID)
