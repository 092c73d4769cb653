"""Which TCP ports that the other probes would ask are open: a bare connect, so that only live ports are asked more."""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Tcp
from agent.decode.say import said
from model import folder
from model.claims import Fact
from model.evidence import Evidence

TITLE = "open TCP ports"
REACH = "host"
DEFAULT = True
_ASKED = re.compile(r"connect \(tcp/(\d{1,5})\)")


def __getattr__(name: str) -> tuple[str, ...]:
    # The other probes' ports, looked up when first wanted: a probe added to the folder is asked for too.
    if name == "PORTS":
        return tuple(f"tcp/{port}" for port in _ports())
    raise AttributeError(name)


def _ports() -> list[int]:
    found: set[int] = set()
    for name in folder.names("agent.probes"):
        if name != "tcp_ports":
            probe = folder.module("agent.probes", name)
            found.update(int(port[4:]) for port in probe.PORTS if port.startswith("tcp/") and probe.DEFAULT)
    return sorted(found)


def ask(target: Target) -> Dialogue:
    """One connection a port; nothing is sent. Ports already known to be open are not asked again."""
    for port in _ports():
        if port not in target.open_ports:
            yield Tcp(f"connect (tcp/{port})", port, limit=0, wait=1.5)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`tcp.open` for each port that let us connect: it spoke, or it was silent with an answer of no bytes."""
    for one in evidence:
        asked = _ASKED.fullmatch(one.observation.asked)
        spoke = one.observation.status in ("answered", "cut")
        quiet = one.observation.status == "silent" and one.observation.answer is not None
        if asked and (spoke or quiet):
            yield from said(one.id, "self", "tcp.open", asked[1])
