"""Words for people: text that devices sent made harmless to look at, and ids, times and places in the form that people read."""

import unicodedata
from collections.abc import Iterable
from datetime import UTC

from model.report import Attached, Finding, Relabel, Report
from model.times import read as read_time

# Cc controls, Cf formats (they turn the reading direction or hide), Cs lone surrogates, Co private use, Cn unassigned, Zl/Zp line ends.
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown(text: str) -> str:
    """`text` with everything that a reader would not see written out: `\\u{202e}`. Devices choose their names, readers believe their eyes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if unicodedata.category(one) not in HIDDEN else f"\\u{{{ord(one):x}}}" for one in text)


def when(text: str) -> str:
    """A written time as `2026-11-23 18:19 UTC`; text of any other form is given back."""
    try:
        return read_time(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return text


def titled(name: str) -> str:
    """An id as words: `fcc-covered-list` is `FCC covered list`."""
    words = [word.upper() if len(word) <= 3 and word.isalpha() else word for word in name.split("-")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def names_of(report: Report) -> dict[str, str]:
    """{device id: what people call it}: its name, else its address, else a MAC."""
    return {one.device: called(one) for one in report.findings}


def called(one: Finding) -> str:
    """A finding's name for people."""
    return next(iter((*one.names, *one.addresses, *one.macs)), one.device)


def place(at: Attached, names: dict[str, str]) -> str:
    """`sw-hq-1, port Gi0/7, VLAN 10`: the switch by its name where the report knows it."""
    parts = [names.get(at.switch, at.switch)]
    parts += [f"{word} {value}" for word, value in (("port", at.port), ("VLAN", at.vlan), ("SSID", at.ssid)) if value]
    return ", ".join(filter(None, parts))


def places(found: Iterable[Attached], names: dict[str, str]) -> list[str]:
    """Every place of a device, in words."""
    return [place(at, names) for at in found]


def sold_as(relabel: Relabel) -> str:
    """`Sold as lorex, built by dahua: proof`; where nothing on the wire proves it, that is said instead."""
    if relabel.proved:
        return f"Sold as {relabel.brand}, built by {relabel.factory}: {relabel.proof or 'a sign on the wire says so'}"
    return f"Sold as {relabel.brand}; this brand is known to be built by {relabel.factory}, and nothing that this unit sent proves or denies it"


def plural(count: int, word: str, more: str = "") -> str:
    """`1 device`, `2 devices`; `more` where an s does not do."""
    return f"{count:,} {word if count == 1 else more or word + 's'}"
