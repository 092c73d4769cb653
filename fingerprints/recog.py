"""Recog's XML databases as an extra pack: patterns of third parties, believed less than any rule of ours.

A fingerprint is taken if it names a hardware vendor (`hw.vendor`), RE2 can run its pattern, and all its own examples match:
what Recog leaves optional is required here. Format: https://github.com/rapid7/recog, read as data, no line of it is shipped.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fingerprints.match import compiled, plain
from fingerprints.rules_format import Rule
from model.trouble import Trouble

ROOM = "recog/"
PREFIX = "recog:"  # what the id of such a rule begins with
FLAGS = {"REG_ICASE": "i", "IGNORECASE": "i", "REG_DOT_NEWLINE": "s", "REG_MULTILINE": "s", "MULTILINE": "s"}
GIVEN = {"hw.product": "model", "hw.model": "model", "hw.version": "firmware", "hw.serial_number": "serial"}
MOST = 20_000  # fingerprints of a file
_GROUP = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)", re.DOTALL)


class Extra(msgspec.Struct, frozen=True):
    """A rule of a third party. `vendor`: as the file spells it; `maker`: a maker's id, or one made of the vendor's name."""

    vendor: str
    maker: str
    rule: Rule


class Read(msgspec.Struct, frozen=True):
    """What a file gave: its rules, and how many fingerprints were left out, by reason."""

    rules: tuple[Extra, ...]
    left: dict[str, int]


def read(name: str, data: bytes, makers: Mapping[str, str]) -> Read:
    """The rules of one file. `makers`: {plain name: id}. Trouble where it is no fingerprint file."""
    root = _root(name, data)
    key = root.get("matches", "")
    if root.tag != "fingerprints" or not key:
        raise Trouble(name, "no Recog file (<fingerprints matches=...>)", "name a folder that holds Recog's xml files")
    rules: list[Extra] = []
    left: dict[str, int] = {}
    for number, one in enumerate(root.findall("fingerprint")[:MOST], 1):
        found = _rule(f"{name.removeprefix(ROOM)}:{number}", key, one, makers)
        if isinstance(found, str):
            left[found] = left.get(found, 0) + 1
        else:
            rules.append(found)
    return Read(tuple(rules), left)


def _root(name: str, data: bytes) -> Any:
    # Only where there is such a file: every command loads a pack.
    from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

    try:
        return fromstring(data)
    except (ParseError, ValueError) as fault:  # what defusedxml refuses is a ValueError
        raise Trouble(name, f"not XML that can be read ({fault})", "take the file from Recog again") from None


def _rule(name: str, key: str, one: Any, makers: Mapping[str, str]) -> Extra | str:
    """The rule, or why there is none."""
    params = {param.get("name", ""): (param.get("pos", "0"), param.get("value", "")) for param in one.findall("param")}
    vendor = params.get("hw.vendor", ("", ""))
    if vendor[0] != "0" or not plain(vendor[1]):
        return "names no hardware vendor"
    examples = [text for example in one.findall("example") if (text := _text(example)) is not None]
    if not examples:
        return "gives no example"
    pattern = _pattern(one.get("pattern", ""), one.get("flags", ""))
    try:
        program = compiled(pattern)
    except Trouble:
        return "has no RE2 pattern"
    if not all(program.search(text.encode("utf-8", "replace")) for text in examples):
        return "does not match its own example"
    groups = set(program.groupindex)
    given = {GIVEN[what]: text for what, told in params.items() if what in GIVEN and (text := _given(*told, groups))}
    device = params.get("hw.device", ("1", ""))
    kind = device[1].lower() if device[0] == "0" else ""
    maker = makers.get(plain(vendor[1]), "recog-" + re.sub(r"[^a-z0-9]+", "_", plain(vendor[1])).strip("_"))
    rule = Rule(PREFIX + name, key, pattern, "hint", f"Recog, {name}", tuple(examples), (), "low", kind=kind)
    return Extra(vendor[1].strip(), maker, msgspec.structs.replace(rule, **given))


def _text(example: Any) -> str | None:
    text = example.text or ""
    if example.get("_encoding") != "base64":
        return None if example.get("_filename") else text
    try:
        return base64.b64decode(text).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None


def _pattern(pattern: str, flags: str) -> str:
    """RE2's own spelling: flags in front, groups by name, so that templates can point at them."""
    wanted = "".join(sorted({FLAGS[flag] for flag in re.split(r"[,|\s]+", flags) if flag in FLAGS}))
    return (f"(?{wanted})" if wanted else "") + "".join(_named(pattern))


def _named(pattern: str) -> Iterator[str]:
    at = number = 0
    for found in _GROUP.finditer(pattern):
        if found[0] == "(":
            number += 1
            yield pattern[at : found.start()] + f"(?P<g{number}>"
            at = found.end()
    yield pattern[at:]


def _given(pos: str, value: str, groups: set[str]) -> str:
    """A template: a fixed value, or the group at `pos`. Values that refer to others (`{hw.series}`) are left out."""
    if pos == "0":
        return "" if "{" in value else value
    return "{g" + pos + "}" if f"g{pos}" in groups else ""
