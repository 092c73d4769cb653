"""RTSP: one OPTIONS request. No DESCRIBE, no login, no stream."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Tcp
from agent.decode.http import host
from agent.probes._banner import ports
from agent.probes._headers import headers
from model.claims import Fact
from model.evidence import Evidence

TITLE = "RTSP options"
REACH = "host"
PORTS = ("tcp/554",)
DEFAULT = True
ALSO = (8554,)
_KEYS = {"server": "rtsp_header.server", "www-authenticate": "rtsp_header.wwwauth"}


def ask(target: Target) -> Dialogue:
    """OPTIONS once; cameras keep few connections."""
    for port in ports(target, (554,), ALSO):
        lines = f"OPTIONS rtsp://{host(target.address)}:{port}/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: laydown\r\n\r\n"
        yield Tcp(f"OPTIONS (tcp/{port})", port, lines.encode(), "message/rtsp", until=b"\r\n\r\n", limit=8192)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`rtsp_header.server`, `rtsp_header.wwwauth`."""
    yield from headers(evidence, "RTSP", _KEYS)
