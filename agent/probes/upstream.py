"""Upstream: this machine's gateway and the routers heard on the way to a target that the user named. Service evidence.

A carrier's box, and whatever it connects to, is seldom the entity's own equipment; it is what the questions about backhaul,
roaming and interconnection are asked of. So what is heard here becomes no device: it is said about `service:upstream`.
"""

from collections.abc import Iterator, Sequence

import msgspec

from agent.ask import Dialogue, Hops, Target
from agent.decode.macs import is_station, mac
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "the way to the outside (only with --upstream TARGET)"
REACH = "path"
PORTS = ("udp/33434",)
DEFAULT = False
ABOUT = "service:upstream"
MOST = 64  # lines that are read: more hops than an IP packet lives


class Row(msgspec.Struct, frozen=True):
    """One line of a reply to `Hops`. `rtt_us`: microseconds."""

    kind: str
    ttl: str = ""
    address: str = ""
    rtt_us: str = ""
    interface: str = ""
    mac: str = ""


_decode = msgspec.json.Decoder(Row).decode


def ask(target: Target) -> Dialogue:
    """The way to each address named."""
    for address in target.addresses:
        yield Hops(f"way to {address}", address)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`upstream.target`, then `upstream.gateway` and `upstream.hop` as JSON objects, about `service:upstream`."""
    for one in heard(evidence):
        rows = [row for line in (one.body or b"").split(b"\n")[:MOST] if (row := _row(line))]
        if not rows:
            continue
        yield Fact(one.id, ABOUT, "upstream.target", one.observation.asked.removeprefix("way to ")[:255])
        for row in rows:
            value = _gateway(row) if row.kind == "gateway" else _hop(row)
            if value:
                key = "upstream.gateway" if row.kind == "gateway" else "upstream.hop"
                yield Fact(one.id, ABOUT, key, msgspec.json.encode(value, order="sorted").decode())


def _row(line: bytes) -> Row | None:
    try:
        row = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return (
        row if row.kind in ("gateway", "hop", "reached") and max(map(len, (row.address, row.interface))) < 64 else None
    )


def _gateway(row: Row) -> dict[str, str]:
    station = mac(row.mac)
    found = {"interface": row.interface, "address": row.address, "mac": station if is_station(station) else ""}
    return found if row.address else {}


def _hop(row: Row) -> dict[str, str]:
    if not (row.ttl.isdigit() and row.rtt_us.isdigit() and row.address) or len(row.ttl + row.rtt_us) > 16:
        return {}
    return {"kind": row.kind, "ttl": row.ttl, "address": row.address, "rtt_us": row.rtt_us}
