"""IPP Get-Printer-Attributes and its answer (RFC 8010, RFC 8011 section 4.2.5): who made the printer. Pure, bounded."""

from collections.abc import Iterator

from agent.decode.say import said
from model.claims import Fact

MAX_SIZE, MOST = 65_536, 2_000  # bytes of an answer; values in it
GET_PRINTER_ATTRIBUTES = 0x000B
CHARSET, LANGUAGE, URI, KEYWORD = 0x47, 0x48, 0x45, 0x44
OPERATION, END, PRINTER = 0x01, 0x03, 0x04
TEXTS = frozenset({0x41, 0x42, 0x44, 0x45})  # text, name, keyword, uri
WITH_LANGUAGE = frozenset({0x35, 0x36})
KEYS = {  # attribute (RFC 8011, PWG 5100.13, PWG 5110.1): fact
    "printer-make-and-model": "ipp.make_and_model",
    "printer-device-id": "ipp.device_id",
    "printer-name": "ipp.name",
    "printer-uuid": "ipp.uuid",
    "printer-firmware-name": "ipp.firmware_name",
    "printer-firmware-string-version": "ipp.firmware",
}


def question(uri: str) -> bytes:
    """The request's body: the attributes of KEYS, of the printer at `uri`."""
    out = b"\x01\x01" + GET_PRINTER_ATTRIBUTES.to_bytes(2, "big") + b"\x00\x00\x00\x01" + bytes((OPERATION,))
    out += _attribute(CHARSET, "attributes-charset", "utf-8")
    out += _attribute(LANGUAGE, "attributes-natural-language", "en")
    out += _attribute(URI, "printer-uri", uri)
    for at, name in enumerate(KEYS):
        out += _attribute(KEYWORD, "" if at else "requested-attributes", name)
    return out + bytes((END,))


def _attribute(tag: int, name: str, value: str) -> bytes:
    return bytes((tag,)) + b"".join(len(x).to_bytes(2, "big") + x.encode("ascii") for x in (name, value))


def read(data: bytes) -> dict[str, tuple[str, ...]]:
    """{printer attribute: its texts} of a successful answer; ValueError for anything else. A cut one gives what it holds."""
    if not 9 <= len(data) <= MAX_SIZE or data[0] not in (1, 2) or data[2] & 0xFF:
        raise ValueError("no successful IPP answer")
    found: dict[str, tuple[str, ...]] = {}
    group, name, at = 0, "", 8
    for _ in range(MOST):
        if at >= len(data) or data[at] == END:
            break
        if data[at] < 0x10:
            group, at = data[at], at + 1
            continue
        tag, at = data[at], at + 1
        first, at = _piece(data, at)
        value, at = _piece(data, at)
        if value is None:
            break
        name = (first or b"").decode("ascii", "replace") or name
        if group == PRINTER and name in KEYS and tag in TEXTS | WITH_LANGUAGE:
            found[name] = (*found.get(name, ()), _text(tag, value))
    return found


def _piece(data: bytes, at: int) -> tuple[bytes | None, int]:
    """The bytes after a length of two, and where they end; None where the answer is cut in them."""
    size = int.from_bytes(data[at : at + 2], "big")
    if at + 2 + size > len(data):
        return None, len(data)
    return data[at + 2 : at + 2 + size], at + 2 + size


def _text(tag: int, value: bytes) -> str:
    if tag in WITH_LANGUAGE:
        _, at = _piece(value, 0)
        value = _piece(value, at)[0] or b""
    return " ".join(value.decode("utf-8", "replace").split())


def facts(evidence: str, about: str, payload: bytes) -> Iterator[Fact]:
    """`ipp.make_and_model`, `ipp.device_id` and the others of KEYS; nothing from rubbish."""
    try:
        found = read(payload)
    except ValueError:
        return
    for name, key in KEYS.items():
        for value in dict.fromkeys(found.get(name, ())):
            yield from said(evidence, about, key, value)
