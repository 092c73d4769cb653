"""Hardware addresses in every form that tables and files write them, as `aa:bb:cc:dd:ee:ff`; "" for anything else."""

import re

_PAIRS = re.compile(
    r"([0-9a-f]{1,2})([:\- ])([0-9a-f]{1,2})\2([0-9a-f]{1,2})\2([0-9a-f]{1,2})\2([0-9a-f]{1,2})\2([0-9a-f]{1,2})"
)
_BARE = re.compile(r"[0-9a-f]{12}|[0-9a-f]{4}([.\-:])[0-9a-f]{4}\1[0-9a-f]{4}|[0-9a-f]{6}[:\-][0-9a-f]{6}")
_NOT_HEX = re.compile(r"[^0-9a-f]")


def mac(value: bytes | str | int | None) -> str:
    """The address of six octets, or of a text such as `0:1a:2b:3c:4d:5e`, `00-1A-2B-3C-4D-5E` or `001a.2b3c.4d5e`."""
    if isinstance(value, bytes):
        if len(value) == 6:
            return value.hex(":")
        if not 11 <= len(value) <= 20 or not value.isascii():
            return ""
        value = value.decode("ascii")
    if not isinstance(value, str):
        return ""
    return _from_text(value.strip().strip("\0").lower())


def _from_text(text: str) -> str:
    pairs = _PAIRS.fullmatch(text)
    if pairs:
        return ":".join(pairs[n].zfill(2) for n in (1, 3, 4, 5, 6, 7))
    if _BARE.fullmatch(text):
        return bytes.fromhex(_NOT_HEX.sub("", text)).hex(":")
    return ""


def of_index(index: str) -> str:
    """The address in the last six parts of a table index (`0.26.43.60.77.94`)."""
    parts = index.split(".")[-6:]
    if len(parts) != 6 or not all(part.isdigit() and len(part) <= 3 and int(part) < 256 for part in parts):
        return ""
    return bytes(map(int, parts)).hex(":")


def is_station(text: str) -> bool:
    """Whether a written address can be one network card's: neither group, nor broadcast, nor all zeros."""
    return len(text) == 17 and not int(text[1], 16) & 1 and text != "00:00:00:00:00:00"
