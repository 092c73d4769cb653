"""A filing as OSCAL assessment results: each device an inventory item and an observation, each hold of the gate a risk."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from model.filing import Filing, Held
from model.gate import Hold
from model.report import WORDS, Component, Finding
from reporters._document import Document
from reporters._places import Places
from reporters._text import called, shown
from reporters._uuid import filing_digest, uuid_of

MEDIA = "application/oscal+json"
SUFFIX, TITLE = ".oscal.json", "OSCAL assessment results: observations and risks, for programs that keep compliance"

VERSION = "1.2.1"
# Properties that OSCAL has no name for: its schema asks for a URI of one's own, and this one is nobody else's.
SPACE = "urn:uuid:" + uuid_of("oscal", "properties")
NO_PLAN = "There is no assessment plan in OSCAL. What was asked, where, and what came of it stands in the reports, named by digest."
CONTROL = "section-889"
NO_CONTROL = (
    "Section 889 of Pub. L. 115-232 is in no catalogue of controls; this id is the program's own. Equipment was looked for and "
    "its makers named: no control is said to be satisfied."
)
STATEMENT = (
    "While this holds, the representation that the entity does not use covered equipment or services is refused."
)
Plain = dict[str, Any]


def write(document: Document, filing: Filing) -> bytes:
    """UTF-8 JSON. Its UUIDs are version 5, of the filing's digest: the same filing gives the same bytes."""
    root = filing_digest(filing)
    plan = uuid_of(root, "plan")
    made = {
        "uuid": uuid_of(root, "results"),
        "metadata": _metadata(document, filing, root),
        "import-ap": {"href": f"#{plan}", "remarks": NO_PLAN},
        "results": [_result(filing, held, root, number == 0) for number, held in enumerate(filing.reports)],
        "back-matter": {"resources": [{"uuid": plan, "title": "Scope and method", "description": NO_PLAN}]},
    }
    return msgspec.json.encode({"assessment-results": made}, order="sorted") + b"\n"


def _metadata(document: Document, filing: Filing, root: str) -> Plain:
    head = [
        ("form", document.id),
        ("draft", "drafted by software; no representation, no signature"),
        ("sample", "SAMPLE: made up, for nobody to rely on" if document.sample else ""),
        ("filing", root),
    ]
    marks = [{"name": "marking", "value": value} for value in _value(filing.marking)]
    return {
        "title": _line(f"{document.title}: {document.entity}"),
        "last-modified": filing.prepared_at,
        "version": "1",
        "oscal-version": VERSION,
        "props": [*_props(head), *marks],
        "parties": [{"uuid": uuid_of(root, "entity"), "type": "organization", "name": _line(document.entity)}],
    }


def _result(filing: Filing, held: Held, root: str, first: bool) -> Plain:
    report, places = held.report, Places(held.report)
    base, tool = f"{root}/{held.digest}", uuid_of(root, "tool")
    sites = {one.report.site.id for one in filing.reports}
    risks = [
        _risk(hold, base, number)
        for number, hold in enumerate(filing.holds)
        # A site without a report has no result of its own: the first one says so.
        if hold.site == report.site.id or (first and hold.site not in sites)
    ]
    made: Plain = {
        "uuid": uuid_of(base),
        "title": _line(f"Equipment seen at {report.site.name or report.site.id or 'a site without a name'}"),
        "description": "Devices with their makers, and what was not seen. Makers are named; nothing is said to comply.",
        "start": report.started_at or filing.prepared_at,
        "end": report.finished_at or filing.prepared_at,
        "props": _props(_figures(held)),
        "local-definitions": {
            "components": [_tool(tool, report.inputs.engine)],
            "inventory-items": [_item(one, base, places) for one in report.findings],
        },
        "reviewed-controls": {
            "description": NO_CONTROL,
            "control-selections": [{"include-controls": [{"control-id": CONTROL}]}],
        },
        "observations": [_observation(filing, one, base, tool) for one in report.findings],
        "risks": risks,
    }
    for names in (made, made["local-definitions"]):
        for name in ("inventory-items", "observations", "risks"):
            if not names.get(name, True):
                del names[name]  # the schema has no empty lists
    return made


def _figures(held: Held) -> Iterator[tuple[str, str]]:
    """The figures of the report, as every medium has them, and the digests that they follow from."""
    summary, inputs = held.report.summary, held.report.inputs
    for name in ("devices", *WORDS, "unexplained_macs", "not_examined"):
        yield name.replace("_", "-"), str(getattr(summary, name))
    yield from (
        ("site", held.report.site.id),
        ("report", held.digest),
        ("evidence", inputs.evidence),
        ("pack", inputs.pack),
    )


def _tool(uuid: str, engine: str) -> Plain:
    return {
        "uuid": uuid,
        "type": "software",
        "title": "laydown",
        "description": "The program that read the evidence and drafted this; nobody has signed it.",
        "props": [{"name": "version", "value": value} for value in _value(engine)],
        "status": {"state": "operational"},
    }


def _item(one: Finding, base: str, places: Places) -> Plain:
    pairs = [
        ("device", one.device),
        *(("address", address) for address in one.addresses),
        *(("mac-address", mac) for mac in one.macs),
        *(("name", name) for name in one.names),
        *_made_by(one),
        ("location", places.short(one.attached)),
        *(("part", _part(part)) for part in one.components),
    ]
    what = " ".join(filter(None, (one.producer, one.model or one.kind))) or "not identified"
    return {
        "uuid": uuid_of(base, "item", one.device),
        "description": shown(f"{called(one)}: {what}"),
        "props": _props(pairs),
    }


def _made_by(one: Finding | Component) -> list[tuple[str, str]]:
    named = [("maker", one.maker or ""), ("producer", one.producer), ("kind", one.kind), ("in-law", one.in_law)]
    return [*named, ("model", one.model), ("serial-number", one.serial), ("firmware", one.firmware)]


def _part(part: Component) -> str:
    words = [value for _, value in _made_by(part) if value]
    return f"{part.component}: {part.outcome}; {', '.join(words) or 'not identified'}"


def _observation(filing: Filing, one: Finding, base: str, tool: str) -> Plain:
    reached = [("authority", reach.id) for reach in one.authorities]
    asked = [("open-question", f"{r.id}: {question.id}") for r in one.authorities for question in r.open_questions]
    why = [*one.why, *(why for part in one.components for why in part.why)]
    made: Plain = {
        "uuid": uuid_of(base, "observation", one.device),
        "title": _line(f"{called(one)}: {WORDS[one.outcome]}"),
        "description": f"Outcome {one.outcome}: {WORDS[one.outcome]}.",
        "props": _props([("outcome", one.outcome), *reached, *asked]),
        "methods": ["EXAMINE"],
        "types": ["discovery"],
        "origins": [{"actors": [{"type": "tool", "actor-uuid": tool}]}],
        "subjects": [{"subject-uuid": uuid_of(base, "item", one.device), "type": "inventory-item"}],
        "collected": one.last_seen or filing.prepared_at,
    }
    if why:
        made["relevant-evidence"] = [
            {"description": shown(f"{w.grade}, rule {w.rule}: {w.key} in evidence {w.evidence}")} for w in why
        ]
    return made


def _risk(hold: Hold, base: str, number: int) -> Plain:
    word = hold.disposition
    said = [("disposed-by", word.by), ("until", word.until), ("reason", word.reason)] if word else []
    made: Plain = {
        "uuid": uuid_of(base, "risk", str(number)),
        "title": _line(f"Hold: {hold.subject or hold.kind}"),
        "description": shown(hold.text),
        "statement": STATEMENT,
        "props": _props([("hold", hold.kind), ("subject", hold.subject), ("site", hold.site), *said]),
        "status": "closed" if word else "open",
    }
    if hold.kind == "device":
        made["related-observations"] = [{"observation-uuid": uuid_of(base, "observation", hold.subject)}]
    return made


def _props(pairs: Iterable[tuple[str, str]]) -> list[Plain]:
    return [{"name": name, "ns": SPACE, "value": value} for name, raw in pairs for value in _value(raw)]


def _value(text: str) -> list[str]:
    """The text as a property may have it, without blanks around; none of it where nothing is left."""
    found = shown(text).strip()
    return [found] if found else []


def _line(text: str) -> str:
    return shown(text).strip() or "without a name"
