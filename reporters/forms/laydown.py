"""The laydown: every presence by category of equipment and of the system it is in, with justification and phase-out plan."""

from collections import Counter
from collections.abc import Iterator

from model.filing import Filing
from reporters._document import Block, Bullets, Field, Fields, Heading, Notice, PageBreak, Paragraph, Table
from reporters._text import plural
from reporters.forms._back import closing
from reporters.forms._disclosure import Unit, products
from reporters.forms._front import front
from reporters.forms._inquiry import inquiry
from reporters.forms._matters import held
from reporters.forms._phase_out import last_day, phase_out, plans
from reporters.forms._waivers import waivers
from reporters.forms._write import MEDIA, written

ID = "laydown"
TITLE = "Laydown of covered equipment with phase-out plan: draft for a person to answer"
CITES = ("modelled on former FAR 4.2104(a)", "Pub. L. 115-232, sec. 889(a)(1)")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

QUESTIONS = (
    (
        "laydown-justification",
        "The compelling justification: why is more time needed, for which systems, and until which day?",
    ),
    ("laydown-supply-chain", "What of it is in the supply chain of what is provided, and on no network examined?"),
    (
        "laydown-complete",
        "Is this laydown full and complete? Who checked it against inventory and purchase records, and how?",
    ),
    ("laydown-for", "Which Government entity is the laydown for, and what did that entity ask the contractor for?"),
)
EQUIPMENT, SYSTEM = "laydown-equipment", "laydown-system"
OF_EACH = (  # asked of each device and part
    (EQUIPMENT, "Which category of equipment is it (router, switch, camera, recorder, radio, ...)?"),
    (SYSTEM, "Which category of system is it in (building security, office network, production, ...)?"),
)
EACH = (
    "Site",
    "Device or part",
    "Equipment",
    "System it is in",
    "Producer and brand",
    "Model",
    "Serial number",
    "Where",
)
NOT = (
    "It is no form that a text in force asks for: agency heads' waivers, whose laydown it is modelled on, could not run past "
    "13 August 2021 (Part A) and 13 August 2022 (Part B). No authority is known to us that requires it today.",
    "It requests no waiver, grants none, and lifts no hold. In the former procedure a Government entity requested the waiver.",
    "It is not legal advice, and no representation. Software ticked no box in it; a person answers for it and signs.",
    "It shows what the scans and files found on the networks examined. What is provided, or lies in a supply chain, only a person knows.",
)


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    yield from front(filing, "The laydown is not full and complete", "No hold of the scans stands")
    ended = "Agency heads' waivers ended on 13 August 2021 (Part A) and 13 August 2022 (Part B)"
    yield Notice("warning", ended, ("No authority is known to us that requires this laydown today.",))
    yield PageBreak()
    yield Heading("Justification")
    yield _questions(filing)
    yield from _presences(filing)
    yield from _until(filing)
    yield from phase_out(filing)
    yield from waivers(filing)
    yield from held(filing)
    yield from inquiry(filing)
    yield Heading("What this form is not")
    yield Bullets(NOT)
    yield from closing(filing)


def _questions(filing: Filing) -> Fields:
    contract = filing.contract.number if filing.contract else ""
    rows = []
    for key, text in QUESTIONS:
        said = filing.answers.said(key, contract=contract)
        who = f"answered by {said.by}, {said.date}" if said else f"key: {key}"
        rows.append(Field(text, said.text if said else None, who))
    return Fields(tuple(rows))


def _presences(filing: Filing) -> Iterator[Block]:
    """Counted by both categories, then one by one."""
    units = [unit for group in products(filing) for unit in group]
    yield Heading("Presences")
    counts = Counter((equipment(filing, u), system(filing, u), u.report.site.id, u.thing.outcome) for u in units)
    rows = tuple((*key, f"{count:,}") for key, count in sorted(counts.items()))
    head = ("Category of equipment", "Category of the system it is in", "Site", "Outcome", "Devices and parts")
    none = "none among what was identified"
    yield Table("By category of equipment and of the system it is in", head, rows, (5, 5, 3, 3, 2), none)
    each = tuple(_row(filing, unit) for unit in units)
    yield Table("Each device and part", EACH, each, (2, 5, 3, 3, 4, 4, 4, 6), none)
    yield Paragraph(
        f"Keys for what is asked, with the device's id: {EQUIPMENT} (category of equipment), {SYSTEM} (category of the "
        "system it is in), purpose (what it does)."
    )


def _row(filing: Filing, unit: Unit) -> tuple[str, ...]:
    thing = unit.thing
    made = ", ".join(dict.fromkeys(filter(None, (thing.producer, unit.brand)))) or "not known"
    name = f"{unit.name} ({thing.outcome}) [{unit.subject}]"
    site, model, serial = unit.report.site.id, thing.model or "not known", thing.serial or "not known"
    return site, name, equipment(filing, unit), system(filing, unit), made, model, serial, unit.where


def equipment(filing: Filing, unit: Unit) -> str:
    """A person's category of equipment for the device or part, else the kind that the evidence tells."""
    said = filing.answers.said(EQUIPMENT, unit.subject)
    return said.text if said else unit.thing.kind or "asked"


def system(filing: Filing, unit: Unit) -> str:
    """The system that it is part of, which no scan tells; a part is in its device's unless somebody says otherwise."""
    said = filing.answers.said(SYSTEM, unit.subject) or filing.answers.said(SYSTEM, unit.device.device)
    return said.text if said else "asked"


def _until(filing: Filing) -> Iterator[Block]:
    found = plans(filing)
    left = sum(plan.counted is None and not plan.goes_with for plan in found)
    last = last_day(found)
    if found and left:
        title = f"{plural(left, 'device or part', 'devices and parts')} without a plan that can stand"
        yield Notice("warning", title)
    if last:
        yield Paragraph(f"The last day that any plan names is {last}.", strong=True)
