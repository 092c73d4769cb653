"""A sheet to walk with: per switch and port, a row for each thing that somebody must look at, with blanks to fill."""

import re

import msgspec

from model.report import ACCUSING, Attached, Finding, Report, StrayMac
from reporters import _text
from reporters._page import page
from reporters._places import Places

TITLE = "what to look at, per switch and port, with blanks to fill by hand"
MEDIA = "text/html; charset=utf-8"
SUFFIX = ".html"

SOME = 3  # addresses a row: a switch has one MAC a port, and a sheet has room for the label


class Row(msgspec.Struct, frozen=True):
    """One thing to look at. `at`: its likeliest port; `also`: how many other places; `known`: lines; `look`: what to do."""

    outcome: str
    called: str
    device: str
    at: Attached
    also: int
    known: tuple[str, ...]
    look: str


def render(report: Report) -> bytes:
    """UTF-8 HTML made for paper: switches by name, ports in the order of their numbers, unknown places last."""
    places = Places(report)
    blocks = {stray.mac: _registrant(stray) for stray in report.unexplained_macs}
    rows = [_device(one, places, blocks) for one in report.findings if _to_look(one)]
    owned = {mac for one in report.findings for mac in one.macs}
    rows += [_stray(stray, places) for stray in report.unexplained_macs if stray.mac not in owned]
    styles = ("base.css", "walk_sheet.css")
    return page("walk_sheet.html", styles, report=report, closets=_closets(rows, places.names), count=len(rows))


def _to_look(one: Finding) -> bool:
    return one.outcome != "clear" or any(part.outcome in ACCUSING for part in one.components)


def _device(one: Finding, places: Places, blocks: dict[str, str]) -> Row:
    at, called = _own(one.attached, places), _text.called(one)
    parts = [part for part in one.components if part.outcome in ACCUSING]
    known = [
        one.producer or one.maker or "maker not identified",
        " ".join(filter(None, (one.model, one.kind))),
        f"serial {one.serial}" if one.serial else "",
        _some(one.addresses),
        _some(one.macs),
        *(blocks[mac] for mac in one.macs if blocks.get(mac)),
        ", ".join(one.names[1:]),
        _text.sold_as(one.relabel) if one.relabel else "",
    ]
    known += [
        f"part {part.component}: {part.producer or part.maker or ''} {part.model} {part.serial} ({part.outcome})"
        for part in parts
    ]
    look = "Read the label" if one.outcome != "clear" else "Read the part's label"
    also = len(places.words(one.attached)[1:])
    told = tuple(line for line in dict.fromkeys(known) if line and line != called)
    return Row(one.outcome, called, one.device, at, also, told, look)


def _stray(stray: StrayMac, places: Places) -> Row:
    at = _own(stray.attached, places)
    known = tuple(filter(None, ("MAC address without a device", _registrant(stray), ", ".join(stray.addresses))))
    also = len(places.words(stray.attached)[1:])
    return Row("unseen", stray.mac, stray.mac, at, also, known, "Follow the cable")


def _some(values: tuple[str, ...]) -> str:
    more = f" and {len(values) - SOME} more" if len(values) > SOME else ""
    return ", ".join(values[:SOME]) + more


def _own(found: tuple[Attached, ...], places: Places) -> Attached:
    return next(iter(places.ordered(found)), Attached())


def _registrant(stray: StrayMac) -> str:
    if stray.random:
        return "MAC locally administered: may be random"
    return f"MAC block of {stray.registrant}" if stray.registrant else ""


def _closets(rows: list[Row], names: dict[str, str]) -> list[tuple[str, list[Row]]]:
    """[(switch as people call it, its rows by port)]; "" for things whose place no table says, last."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.at.switch, []).append(row)
    named = sorted(found.items(), key=lambda item: (not item[0], _natural(names.get(item[0], item[0])), item[0]))
    return [
        (
            names.get(switch, switch),
            sorted(held, key=lambda row: (_natural(row.at.port), _natural(row.called), row.device)),
        )
        for switch, held in named
    ]


def _natural(text: str) -> list[tuple[bool, int, str]]:
    """Gi0/2 before Gi0/12."""
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"([0-9]+)", text)]
