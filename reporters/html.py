"""The report as one self-contained HTML file: holes first, then what is accused with its evidence, then all tables."""

import ipaddress
from collections.abc import Iterable

import msgspec

from model.report import ACCUSING, WORDS, Finding, Question, Report
from reporters import _text
from reporters._closures import closures
from reporters._page import page
from reporters._places import Places
from reporters._tongue import Tongue

TITLE = "one self-contained page for people, on screen and on paper"
MEDIA = "text/html; charset=utf-8"
SUFFIX = ".html"
TONGUES = True  # render takes a language

COMMON = ("hold|holds",)  # tables hold, reports hold: no hold of the gate stands in a report
# What a browser still opens, and what a person still reads; report.json and the CSV hold all.
MOST_ARTICLES, MOST_ROWS, MOST_REASONS = 3000, 10_000, 20
ORDER = ("covered", "conflict", "suspect", "unknown", "unseen", "clear")


class Entry(msgspec.Struct, frozen=True):
    """A finding with what the page adds: its anchor, what people call it, its places in words."""

    number: int
    one: Finding
    called: str
    places: tuple[str, ...]
    witnesses: tuple[str, ...]
    relabel: str
    accused: bool


class Asked(msgspec.Struct):
    """A question of an authority, printed once; `count`: findings that it is open for."""

    anchor: str
    question: Question
    count: int = 0


def render(report: Report, lang: str = "en") -> bytes:
    """UTF-8 HTML that loads nothing and needs no script. `lang`: one that has a catalogue; what stays English in another is marked so."""
    places = Places(report, lang)
    names = places.names
    entries = [_entry(number, one, places) for number, one in enumerate(_ordered(report.findings), 1)]
    cites, asked = _authorities(report)
    return page(
        "report.html",
        ("base.css", "report.css"),
        "report.js",
        report=report,
        **Tongue(lang, COMMON).words(),
        closures=closures(report),
        entries=entries,
        accused=[entry for entry in entries if entry.accused],
        most_articles=MOST_ARTICLES,
        most_rows=MOST_ROWS,
        most_reasons=MOST_REASONS,
        seen=[(entry, one) for entry in entries for one in entry.one.observed],
        cites=cites,
        asked=asked,
        anchors={(authority, q.question): q.anchor for authority, found in asked.items() for q in found},
        words=WORDS,
        order=ORDER,
        accusing=ACCUSING,
        strays=[(stray, places.short(stray.attached)) for stray in report.unexplained_macs[:MOST_ROWS]],
        more_strays=len(report.unexplained_macs) - MOST_ROWS,
        device_names=names,
        networks=[(net, [names.get(by, by) for by in net.named_by]) for net in report.networks],
    )


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Covered, conflict, suspect; then boxes with such a part; then the others. Within each by address."""
    return sorted(findings, key=lambda one: (_rank(one), _address(one), one.device))


def _rank(one: Finding) -> int:
    rank = ORDER.index(one.outcome)
    return 3 if rank >= 3 and _accused(one) else rank + (rank >= 3)


def _accused(one: Finding) -> bool:
    return one.outcome in ACCUSING or any(part.outcome in ACCUSING for part in one.components)


def _address(one: Finding) -> tuple[int, int, str]:
    for text in one.addresses:
        try:
            found = ipaddress.ip_address(text)
        except ValueError:
            continue
        return found.version, int(found), ""
    return 9, 0, next(iter((*one.names, *one.macs)), "")


def _entry(number: int, one: Finding, places: Places) -> Entry:
    witnesses = tuple(places.names.get(device, device) for device in one.witnesses)
    relabel = _text.sold_as(one.relabel) if one.relabel else ""
    return Entry(number, one, _text.called(one), tuple(places.words(one.attached)), witnesses, relabel, _accused(one))


def _authorities(report: Report) -> tuple[dict[str, list[str]], dict[str, list[Asked]]]:
    """{authority: its citations} and {authority: its questions}, each once: 400 cameras ask the same."""
    cites: dict[str, dict[str, None]] = {}
    asked: dict[str, dict[Question, Asked]] = {}
    for reach in (reach for one in report.findings for reach in one.authorities):
        cites.setdefault(reach.id, {}).update(dict.fromkeys(reach.cites))
        for question in reach.open_questions:
            held = asked.setdefault(reach.id, {})
            held.setdefault(question, Asked(f"q-{len(asked)}-{len(held) + 1}", question)).count += 1
    order = sorted(cites)
    return {name: list(cites[name]) for name in order}, {name: list(asked.get(name, {}).values()) for name in order}
