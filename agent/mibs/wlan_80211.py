"""IEEE802dot11-MIB: the network names that an access point offers, and who made the station (dot11ResourceInfoTable)."""

from collections.abc import Callable, Iterator

from agent.decode.say import said
from agent.decode.walk import Walk
from agent.mibs import _radio
from model.claims import Fact

SSID = "1.2.840.10036.1.1.1.9"
RESOURCE = "1.2.840.10036.3.1.2.1"
_TOLD = {f"{RESOURCE}.2": "dot11.manufacturer", f"{RESOURCE}.3": "dot11.product", f"{RESOURCE}.4": "dot11.version"}
ROOTS = (SSID, *_TOLD)
SCALARS: tuple[str, ...] = ()
ROWS = 512
STEP = {SSID: 1}  # the tables behind it hold keys


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`network` of kind `ssid`; `dot11.*` about self, of the first radio that says it."""
    yield from _radio.ssids(walk, evidence_of, SSID)
    for column, key in _TOLD.items():
        for index, text in list(walk.texts(column).items())[:1]:
            yield from said(evidence_of(f"{column}.{index}"), "self", key, text)
