"""IPP: a printer's make, model and firmware by Get-Printer-Attributes. Prints nothing; the raw printing ports are never touched."""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Target, Tcp
from agent.decode import http
from agent.decode.ipp import MAX_SIZE, facts, question
from agent.probes._banner import heard, ports
from model.claims import Fact
from model.evidence import Evidence

TITLE = "IPP printer attributes"
REACH = "host"
PORTS = ("tcp/631",)
DEFAULT = True
PATH = "/ipp/print"  # where IPP Everywhere printers have it (PWG 5100.14)


def ask(target: Target) -> Dialogue:
    """One request. A printer that wants TLS or a login says so and is left."""
    for port in ports(target, (631,)):
        where = f"{http.host(target.address)}:{port}"
        body = question(f"ipp://{where}{PATH}")
        lines = (
            f"POST {PATH} HTTP/1.1",
            f"Host: {where}",
            "User-Agent: laydown",
            "Content-Type: application/ipp",
            f"Content-Length: {len(body)}",
            "Connection: close",
        )
        head = "\r\n".join((*lines, "", "")).encode("ascii")
        yield Tcp(f"Get-Printer-Attributes (tcp/{port})", port, head + body, "message/http", limit=MAX_SIZE + 4_096)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`ipp.*`; the keys are those of agent.decode.ipp."""
    for one in heard(evidence):
        found = http.message(one.body or b"")
        # CUPS answers for the queues of a computer: their makers are not the computer's.
        if found is not None and found.status == 200 and not found.header("server").startswith("CUPS/"):
            yield from facts(one.id, "self", found.body)
