"""Paragraph (g) of FAR 52.240-90: one disclosure a product, filled with what is known and blank where nobody said."""

from collections.abc import Iterator

import msgspec

from model.filing import Filing
from model.report import ACCUSING, WORDS, Component, Finding, Report
from reporters._document import Block, Field, Fields, Heading, Table
from reporters._places import Places
from reporters._text import called, sold_as
from reporters.forms._law import AUTHORITY


class Unit(msgspec.Struct, frozen=True):
    """One device, or one part of it, and where it is."""

    report: Report
    device: Finding
    thing: Finding | Component
    where: str

    @property
    def name(self) -> str:
        """What people call it."""
        own = called(self.device)
        return own if isinstance(self.thing, Finding) else f"part {self.thing.component} of {own}"

    @property
    def brand(self) -> str:
        """The brand it is sold as."""
        relabel = self.thing.relabel if isinstance(self.thing, Finding) else None
        return relabel.brand if relabel else self.thing.maker or ""


def products(filing: Filing) -> list[list[Unit]]:
    """Units alike in producer, brand, model, kind and outcome are one product; without a model each unit is its own."""
    found: dict[tuple[str, ...], list[Unit]] = {}
    for held in filing.reports:
        places = Places(held.report)
        for one in held.report.findings:
            where = "; ".join(filter(None, (places.short(one.attached), *one.addresses[:2]))) or ", ".join(one.macs[:2])
            things: tuple[Finding | Component, ...] = (one, *one.components)
            for thing in things:
                if thing.outcome in ACCUSING:
                    unit = Unit(held.report, one, thing, where)
                    found.setdefault(_product(unit), []).append(unit)
    return sorted(found.values(), key=lambda units: (units[0].thing.outcome == "suspect", _product(units[0])))


def _product(unit: Unit) -> tuple[str, ...]:
    thing = unit.thing
    part = "" if isinstance(thing, Finding) else thing.component
    alone = () if thing.model else (unit.report.site.id, unit.device.device, part)
    return thing.producer, unit.brand, thing.model, thing.kind, thing.outcome, type(thing).__name__, *alone


def disclosure(filing: Filing, number: int, units: list[Unit]) -> Iterator[Block]:
    """The clause's fields (i) to (ix) for one product, and each of its units."""
    one = units[0]
    name = " ".join(
        filter(None, (one.thing.producer or one.brand or "producer not known", one.thing.model or one.thing.kind))
    )
    yield Heading(f"Disclosure {number}: {name}", 3)
    yield Fields((*_known(filing, units), *_persons(filing, units)))
    rows = tuple(
        (u.name, u.report.site.id, u.thing.serial or "not known", u.thing.firmware, u.where, _proof(u), u.device.device)
        for u in units
    )
    head = ("Unit", "Site", "Serial number", "Firmware", "Where", "Rule and evidence", "Device id")
    yield Table(f"Units of disclosure {number}", head, rows, (4, 2, 3, 3, 5, 7, 3))


def _proof(unit: Unit) -> str:
    return f"{unit.thing.why[0].rule} {unit.thing.why[0].evidence}" if unit.thing.why else ""


def _known(filing: Filing, units: list[Unit]) -> Iterator[Field]:
    one = units[0]
    thing = one.thing
    contracts = [c.number for c in filing.entity.contract if any("52.240-9" in clause for clause in c.clauses)]
    yield _field(filing, units, "g-i", "(i) Contract and order number", ", ".join(contracts), "from the entity file")
    yield _field(filing, units, "g-ii", "(ii) Paragraph (c) or (d)", *_paragraph(one))
    yield Field("(iii) Brand", one.brand or None, _relabelled(thing))
    yield _field(filing, units, "g-iii-model", "(iii) Model, OEM, part or wholesaler number", thing.model)
    yield _field(filing, units, "g-iii-item", "(iii) Item description", thing.kind)
    suspected = "has reason to suspect" if thing.outcome == "suspect" else "identified"
    yield Field("(iii) Identified or suspected", f"{suspected}: {WORDS[thing.outcome]}")
    yield Field("(iv) Producer: name", thing.producer or None, _grounds(thing))


def _paragraph(unit: Unit) -> tuple[str, str]:
    reached = any(reach.id == AUTHORITY for reach in unit.device.authorities) or isinstance(unit.thing, Component)
    return (
        "paragraph (c), covered telecommunications equipment" if reached else ""
    ), "paragraph (d), FASCSA orders, was not examined"


def _relabelled(thing: Finding | Component) -> str:
    return sold_as(thing.relabel) if isinstance(thing, Finding) and thing.relabel else ""


def _grounds(thing: Finding | Component) -> str:
    """How far the producer's name is known: a brand's reputed builder is nothing that the evidence says."""
    if not thing.producer:
        return ""
    by_name = isinstance(thing, Finding) and thing.relabel and not thing.relabel.proved
    return (
        "the brand's reputed builder; nothing that this unit sent says so" if by_name else "as far as the evidence says"
    )


PERSONS = (
    ("g-iv-uei", "(iv) Producer: unique entity identifier"),
    ("g-iv-cage", "(iv) Producer: CAGE code"),
    ("g-iv-facilities", "(iv) Facilities for design, fabrication, assembly, packaging and test"),
    ("g-iv-role", "(iv) Original equipment manufacturer or distributor"),
    ("g-iv-codes", "(iv) Manufacturer codes and distributor codes"),
    ("g-v", "(v) Functionality, and how it impacts the risk"),
    ("g-vi", "(vi) Factors for an exception, exemption or waiver"),
    ("g-vii", "(vii) Are alternatives available that the prohibition does not reach?"),
    ("g-viii", "(viii) If for maintenance: brand, model and description of the item maintained"),
    ("g-ix", "(ix) Mitigation undertaken or recommended"),
)


def _persons(filing: Filing, units: list[Unit]) -> Iterator[Field]:
    asked = {q.id: q.text for u in units for r in u.device.authorities if r.id == AUTHORITY for q in r.open_questions}
    for key, label in PERSONS:
        yield _field(filing, units, key, label)
        if key == "g-vi" and isinstance(units[0].thing, Finding):
            yield from (_field(filing, units, name, f"(vi) {text}") for name, text in asked.items())


def _field(filing: Filing, units: list[Unit], key: str, label: str, known: str = "", said: str = "") -> Field:
    """What a person answered for any unit or for all; else what is known; else blank, with the key to fill it."""
    answers = {
        a.device: a for device in ("", *(u.device.device for u in units)) if (a := filing.answers.said(key, device))
    }
    if not answers:
        return Field(label, known or None, said if known else f"key: {key}")
    names = {u.device.device: u.name for u in units}
    texts = [a.text if not device or len(units) == 1 else f"{names[device]}: {a.text}" for device, a in answers.items()]
    who = "; ".join(dict.fromkeys(f"{a.by}, {a.date}" for a in answers.values()))
    return Field(label, "; ".join(texts), f"answered by {who}")
