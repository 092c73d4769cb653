"""SNMPv3 engine id: an unauthenticated discovery GET, which SNMPv3 agents answer with a report (RFC 3414 section 4).

No community, no user, no password: the answer names the agent's engine, whose first octets hold its maker's number.
"""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Sweep, Target
from agent.decode.ber import write_pdu
from agent.decode.say import said
from agent.decode.tlv import element, expect, int_bytes, integer
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "SNMPv3 engine id, without credential"
REACH = "wide"
PORTS = ("udp/161",)
DEFAULT = True
PORT = 161
MEDIA = "application/x-snmp"
MESSAGE_ID = 0x4C61
REPORTABLE, USM = b"\x04", 3


def ask(target: Target) -> Dialogue:
    """One datagram to each address; replies come in batches until the last."""
    sweep = Sweep("SNMPv3 engine id", "udp", target.addresses, PORT, question(), MEDIA)
    while (yield sweep).status == "noted":
        pass


def question() -> bytes:
    """A version 3 message with empty engine, user and object list, reportable, neither authenticated nor encrypted."""
    flags = int_bytes(MESSAGE_ID) + int_bytes(65_507) + element(0x04, REPORTABLE) + int_bytes(USM)
    nobody = element(0x30, b"\x04\x00" + int_bytes(0) + int_bytes(0) + b"\x04\x00" * 3)
    scoped = element(0x30, b"\x04\x00\x04\x00" + write_pdu("get", MESSAGE_ID, ()))
    return element(0x30, int_bytes(3) + element(0x30, flags) + element(0x04, nobody) + scoped)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`snmp.engine_id` about self, lower-case hex."""
    for one in heard(evidence):
        yield from said(one.id, "self", "snmp.engine_id", engine_id(one.body or b"").hex())


def engine_id(message: bytes) -> bytes:
    """msgAuthoritativeEngineID of a version 3 message, b"" where there is none of 5 to 32 octets."""
    try:
        at, end = expect(message, 0, len(message), 0x30, "message")
        first, at = expect(message, at, end, 0x02, "version")
        if integer(message, first, at) != 3:
            return b""
        _, at = expect(message, at, end, 0x30, "global data")
        at, end = expect(message, at, end, 0x04, "security parameters")
        at, end = expect(message, at, end, 0x30, "user security model")
        first, past = expect(message, at, end, 0x04, "engine id")
    except ValueError:
        return b""
    return message[first:past] if 5 <= past - first <= 32 else b""
