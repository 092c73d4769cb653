"""Answers a NetBIOS node status request with the names of the port and the device's MAC (RFC 1002 4.2.18)."""

import struct
from collections.abc import Callable

from lab.speech.setting import Setting

GROUP, ACTIVE, STATUS = 0x8000, 0x0400, b"\x00\x21\x00\x01"


def answers(setting: Setting) -> Callable[[bytes], bytes | None]:
    """`answer` of the port holds lines `name: DESK-1` and `group: OFFICE`."""
    lines = [line.partition(":") for line in setting.port.answer.strip().splitlines()]
    rows = [
        value.strip().upper().encode().ljust(15)[:15] + bytes((suffix,)) + struct.pack(">H", flags)
        for name, _, value in lines
        for suffix, flags in ([(0, ACTIVE), (0x20, ACTIVE)] if name.strip() == "name" else [(0, GROUP | ACTIVE)])
    ]
    return lambda asked: _reply(setting, asked, rows)


def _reply(setting: Setting, asked: bytes, rows: list[bytes]) -> bytes | None:
    setting.note("NetBIOS question")
    if len(asked) != 50 or asked[46:50] != STATUS or asked[2] & 0x80:
        return None
    unit = bytes.fromhex(setting.device.mac.replace(":", ""))
    data = bytes((len(rows),)) + b"".join(rows) + unit + b"\0" * 40
    return asked[:2] + b"\x84\0\0\0\0\1\0\0\0\0" + asked[12:50] + b"\0\0\0\0" + struct.pack(">H", len(data)) + data
