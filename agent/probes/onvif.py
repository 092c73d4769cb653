"""ONVIF: the device's time, which is free to everybody, and then, once, who made it. No login; a refusal ends it.

Asked only where something speaks for a camera: RTSP (554 or 8554) is open, or ONVIF's own port 8899 is. A web server alone is
nobody's reason for a POST. Where it is not known which ports are open, 8899 is tried and nothing else.
"""

from collections.abc import Iterator, Sequence

from agent.ask import Dialogue, Reply, Target, Tcp
from agent.decode.onvif import DEVICE, PATH, TIME, answer, ends, facts, request
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "ONVIF device information, without login"
REACH = "host"
PORTS = ("tcp/80", "tcp/8080", "tcp/8899")
DEFAULT = True
SIGNS, OWN, WEB = (554, 8554), 8899, (80, 8080)
LIMIT = 65_536 + 8_192  # bytes: an envelope and its head


def ask(target: Target) -> Dialogue:
    """Port after port until one speaks SOAP or wants a login; the second question only where the first was answered."""
    for port in _ports(target.open_ports):
        reply = yield _call(TIME, target.address, port)
        if _answered(reply) and answer(reply.body, TIME) is not None:
            yield _call(DEVICE, target.address, port)
        if _answered(reply) and ends(reply.body):
            return


def _ports(known: tuple[int, ...]) -> list[int]:
    if not known:
        return [OWN]
    if OWN not in known and not set(SIGNS) & set(known):
        return []
    return [port for port in (OWN, *WEB) if port in known]


def _call(call: str, address: str, port: int) -> Tcp:
    return Tcp(f"POST {PATH} {call} (tcp/{port})", port, request(call, address, port), "message/http", limit=LIMIT)


def _answered(reply: Reply) -> bool:
    return reply.status in ("answered", "cut")


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`onvif.manufacturer`, `onvif.model`, `onvif.firmware`, `onvif.serial`, `onvif.hardware_id`."""
    for one in heard(evidence):
        yield from facts(one.id, "self", one.body or b"")
