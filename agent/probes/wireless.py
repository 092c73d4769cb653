"""Wireless: the access points that this machine's own radios have heard of late. Nothing is sent, no network is joined.

A radio hears the neighbours' networks too, so an access point heard is a station with its SSID, known from a table: whose
it is, a person says.
"""

from collections.abc import Iterator, Sequence

import msgspec

from agent.ask import Dialogue, Radio, Target
from agent.decode import beacon
from agent.decode.macs import is_station, mac
from agent.decode.say import attached, network, said
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "access points heard by this machine's radios"
REACH = "machine"
PORTS: tuple[str, ...] = ()
DEFAULT = True
MOST = 10_000  # access points of one reply


class Row(msgspec.Struct, frozen=True):
    """One access point; see agent.ask.Radio."""

    interface: str
    bssid: str
    ssid: str = ""
    mhz: str = ""
    dbm: str = ""
    elements: str = ""


_decode = msgspec.json.Decoder(Row).decode


def ask(target: Target) -> Dialogue:
    """The kernel's list, once."""
    yield Radio("beacons heard")


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`attached` with the SSID and `wps.*` about `station:BSSID`; a `network` for each SSID."""
    seen: set[str] = set()
    for one in heard(evidence):
        for row in filter(None, map(_row, (one.body or b"").split(b"\n")[:MOST])):
            about = f"station:{mac(row.bssid)}"
            yield from said(one.id, about, "mac.address", mac(row.bssid))
            yield from attached(one.id, about, row.interface, ssid=row.ssid)
            yield from beacon.facts(one.id, about, bytes.fromhex(row.elements))
            if row.ssid and row.ssid not in seen:
                seen.add(row.ssid)
                yield network(one.id, row.ssid, "ssid", "radio")


def _row(line: bytes) -> Row | None:
    try:
        row = _decode(line)
        bytes.fromhex(row.elements)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError):
        return None
    return row if is_station(mac(row.bssid)) and len(row.ssid) <= 32 and len(row.interface) <= 16 else None
