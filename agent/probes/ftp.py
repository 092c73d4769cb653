"""FTP: the server's greeting. Nothing is sent: no login."""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Tcp
from agent.decode.say import said
from agent.probes._banner import heard, ports, text
from model.claims import Fact
from model.evidence import Evidence

TITLE = "FTP greeting"
REACH = "host"
PORTS = ("tcp/21",)
DEFAULT = True
_CODE = re.compile(r"^(?:220|120|421)[ -]", re.MULTILINE)


def ask(target: Target) -> Dialogue:
    """Connect and read a line."""
    for port in ports(target, (21,)):
        yield Tcp(f"greeting (tcp/{port})", port, until=b"\n", limit=4096)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`ftp.banner`: the greeting without its reply codes."""
    for one in heard(evidence):
        greeting = text(one.body or b"")
        if _CODE.match(greeting):  # anything else does not speak FTP
            yield from said(one.id, "self", "ftp.banner", _CODE.sub("", greeting))
