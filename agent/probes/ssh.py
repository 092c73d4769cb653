"""SSH: the server's ident line. Nothing is sent: no key exchange, no login."""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Tcp
from agent.decode.say import said
from agent.probes._banner import heard, ports, text
from model.claims import Fact
from model.evidence import Evidence

TITLE = "SSH ident line"
REACH = "host"
PORTS = ("tcp/22",)
DEFAULT = True
ALSO = (2222,)
# RFC 4253 section 4.2: lines may stand before the ident; `SSH-2.0--` is what some makers hide their version with.
_IDENT = re.compile(rb"^SSH-\d\.\d{1,2}-([^\r\n]*)", re.MULTILINE)


def ask(target: Target) -> Dialogue:
    """Connect and read a line."""
    for port in ports(target, (22,), ALSO):
        yield Tcp(f"ident (tcp/{port})", port, until=b"\n", limit=2048)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`ssh.banner`: the ident without its protocol version."""
    for one in heard(evidence):
        found = _IDENT.search(one.body or b"")
        if found:
            yield from said(one.id, "self", "ssh.banner", text(found[1]))
