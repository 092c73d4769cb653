"""SIP over UDP: one OPTIONS request, which rings nothing (RFC 3261 section 11)."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from agent.ask import Dialogue, Target, Udp
from agent.decode.http import host
from agent.probes._headers import headers
from model.claims import Fact
from model.evidence import Evidence

TITLE = "SIP options"
REACH = "host"
PORTS = ("udp/5060",)
DEFAULT = True
PORT = 5060
_KEYS = {"user-agent": "sip_header.user_agent", "server": "sip_header.server"}


def ask(target: Target) -> Dialogue:
    """OPTIONS once. Its identifiers are a function of the address: a second scan asks the same question."""
    yield Udp("OPTIONS (udp/5060)", PORT, _question(target.address), "message/sip")


def _question(address: str) -> bytes:
    token = sha256(address.encode()).hexdigest()[:16]
    lines = (
        f"OPTIONS sip:{host(address)} SIP/2.0",
        f"Via: SIP/2.0/UDP laydown.invalid:5060;rport;branch=z9hG4bK{token}",
        "Max-Forwards: 1",
        f"From: <sip:laydown@laydown.invalid>;tag={token[:8]}",
        f"To: <sip:{host(address)}>",
        f"Call-ID: {token}@laydown.invalid",
        "CSeq: 1 OPTIONS",
        "Contact: <sip:laydown@laydown.invalid>",
        "Accept: application/sdp",
        "User-Agent: laydown",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`sip_header.user_agent`, `sip_header.server` of an answer."""
    yield from headers(evidence, "SIP", _KEYS)
