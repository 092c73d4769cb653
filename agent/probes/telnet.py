"""Telnet: the greeting and the login prompt. All options are refused at once; nothing is typed."""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Tcp
from agent.decode.say import said
from agent.probes._banner import heard, ports, text
from model.claims import Fact
from model.evidence import Evidence

TITLE = "Telnet greeting"
REACH = "host"
PORTS = ("tcp/23",)
DEFAULT = True
ALSO = (2323,)
LIMIT = 4096  # bytes
WONT, DONT = b"\xff\xfc", b"\xff\xfe"
# RFC 1143 allows a refusal before the offer; servers that wait for an answer about the terminal then go on to greet.
REFUSALS = b"".join(WONT + bytes([option]) for option in (24, 31, 32, 33, 35, 36, 39)) + DONT + b"\x05"
_COMMAND = re.compile(rb"\xff(?:\xfa.*?\xff\xf0|[\xfb-\xfe].|\xff|.)", re.DOTALL)
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|.)")


def ask(target: Target) -> Dialogue:
    """Connect, refuse the usual options, read until it falls silent."""
    for port in ports(target, (23,), ALSO):
        yield Tcp(f"greeting (tcp/{port})", port, REFUSALS, limit=LIMIT, wait=3.0)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`telnet.banner`: what was said, without option commands and terminal escapes."""
    for one in heard(evidence):
        shown = _COMMAND.sub(lambda found: b"\xff" if found[0] == b"\xff\xff" else b"", (one.body or b"")[:LIMIT])
        yield from said(one.id, "self", "telnet.banner", _ESCAPE.sub("", text(shown)))
