"""SNMPv2-MIB system group and the engine id: what the agent says of itself (RFC 3418, RFC 3411)."""

from collections.abc import Callable, Iterator

from agent.decode.say import said
from agent.decode.walk import Walk
from model.claims import Fact

ROOTS: tuple[str, ...] = ()
OBJECT_ID = "1.3.6.1.2.1.1.2.0"
_TEXTS = {
    "1.3.6.1.2.1.1.1.0": "snmp.sys_description",
    OBJECT_ID: "snmp.sys_object_id",
    "1.3.6.1.2.1.1.5.0": "snmp.sys_name",
    "1.3.6.1.2.1.1.6.0": "snmp.sys_location",
}
ENGINE = "1.3.6.1.6.3.10.2.1.1.0"
SCALARS = (*_TEXTS, ENGINE)


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Four texts and the engine id in lower-case hex."""
    for oid, key in _TEXTS.items():
        if walk.get(oid):
            yield from said(evidence_of(oid), "self", key, _plain(key, walk.text(oid)))
    engine = walk.value(ENGINE)
    if isinstance(engine, bytes) and 5 <= len(engine) <= 32:  # RFC 3411: an SnmpEngineID has 5 to 32 octets
        yield from said(evidence_of(ENGINE), "self", "snmp.engine_id", engine.hex())


def _plain(key: str, text: str) -> str:
    # Files write object identifiers with a leading dot, the wire has none.
    return text.lstrip(".") if key == "snmp.sys_object_id" else text
