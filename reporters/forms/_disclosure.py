"""Disclosures and reports: one sheet a product, filled with what is known, on whose word, and blank where nobody said."""

from collections.abc import Iterable, Iterator

import msgspec

from model.filing import Filing
from model.regime import Item, Regime
from model.report import ACCUSING, WORDS, Component, Finding, Report
from reporters._document import Block, Field, Fields, Heading, Table
from reporters._places import Places
from reporters._text import called, sold_as
from reporters.forms import _contracts
from reporters.forms._section_889 import AUTHORITY, asked_of


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
        return (relabel.sold_as or relabel.brand) if relabel else branded(self.thing.maker or "", self.thing.producer)

    @property
    def subject(self) -> str:
        """What an answer names as its device: the device's id; for a part, the id and the part, as the gate's holds do."""
        own = self.device.device
        return own if isinstance(self.thing, Finding) else f"{own} {self.thing.component}"


def branded(maker: str, producer: str) -> str:
    """The maker's id as its own legal name writes it: `zte` of ZTE Corporation is ZTE."""
    words = (word.strip(",.()") for word in producer.split())
    return next((word for word in words if word.casefold() == maker.casefold()), maker)


def units(filing: Filing) -> Iterator[Unit]:
    """Every device and part that is covered, in conflict or suspect, in the reports' order."""
    for held in filing.reports:
        places = Places(held.report)
        for one in held.report.findings:
            things: tuple[Finding | Component, ...] = (one, *one.components)
            accused = [thing for thing in things if thing.outcome in ACCUSING]
            if accused:
                seen = (places.short(one.attached), *one.addresses[:2])
                where = "; ".join(filter(None, seen)) or ", ".join(one.macs[:2])
                yield from (Unit(held.report, one, thing, where) for thing in accused)


def products(filing: Filing) -> list[list[Unit]]:
    """Units alike in producer, brand, model, kind, law's words and outcome are one product; without a model each unit is its own."""
    found: dict[tuple[str, ...], list[Unit]] = {}
    for unit in units(filing):
        found.setdefault(_product(unit), []).append(unit)
    return sorted(found.values(), key=lambda units: (units[0].thing.outcome == "suspect", _product(units[0])))


def _product(unit: Unit) -> tuple[str, ...]:
    thing = unit.thing
    part = "" if isinstance(thing, Finding) else thing.component
    alone = () if thing.model else (unit.report.site.id, unit.device.device, part)
    return (
        thing.producer,
        unit.brand,
        thing.model,
        thing.kind,
        thing.in_law,
        thing.outcome,
        type(thing).__name__,
        *alone,
    )


def sheets(filing: Filing, regime: Regime, items: Iterable[Item], word: str) -> Iterator[Block]:
    """A sheet a product, `word` being what the clause calls it; one blank sheet where the scans give none."""
    kept = tuple(items)
    for number, units in enumerate(products(filing) or [[]], 1):
        yield Heading(f"{word} {number}: {_name(units)}", 3)
        yield Fields((*_rows(filing, regime, kept, units), *in_law(units), *_decided(filing, units), *alone(units)))
        yield from together(f"Units of {word.lower()} {number}", units)


def _name(units: list[Unit]) -> str:
    if not units:
        return "blank, for a product that the scans do not show"
    one = units[0]
    named = (one.thing.producer or one.brand or "producer not known", one.thing.model or one.thing.kind)
    return " ".join(filter(None, named))


def in_law(units: list[Unit]) -> Iterator[Field]:
    """What the statute's own words call its kind: of a part, the part's."""
    words = units[0].thing.in_law if units else ""
    if words:
        asked = words == "question"
        yield Field("Kind in the law's words", "a question for a person" if asked else words, "our reading of its kind")


def alone(units: list[Unit]) -> Iterator[Field]:
    """The one unit of a product as two lines of its sheet: a table of one row is narrow columns and little else."""
    if len(units) == 1:
        one = units[0]
        numbers = f"serial number {one.thing.serial or 'not known'}, firmware {one.thing.firmware or 'not known'}"
        yield Field("The unit", f"{one.name}, site {one.report.site.id}; {numbers}", f"device id {one.subject}")
        yield Field("Where it is", one.where or "not known", f"found by rule {_proof(one)}" if one.thing.why else "")


def together(caption: str, units: list[Unit]) -> Iterator[Table]:
    """Several units of one product as a table."""
    rows = tuple(
        (u.name, u.report.site.id, u.thing.serial or "not known", u.thing.firmware, u.where, _proof(u), u.subject)
        for u in units
    )
    head = ("Unit", "Site", "Serial number", "Firmware", "Where", "Rule and evidence", "Device id")
    if len(units) > 1:
        yield Table(caption, head, rows, (4, 2, 3, 3, 5, 7, 3))


def _proof(unit: Unit) -> str:
    return f"{unit.thing.why[0].rule} {unit.thing.why[0].evidence}" if unit.thing.why else ""


def _rows(filing: Filing, regime: Regime, items: tuple[Item, ...], units: list[Unit]) -> Iterator[Field]:
    known = _contracts.known(filing, regime) | (known_of(units[0]) if units else {})
    for item in items:
        yield _field(filing, units, item.key, f"{item.cite} {item.label}", *known.get(item.key, ("", "")))


def known_of(unit: Unit) -> dict[str, tuple[str, str]]:
    """{key: (value, whence)}: what the evidence says for the fields of a product; never that it is prohibited."""
    thing = unit.thing
    told = "read by the scan"
    suspected = "has reason to suspect" if thing.outcome == "suspect" else "identified"
    values = {
        "brand": (unit.brand, _relabelled(thing) or told),
        "model": (thing.model, told),
        "item": (thing.kind, told),
        "identified": (
            f"{suspected}: {WORDS[thing.outcome]}",
            "that it is there; whether it is prohibited is a person's to say",
        ),
        "producer-name": (thing.producer, _grounds(thing)),
    }
    return {**values, **_paragraphs(unit)}


def _paragraphs(unit: Unit) -> dict[str, tuple[str, str]]:
    """What of 52.240-90 and -91 it could fall under; FASCSA orders are not looked for."""
    if not (any(reach.id == AUTHORITY for reach in unit.device.authorities) or isinstance(unit.thing, Component)):
        return {}
    return {
        "paragraph": (
            "paragraph (c), covered telecommunications equipment",
            "paragraph (d), FASCSA orders, was not examined",
        ),
        "prohibition": (
            "Section 889: (d)(1), use; and (b)(3), if provided to the Government or used in performance",
            "at most: whether it does not comply is a person's to say",
        ),
    }


def _relabelled(thing: Finding | Component) -> str:
    return sold_as(thing.relabel) if isinstance(thing, Finding) and thing.relabel else ""


def _grounds(thing: Finding | Component) -> str:
    """How far the producer's name is known: a brand's reputed builder is nothing that the evidence says."""
    by_name = isinstance(thing, Finding) and thing.relabel and not thing.relabel.proved
    return (
        "the brand's reputed builder; nothing that this unit sent says so" if by_name else "as far as the evidence says"
    )


def _decided(filing: Filing, units: list[Unit]) -> Iterator[Field]:
    """Answered questions of Section 889 about these devices: what decides whether the prohibition, or an exception, reaches them.

    The unanswered ones stand in one table of the paper, with the devices: on each of hundreds of sheets they would bury the fields.
    """
    asked = {id: text for one in units for id, text in asked_of(one.device, one.thing)}
    for key, text in asked.items():
        field = _field(filing, units, key, f"What decides: {text}")
        if field.value:
            yield field


def _field(filing: Filing, units: list[Unit], key: str, label: str, known: str = "", whence: str = "") -> Field:
    """What a person answered for any unit or for all; else what is known; else blank, with the key to fill it."""
    contract = filing.contract.number if filing.contract else ""
    names = {"": ""} | {u.subject: u.name for u in units}
    answers = {one: a for one in names if (a := filing.answers.said(key, one, contract))}
    if not answers:
        return Field(label, known or None, whence if known else f"key: {key}")
    texts = [a.text if not one or len(units) == 1 else f"{names[one]}: {a.text}" for one, a in answers.items()]
    who = "; ".join(dict.fromkeys(f"{a.by}, {a.date}" for a in answers.values()))
    other = f"; the evidence says: {known}" if known and known not in texts else ""
    return Field(label, "; ".join(texts), f"answered by {who}{other}")
