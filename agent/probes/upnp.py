"""UPnP: the description of a host that answers a search, fetched once, from that very host and nowhere else."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from agent.ask import Dialogue, Target, Tcp, Udp
from agent.decode import http, ssdp, upnp
from agent.probes._banner import heard
from agent.probes.ssdp import PORT, search
from model.claims import Fact
from model.evidence import Evidence

TITLE = "UPnP device description"
REACH = "host"
PORTS = ("udp/1900",)
DEFAULT = True
SEARCHED = "M-SEARCH upnp:rootdevice (udp/1900)"
DESCRIBED = "UPnP description"
LIMIT = upnp.MAX_SIZE + 4_096  # bytes: the document and its head
_SAFE_PATH = re.compile(r"/[!-~]{0,300}")


def ask(target: Target) -> Dialogue:
    """One datagram; who is silent is asked nothing more. No redirect is followed."""
    reply = yield Udp(SEARCHED, PORT, search("upnp:rootdevice"), wait=3.0, retries=0)
    if reply.status != "answered":
        return
    try:
        place = here(ssdp.read(reply.body).location, target.address)
    except ValueError:
        return
    if place:
        port, path = place
        where = f"{http.host(target.address)}:{port}"
        lines = f"GET {path} HTTP/1.1\r\nHost: {where}\r\nUser-Agent: laydown\r\nConnection: close\r\n\r\n"
        yield Tcp(f"{DESCRIBED} (tcp/{port})", port, lines.encode("ascii"), "message/http", limit=LIMIT)


def here(location: str, address: str) -> tuple[int, str] | None:
    """(port, path) of a LOCATION that names exactly `address` over plain HTTP; None for any other.

    A name, another host or a zone that is not ours is a stranger's wish for a request of ours: not granted.
    """
    try:
        to = urlsplit(location)
        port = to.port or 80
    except ValueError:
        return None
    path = (to.path or "/") + (f"?{to.query}" if to.query else "")
    same = (to.hostname or "").partition("%")[0] == address.partition("%")[0].lower()
    if to.scheme != "http" or not same or to.username is not None or not _SAFE_PATH.fullmatch(path):
        return None
    return port, path


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`upnp.manufacturer`, `upnp.model_name`, `upnp.serial` and its kin; of the answer `upnp.server`, `ssdp.*`."""
    for one in heard(evidence):
        body = one.body or b""
        if not one.observation.asked.startswith(DESCRIBED):
            yield from ssdp.facts(one.id, "self", body, one.observation.target)
            continue
        found = http.message(body)
        if found is not None and found.status == 200:
            yield from upnp.facts(one.id, "self", found.body)
