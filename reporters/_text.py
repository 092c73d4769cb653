"""Words for people: what devices sent made harmless to look at; ids, times and places as people write them."""

import re
import unicodedata
from datetime import UTC
from functools import lru_cache

from model.report import Attached, Finding, Relabel, Report
from model.times import read as read_time
from reporters._catalogue import told

# Controls, formats (they hide or turn the reading direction), lone surrogates, private use, unassigned, line ends.
VOWELS = frozenset("aeiouy")
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

# Hebrew, Arabic and their kin, words of one script together: a run of them would draw the figures beside it to its own side.
_RIGHT = "\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_TURNED = re.compile(f"[{_RIGHT}](?:[ '’-]?[{_RIGHT}])*")


def isolated(text: str) -> str:
    """`text` for a page: what is read from right to left stands between isolates, so that nothing around it moves."""
    return text if text.isascii() else _TURNED.sub("\u2068\\g<0>\u2069", text)


def shown(text: str) -> str:
    """`text` with what a reader would not see written out, as `\\u{202e}`: devices choose their own names."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if unicodedata.category(one) not in HIDDEN else f"\\u{{{ord(one):x}}}" for one in text)


@lru_cache(maxsize=4096)  # a report's times and ids repeat in every line
def when(text: str) -> str:
    """A written time as `2026-11-23 18:19 UTC`; text of any other form is given back."""
    try:
        return read_time(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return text


def span(first: str, last: str) -> str:
    """Two written times as one stretch."""
    return when(first) if when(first) == when(last) else f"{when(first)} to {when(last)}"


@lru_cache(maxsize=4096)
def titled(name: str) -> str:
    """An id as words: `fcc-covered-list` is `FCC covered list`."""
    words = [word if VOWELS & {*word} or not word.isalpha() else word.upper() for word in name.split("-")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def names_of(report: Report) -> dict[str, str]:
    """{device id: what people call it}: its name, else its address, else a MAC."""
    return {one.device: called(one) for one in report.findings}


def called(one: Finding) -> str:
    """A finding's name for people."""
    return next(iter((*one.names, *one.addresses, *one.macs)), one.device)


def place(at: Attached, names: dict[str, str], lang: str = "en") -> str:
    """`sw-hq-1, port Gi0/7, VLAN 10`: the switch by its name where the report knows it."""
    parts = [names.get(at.switch, at.switch)]
    parts += [
        f"{word} {value}"
        for word, value in ((told("port", lang), at.port), ("VLAN", at.vlan), ("SSID", at.ssid))
        if value
    ]
    return ", ".join(filter(None, parts))


def sold_as(relabel: Relabel) -> str:
    """`Sold as Lorex, built by Dahua: DHIP answer, serial 9A0...`; where nothing on the wire proves it, that is said instead."""
    brand, factory = relabel.sold_as or relabel.brand, relabel.built_by or relabel.factory
    if relabel.proved:
        proof = ", ".join(relabel.signs) or relabel.proof.rstrip(". ") or "a sign on the wire says so"
        return f"Sold as {brand}, built by {factory}: {proof}{_when(relabel)}"
    known = f"Sold as {brand}; this brand is said to be built by {factory}"
    return f"{known}, and nothing that this unit sent proves or denies it{_when(relabel)}"


def _when(relabel: Relabel) -> str:
    """Where a sale decides: on which side of it a person says that the unit was built, or that nobody has."""
    turn, built = relabel.sold or relabel.until, relabel.built
    if not turn:
        return ""
    event = "the sale of the brand" if relabel.sold else "the said end of that"
    if not built:
        return f"; {event} was on {turn}: build date needed"
    short = built[: len(turn)]
    side = "before" if short < turn[: len(short)] else "after" if short > turn[: len(short)] else "about the time of"
    return f"; built {built} as a person read, {side} {event} on {turn}"


def plural(count: int, word: str, more: str = "") -> str:
    """`1 device`, `2 devices`; `more` where an s does not do."""
    return f"{count:,} {word if count == 1 else more or word + 's'}"
