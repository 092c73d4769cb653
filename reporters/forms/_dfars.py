"""Section 1656's papers: what of the findings it reaches, their fields, questions and clocks. It is never called by Section 889's name."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import msgspec

from model.entity import Contract
from model.filing import Filing
from model.regime import Item, Regime
from reporters._document import Block, Bullets, Field, Fields, Heading, Notice, Paragraph, Table
from reporters._text import called, plural, titled, when
from reporters.forms._disclosure import Unit, alone, in_law, known_of, products, together
from reporters.forms._fields import fields
from reporters.forms._inquiry import method
from reporters.forms._looks import looks

AUTHORITY = "section-1656"
DRAFT = (
    "It is a draft. Software ticked no box and made no representation; a person answers for it and signs.",
    "It is not legal advice; the solicitation or contract says which text binds. The text quoted is the one that class "
    "deviation 2026-O0025 keeps.",
)
STANDS, FREE = "What the scans leave open, whatever is said of what is provided", "No hold of the scans stands"


@cache
def makers() -> frozenset[str]:
    """Makers that Section 1656's data names, and those that the pack holds for their affiliates: for parts, which carry no authority."""
    read = [msgspec.toml.decode(one.read_bytes()) for one in _covered()]
    named = {entry["maker"] for one in read if one["id"] == AUTHORITY for entry in one["entry"]}
    return frozenset(named | {kin["maker"] for one in read for kin in one.get("affiliate", ()) if kin["of"] in named})


def _covered() -> list:  # type: ignore[type-arg]  # importlib's Traversable moved between the Pythons served
    return [one for one in files("fingerprints").joinpath("covered").iterdir() if one.name.endswith(".toml")]


def reached(unit: Unit) -> bool:
    """Whether Section 1656 reaches the unit: a device by its finding's authorities, a part by its maker."""
    if unit.thing is unit.device:
        return any(reach.id == AUTHORITY for reach in unit.device.authorities)
    return unit.thing.maker in makers()


def reached_products(filing: Filing) -> list[list[Unit]]:
    """The products that Section 1656 reaches: each unit of them a device or a part."""
    return [kept for units in products(filing) if (kept := [unit for unit in units if reached(unit)])]


def findings(filing: Filing, found: list[list[Unit]]) -> Iterator[Block]:
    """Every unit reached, with outcome, maker, model, serial number and place; what else was found is counted and left alone."""
    yield Heading("Findings under Section 1656")
    yield Paragraph(
        "These stand on the entity's networks. Whether any is provided to the Government, for a covered mission, as a "
        "substantial or essential component or critical technology, is for a person to answer; a scan does not say."
    )
    rows = tuple(_row(unit) for units in found for unit in units)
    head = ("Site", "Device or part", "Outcome", "Brand", "Producer", "Model and kind", "Serial number", "Where")
    none = "none among what was identified"
    yield Table("Devices and parts whose maker Section 1656 names", head, rows, (2, 4, 3, 3, 5, 4, 4, 6), none)
    left = sum(len(units) for units in products(filing)) - len(rows)
    if left:
        other = {r.id for _, one in filing.findings() for r in one.authorities} - {AUTHORITY}
        names = ", ".join(titled(name) for name in sorted(other)) or "other authorities"
        yield Paragraph(
            f"{plural(left, 'other device or part', 'other devices and parts')} are matters of {names}, not of this paper."
        )


def _row(unit: Unit) -> tuple[str, ...]:
    thing = unit.thing
    model = ", ".join(filter(None, (thing.model, thing.kind))) or "not known"
    serial = thing.serial or "not known"
    return unit.report.site.id, unit.name, thing.outcome, unit.brand, thing.producer, model, serial, unit.where


def product(filing: Filing, regime: Regime, number: int, units: list[Unit], keys: Iterable[str]) -> Iterator[Block]:
    """The fields `keys` of one product, and its units; with no unit, a product that no report knows."""
    kept = tuple(keys)
    items = [item for item in regime.field if item.per == "product" and item.key in kept]
    thing = units[0].thing if units else None
    name = " ".join(filter(None, (thing.producer, thing.model or thing.kind))) if thing else "one that no report knows"
    yield Heading(f"Product {number}: {name}", 3)
    yield Fields((*(_field(filing, item, units) for item in items), *in_law(units), *alone(units)))
    yield from together(f"Units of product {number}", units)


def _field(filing: Filing, item: Item, units: list[Unit]) -> Field:
    """A person's answer for any unit, else for all, else what the finding says, else blank with its key."""
    contract = filing.contract.number if filing.contract else ""
    names = {u.subject: u.name for u in units} | {"": ""}
    said = {device: a for device in names if (a := filing.answers.said(item.key, device, contract))}
    label = f"{item.cite} {item.label}"
    if said:
        texts = [
            a.text if not device or len(units) == 1 else f"{names[device]}: {a.text}" for device, a in said.items()
        ]
        who = "; ".join(dict.fromkeys(f"{a.by}, {a.date}" for a in said.values()))
        return Field(label, "; ".join(dict.fromkeys(texts)), f"answered by {who}")
    known, whence = known_of(units[0]).get(item.key, ("", "")) if units else ("", "")
    return Field(label, known or None, whence if known else f"key: {item.key}")


def reviewed(filing: Filing, regime: Regime, key: str) -> Iterator[Block]:
    """The review of the list `key` with its saved result; then what else is asked once for the entity."""
    yield from looks(filing, next(item for item in regime.field if item.key == key))
    rest = [item for item in regime.field if item.key != key or filing.answers.said(key)]
    yield fields(filing, msgspec.structs.replace(regime, field=tuple(rest)), "entity")


def contract_fields(filing: Filing, regime: Regime, keys: Iterable[str]) -> Iterator[Block]:
    """The fields `keys` asked per contract: for this paper's, else for every one that carries the clause, else blank."""
    kept = tuple(keys)
    alone = msgspec.structs.replace(regime, field=tuple(item for item in regime.field if item.key in kept))
    carry = [one for one in filing.contracts() if filing.contract or regime.clause in one.clauses]
    for one in carry or (None,):
        yield Heading(f"Contract {one.number}" if one else "Contract", 3)
        yield fields(msgspec.structs.replace(filing, contract=one), alone, "contract", _of(one))


def _of(one: Contract | None) -> dict[str, tuple[str, str]]:
    if one is None:
        return {}
    orders = ", ".join(one.orders)
    known = {"contract-number": (one.number, "from the entity file"), "order-numbers": (orders, "from the entity file")}
    return {key: value for key, value in known.items() if value[0]}


def questions(filing: Filing, found: list[list[Unit]]) -> Iterator[Block]:
    """Section 1656's questions that are open about devices, and what persons answered of them."""
    yield Heading("Questions that only a person can answer")
    devices = {unit.device.device: unit.device for units in found for unit in units}
    asked, given = [], []
    for one in devices.values():
        for question in (q for reach in one.authorities if reach.id == AUTHORITY for q in reach.open_questions):
            said = filing.answers.said(question.id, one.device)
            if said:
                given.append((called(one), question.text, said.text, f"{said.by}, {said.date}"))
            else:
                asked.append((f"{called(one)} [{one.device}]", question.text, question.id))
    yield Table("Unanswered about devices", ("Device", "Question", "Key"), tuple(asked), (4, 8, 3), "none is open")
    yield Table("Answered about devices", ("Device", "Question", "Answer", "By"), tuple(given), (3, 5, 5, 3), "none")


def clocks(filing: Filing, regime: Regime, key: str) -> Table:
    """Clock candidates of the clause: what would be due under the deadline `key`, and what a person said of it."""
    rows = []
    for one in filing.clocks:
        if one.clause == regime.id:
            moments = "; ".join(f"{moment.kind} {when(moment.at)}" for moment in one.moments)
            dues = "; ".join(
                f"{due.name} ({due.period}): {when(due.at)}{f', submitted {when(due.submitted)}' if due.submitted else ''}"
                for due in one.dues
                if due.key == key
            )
            word = one.word
            said = (
                f"{'accepted' if word.accept == 'yes' else 'rejected'} by {word.by}, {word.date}: {word.reason}"
                if word
                else "nobody"
            )
            rows.append((one.about, one.outcome, moments, dues, said))
    head = ("Device", "Outcome", "Moments that may have started it", "Would be due", "Accepted or rejected by")
    none = "no finding opens one, or clocks were not computed"
    return Table("Clock candidates, none of them a finding of fact", head, tuple(rows), (3, 2, 5, 5, 4), none)


def back(filing: Filing, regime: Regime) -> Iterator[Block]:
    """How it was looked, and what the paper is not."""
    yield Heading("Scope and method")
    yield Paragraph(
        "These texts ask for a review of SAM. What follows is what the scans add to it, and what they cannot see:"
    )
    yield from method(filing)
    yield Heading("What this form is not")
    yield Bullets((*DRAFT, *regime.is_not))


def mission(filing: Filing) -> Notice:
    """The reminder that heads what a person decides."""
    return Notice(
        "info",
        "Only what is provided for covered missions is meant",
        (
            "Nuclear deterrence, and homeland defense with ballistic missile defense. Check bills of materials and ask suppliers.",
        ),
    )
