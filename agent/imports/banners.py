"""Banners in JSONL: `{"id": ..., "field": ..., "text": ...}` a line, a device each; `field` is a fact key."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from agent.ask import Source
from agent.decode.say import said
from agent.imports import _lines
from model.canonical import canonical
from model.claims import Fact
from model.evidence import Evidence, observed

TITLE = "banners (JSONL: id, field, text a line)"
KIND, MEDIA = "banners", "application/json"
_FIELD = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_COOKIE_VALUE = re.compile(r"(?<==)[^;\s]+")
_ONE_TIME = re.compile(r'(?i)(\b(?:nonce|nextnonce|opaque|cnonce|response|rspauth)\s*=\s*"?)([^",\s]+)')


class Banner(msgspec.Struct, forbid_unknown_fields=True):
    """One line. `id`: the device's name within the file, at most 255 characters."""

    id: str
    field: str
    text: str


_decode = msgspec.json.Decoder(Banner).decode


def sniff(name: str, head: bytes) -> bool:
    """Whether the first line is a banner."""
    return isinstance(_banner(head.lstrip().split(b"\n")[0]), Banner)


def take(source: Source) -> Iterator[Evidence]:
    """One evidence for each good line, vantage `file:ORIGIN#id`; then the bad lines. Trouble if none is good."""
    some, bad = False, []
    for number, line in _lines.lines(source.data):
        if line.strip():
            banner = _banner(line)
            if isinstance(banner, str):
                bad.append(_lines.Fault(number, banner, line))
                continue
            some = True
            first = _lines.observation(source, KIND, f"file:{source.origin}#{banner.id}")
            yield observed(first, canonical(_masked(banner)), MEDIA)
    if not some:
        raise _lines.wrong_kind(source, KIND, '{"id", "field", "text"}')
    yield from _lines.failed(source, KIND, bad)


def _banner(line: bytes) -> Banner | str:
    """The banner, or what is wrong with the line."""
    if len(line) >= _lines.PAGE:
        return "longer than 65,536 bytes"
    try:
        banner = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        return f"not a banner ({str(fault)[:120]})"
    if not banner.id or len(banner.id) > 255 or not banner.id.isprintable():
        return "the id is empty, unprintable or longer than 255 characters"
    return banner if _FIELD.fullmatch(banner.field) else "the field is no fact key"


def _masked(banner: Banner) -> Banner:
    """A cookie's value can be a session, a challenge holds one-time numbers, an authorization is a password: names and shapes stay."""
    text, word = banner.text, banner.field.rpartition(".")[2]
    if banner.field == "http_header.cookie":
        text = _COOKIE_VALUE.sub(lambda found: "*" * len(found[0]), text, count=1)
    elif "authorization" in word:
        text = re.sub(r"\S", "*", text)
    elif "auth" in word:
        text = _ONE_TIME.sub(lambda found: found[1] + "*" * len(found[2]), text)
    return banner if text == banner.text else msgspec.structs.replace(banner, text=text)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """The text under its field, about self."""
    for one in evidence:
        banner = _banner(one.body or b"") if one.observation.status == "answered" else ""
        if isinstance(banner, Banner):
            yield from said(one.id, "self", banner.field, banner.text)
