"""Answers an SSDP search: a datagram for each of the port's targets that is asked for (UPnP Device Architecture 1.1, 1.3)."""

from collections.abc import Callable, Iterator
from uuid import NAMESPACE_OID, uuid5

from lab.speech.setting import Setting

ROOT, ALL = "upnp:rootdevice", "ssdp:all"


def answers(setting: Setting) -> Callable[[bytes], list[bytes]]:
    """`answer` of the port holds lines `server: ...`, `location: ...` and, for each target beside the root, `st: ...`."""
    return lambda asked: list(_replies(setting, asked.decode("latin-1")))


def _replies(setting: Setting, asked: str) -> Iterator[bytes]:
    first, *lines = asked.split("\r\n")
    heard = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    setting.note(f"SSDP {first[:60]} {heard.get('st', '')[:80]}")
    if not first.startswith("M-SEARCH ") or heard.get("man", "").strip('"') != "ssdp:discover":
        return
    own = [line.partition(":") for line in setting.filled(setting.port.answer).strip().splitlines()]
    said = {name: value.strip() for name, _, value in own}
    uuid = f"uuid:{uuid5(NAMESPACE_OID, setting.device.mac)}"
    for target in (ROOT, uuid, *(value.strip() for name, _, value in own if name == "st")):
        if heard.get("st") in (ALL, target):
            usn = uuid if target == uuid else f"{uuid}::{target}"
            head = ("HTTP/1.1 200 OK", "CACHE-CONTROL: max-age=1800", "EXT:", f"LOCATION: {said.get('location', '')}")
            yield "\r\n".join(
                (*head, f"SERVER: {said.get('server', '')}", f"ST: {target}", f"USN: {usn}", "", "")
            ).encode()
