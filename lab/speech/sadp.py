"""Answers Hikvision's discovery (SADP) as fingerprints 3.1 gives its fields; other types than `inquiry` are noted and unanswered."""

import re
from collections.abc import Callable

from lab.speech.setting import Setting

_UUID, _TYPES = re.compile(r"<Uuid>([^<]{1,64})</Uuid>"), re.compile(r"<Types>([^<]{1,64})</Types>")


def answers(setting: Setting) -> Callable[[bytes], bytes | None]:
    """`answer` of the port holds the device's own elements. In an anonymous site nobody speaks it: the protocol is a maker's name."""
    return lambda asked: None if setting.site.anonymous else _reply(setting, asked.decode("latin-1"))


def _reply(setting: Setting, asked: str) -> bytes | None:
    uuid, kind = _UUID.search(asked), _TYPES.search(asked)
    setting.note(f"SADP {kind[1] if kind else 'nothing known'}")
    if "<Probe>" not in asked or uuid is None or kind is None or kind[1] != "inquiry":
        return None
    own = setting.filled(setting.port.answer).strip().splitlines()
    head = ('<?xml version="1.0" encoding="UTF-8" ?>', "<ProbeMatch>", uuid[0], "<Types>inquiry</Types>")
    return "\r\n".join((*head, *own, "</ProbeMatch>", "")).encode()
