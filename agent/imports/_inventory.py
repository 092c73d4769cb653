"""Inventories of other programs and people: a third party's opinion of each thing, under keys of its own, never first hand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from agent.ask import Source
from agent.decode.macs import is_station, mac
from agent.decode.nets import usable
from agent.decode.say import attached, said
from agent.imports import _lines, _tables
from model.canonical import canonical
from model.claims import Fact
from model.evidence import Evidence

MEDIA = "application/json"
MOST = 200_000  # things in one file
FIELDS = ("mac", "address", "name", "manufacturer", "model", "serial", "firmware", "vlan", "port")
_OPINIONS = ("manufacturer", "model", "serial", "firmware", "name")
_SECRET = re.compile(
    r"(?i)passw|secret|communit|psk|passphrase|token|(?:^|_| |-)(?:pin|key|pwd)$|api.?key|private.?key|credential|config_context|config$"
)
_SPLIT = re.compile(r"[\s,;|]+")
_BLANK = re.compile(
    r"(?i)[\s\-.]*|n/?a|none|null|unknown|other|generic|to be filled.*|default string|not specified"
    r"|system (?:manufacturer|product name|serial number)"
)

Thing = Mapping[str, Sequence[str]]


def noted(
    source: Source, kind: str, things: Iterator[tuple[int, str, Any, str]], shape: str, more: str = ""
) -> Iterator[Evidence]:
    """A note for each (place in the file, its name, what is said of it, what is wrong or ""), vantage `file:ORIGIN#name`.

    A name that stands twice gets its place behind it, but where the key `more` says that this is more about the same thing.
    Trouble if nothing is sound.
    """
    seen: set[str] = set()
    bad: list[_lines.Fault] = []
    for place, name, thing, fault in things:
        body = b"" if fault else canonical(masked(thing))
        if fault or len(body) > _lines.PAGE or len(seen) >= MOST:
            bad.append(_lines.Fault(place, fault or "longer than 65,536 bytes, or beyond 200,000 things", b""))
            continue
        own = name.strip()[:200] or f"{place}"
        own = f"{own} ({place})" if own in seen and not (more and more in thing) else own
        seen.add(own)
        yield _tables.single(source, kind, own, body, MEDIA)
    if not seen:
        raise _lines.wrong_kind(source, kind, shape)
    yield from _lines.failed(source, kind, bad)


def masked(thing: Any, depth: int = 0) -> Any:
    """The same with values under secret names starred out, length kept; what is nested deeper than 16 is left out."""
    if depth > 16:
        return None
    if isinstance(thing, dict):
        return {
            str(key): _starred(value) if _SECRET.search(str(key)) else masked(value, depth + 1)
            for key, value in thing.items()
        }
    if isinstance(thing, list):
        return [masked(one, depth + 1) for one in thing]
    return str(thing) if isinstance(thing, float) or (isinstance(thing, int) and abs(thing) > 2**53 - 1) else thing


def _starred(value: Any) -> Any:
    return re.sub(r"\S", "*", value) if isinstance(value, str) else None


def held(evidence: Sequence[Evidence]) -> Iterator[tuple[str, Any]]:
    """(evidence id, what is said of one thing) of each note that can be read."""
    for one in evidence:
        if one.body is not None and one.observation.status in _tables.KEPT:
            try:
                yield one.id, msgspec.json.decode(one.body)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                continue


def facts(evidence: str, thing: Thing) -> Iterator[Fact]:
    """`inventory.*`, `mac.address`, `ip.address` and `attached` about `neighbor:inventory`; nothing for an empty row."""
    about = "neighbor:inventory"
    for station in dict.fromkeys(map(mac, _words(thing, "mac"))):
        if is_station(station):
            yield from said(evidence, about, "mac.address", station)
    for address in dict.fromkeys(text.partition("/")[0].partition("%")[0] for text in _words(thing, "address")):
        if usable(address):
            yield from said(evidence, about, "ip.address", address)
    for field in _OPINIONS:
        for text in thing.get(field, ()):
            if not _BLANK.fullmatch(text):
                yield from said(evidence, about, f"inventory.{field}", text)
    where = {field: next((text for text in thing.get(field, ()) if text.strip()), "") for field in ("port", "vlan")}
    yield from attached(evidence, about, **where)


def _words(thing: Thing, field: str) -> list[str]:
    """Each address of cells that hold several; a MAC written with blanks is one."""
    found: list[str] = []
    for text in thing.get(field, ()):
        found += [text] if mac(text) else [word for word in _SPLIT.split(text) if word]
    return found


def texts(value: Any) -> list[str]:
    """A JSON value as texts: a list's items, an object's name; [] for what holds none."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int):
        return [str(value)]
    if isinstance(value, list):
        return [text for one in value[:1000] for text in texts(one)]
    if isinstance(value, dict):
        return next(
            (texts(value[key]) for key in ("name", "display", "address", "model", "value") if value.get(key)), []
        )
    return []


def at(thing: Any, *path: str) -> Any:
    """What stands at a path of keys in nested objects, None where there is nothing."""
    for key in path:
        thing = thing.get(key) if isinstance(thing, dict) else None
    return thing
