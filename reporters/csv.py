"""CSV (RFC 4180): one row a finding, and one a component below it; safe to open in a spreadsheet."""

import csv as dialect
from collections.abc import Iterable, Iterator
from io import StringIO

from model.report import WORDS, Component, Finding, Report
from reporters._cells import safe
from reporters._places import Places
from reporters._text import sold_as

TITLE = "one row a device or component, for spreadsheets"
MEDIA = "text/csv; charset=utf-8; header=present"
SUFFIX = ".csv"

BETWEEN = "; "

COLUMNS = tuple(
    """row site device component outcome outcome_words maker producer kind in_law model serial firmware addresses macs names
    switch port vlan ssid plugged_in witnesses origins first_seen last_seen relabel observed authorities open_questions rules
    grades evidence report_finished_at report_evidence report_pack report_engine report_registry""".split()
)


def render(report: Report) -> bytes:
    """UTF-8, lines ended by CR LF, a header row. Several values in one cell are parted by `; `."""
    held = StringIO(newline="")
    out = dialect.writer(held, lineterminator="\r\n")
    out.writerow(COLUMNS)
    places, same = Places(report), _same(report)
    for one in report.findings:
        for row in (_device(one, places), *_components(one)):
            out.writerow([safe(str({**same, **row}.get(name, ""))) for name in COLUMNS])
    return held.getvalue().encode()


def _same(report: Report) -> dict[str, str]:
    inputs = report.inputs
    return {
        "site": report.site.id,
        "report_finished_at": report.finished_at,
        "report_evidence": inputs.evidence,
        "report_pack": inputs.pack,
        "report_engine": inputs.engine,
        "report_registry": BETWEEN.join(inputs.registry),
    }


def _device(one: Finding, places: Places) -> dict[str, str]:
    asked = [f"{reach.id}: {question.id}" for reach in one.authorities for question in reach.open_questions]
    lists = {name: getattr(one, name) for name in ("addresses", "macs", "names", "witnesses", "origins")}
    own = places.ordered(one.attached)[:1]
    at = {name: [getattr(at, name) for at in own] for name in ("port", "vlan", "ssid")}
    at["switch"] = [places.names.get(at.switch, at.switch) for at in own]
    return {
        **_common(one),
        **{name: _joined(values) for name, values in {**lists, **at}.items()},
        "row": "device",
        "plugged_in": BETWEEN.join(places.words(one.attached)),
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
        "relabel": sold_as(one.relabel) if one.relabel else "",
        "observed": BETWEEN.join(f"{seen.what}: {seen.value} ({seen.by}, {seen.on})" for seen in one.observed),
        "authorities": BETWEEN.join(reach.id for reach in one.authorities),
        "open_questions": BETWEEN.join(asked),
    }


def _components(one: Finding) -> Iterator[dict[str, str]]:
    for part in one.components:
        yield {**_common(part), "row": "component", "device": one.device, "component": part.component}


def _common(one: Finding | Component) -> dict[str, str]:
    return {
        **({"device": one.device} if isinstance(one, Finding) else {}),
        **{
            name: getattr(one, name)
            for name in ("producer", "kind", "in_law", "model", "serial", "firmware", "outcome")
        },
        "outcome_words": WORDS[one.outcome],
        "maker": one.maker or "",
        "rules": _joined(why.rule for why in one.why),
        "grades": _joined(why.grade for why in one.why),
        "evidence": _joined(why.evidence for why in one.why),
    }


def _joined(values: Iterable[str]) -> str:
    return BETWEEN.join(dict.fromkeys(filter(None, values)))
