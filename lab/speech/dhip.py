"""Answers Dahua's discovery (DHIP) as fingerprints 3.2 gives header and fields; other methods are noted and unanswered."""

import json
import struct
from collections.abc import Callable

from lab.speech.setting import Setting

HEADER = struct.Struct("<I4s8xI4xI4x")


def answers(setting: Setting) -> Callable[[bytes], bytes | None]:
    """`answer` of the port is the deviceInfo object (JSON). In an anonymous site nobody speaks it: the protocol is a maker's name."""
    return lambda asked: None if setting.site.anonymous else _reply(setting, asked)


def _reply(setting: Setting, asked: bytes) -> bytes | None:
    method = _method(asked)
    setting.note(f"DHIP {method or 'nothing known'}"[:200])
    if method != "DHDiscover.search":
        return None
    own = json.loads(setting.filled(setting.port.answer))
    said = {"mac": setting.device.mac, "method": "client.notifyDevInfo", "params": {"deviceInfo": own}}
    body = json.dumps(said, separators=(",", ":")).encode() + b"\n"
    return HEADER.pack(HEADER.size, b"DHIP", len(body), len(body)) + body


def _method(asked: bytes) -> str:
    """The method of a question whose header is right, "" else: a bare question gets no answer."""
    body = asked[HEADER.size :]
    if asked[: HEADER.size] != HEADER.pack(HEADER.size, b"DHIP", len(body), len(body)):
        return ""
    try:
        return str(json.loads(body)["method"])
    except (ValueError, KeyError, TypeError):
        return ""
