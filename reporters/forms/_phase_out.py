"""The phase-out plan: a named person's word for each device or part, what hangs on it, dates, and costs summed by decimal numbers."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import msgspec

from model.answers import Removal
from model.filing import Filing
from model.waivers import day
from reporters._document import Bar, Block, Gantt, Heading, Notice, Paragraph, Table
from reporters.forms._disclosure import Unit, products
from reporters.forms._hangs import NOTHING, hanging

COST = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
CURRENCY = re.compile(r"[A-Z]{3}")
YEARS = range(2000, 2101)  # a plan beyond them is a slip of the keyboard
NO_PLAN = "NO PLAN: nobody has spoken"


class Plan(msgspec.Struct, frozen=True):
    """A unit and the word on it. `faults`: why the word is in no sum and no bar; `goes_with`: the device whose plan takes it along."""

    unit: Unit
    word: Removal | None = None
    faults: tuple[str, ...] = ()
    goes_with: str = ""

    @property
    def counted(self) -> Removal | None:
        """The word, where nothing speaks against it."""
        return None if self.faults else self.word


def phase_out(filing: Filing) -> Iterator[Block]:
    """The plan as table, bars and sums; words that cannot stand are named with the reason."""
    found = plans(filing)
    yield Heading("Phase-out plan")
    yield Paragraph(
        "What hangs on a device is what the tables read at the site name; a port that leads to another switch shows what "
        "lies behind it. Purpose, replacement, days and costs are persons' words."
    )
    yield _table(filing, found)
    wrong = [f"{plan.unit.subject} ({plan.unit.name}): {why}" for plan in found for why in plan.faults]
    wrong += [f"{one.device}: it is about nothing that the reports accuse" for one in _strays(filing, found)]
    if wrong:
        yield Notice("error", "Words that are in no sum and no bar of this plan", tuple(wrong))
    yield _hanging(filing, found)
    yield Gantt("When it is replaced", tuple(_bars(found)), "no plan has both a first and a last day that can stand")
    yield sums(filing, found)


def plans(filing: Filing) -> list[Plan]:
    """A plan for each covered, suspect or conflicting device or part, in the order of the disclosures; several where contracts differ."""
    units = [unit for group in products(filing) for unit in group]
    devices = {_key(unit): unit for unit in reversed(units) if unit.thing is not unit.device}
    devices |= {_key(unit): unit for unit in units if unit.thing is unit.device}  # the device speaks before its parts
    return [plan for unit in units for plan in _of(filing, unit, devices[_key(unit)])]


def _key(unit: Unit) -> tuple[str, str]:
    return unit.report.site.id, unit.device.device


def _of(filing: Filing, unit: Unit, first: Unit) -> list[Plan]:
    """`first`: the unit that a word about the bare device id is about; other parts of the device go with it."""
    own = [one for one in _ours(filing) if one.device == unit.subject]
    whole = [one for one in _ours(filing) if one.device == unit.device.device]
    words = own or (whole if unit is first else [])
    if not words:
        return [Plan(unit, goes_with=first.name if whole else "")]
    twice = [one.contract for one in words]
    return [Plan(unit, one, (*faults(one), *_twice(twice.count(one.contract)))) for one in words]


def _twice(count: int) -> tuple[str, ...]:
    return (f"{count} words on it for the same contract, and one can stand",) if count > 1 else ()


def _ours(filing: Filing) -> list[Removal]:
    number = filing.contract.number if filing.contract else ""
    return [one for one in filing.answers.removal if not number or one.contract in ("", number)]


def _strays(filing: Filing, found: list[Plan]) -> list[Removal]:
    known = {name for plan in found for name in (plan.unit.subject, plan.unit.device.device)}
    return [one for one in _ours(filing) if one.device not in known]


def faults(word: Removal) -> tuple[str, ...]:
    """Everything that keeps the word out of sums and bars: no name, days that are none or inverted, a cost that is no number."""
    found = [] if word.by.strip() else ["nobody is named who says so"]
    for name in ("date", "start", "end"):
        text = getattr(word, name)
        said = day(text)
        if (text or name == "date") and (said is None or said.year not in YEARS):
            found.append(f"its {name} {text!r} is no day that can be, in the form 2026-11-23")
    start, end = day(word.start), day(word.end)
    if start and end and end < start:
        found.append(f"it would end on {word.end}, before it starts on {word.start}")
    if word.cost and not COST.fullmatch(word.cost):
        found.append(f"its cost {word.cost!r} is no number such as 1250.00")
    if word.cost and not CURRENCY.fullmatch(word.currency):
        found.append(f"its currency {word.currency!r} is no code of three letters such as USD")
    return tuple(found)


def _table(filing: Filing, found: list[Plan]) -> Table:
    hung = hanging(filing)
    rows = tuple((*_what(filing, plan), hung.get(_key(plan.unit), NOTHING).short(), *_how(plan)) for plan in found)
    head = (
        "Site",
        "Device or part",
        "What it does",
        "What hangs on it",
        "Replacement",
        "From and to",
        "Cost",
        "Said by",
    )
    none = "no device or part is covered, in conflict or suspect"
    return Table("Plan for each device and part", head, rows, (2, 4, 4, 4, 4, 3, 3, 3), none)


def _what(filing: Filing, plan: Plan) -> tuple[str, str, str]:
    unit = plan.unit
    said = filing.answers.said("purpose", unit.device.device)
    does = (plan.word.purpose if plan.word else "") or (said.text if said else "asked")
    name = f"{unit.name} ({unit.thing.outcome}) [{unit.subject}]"
    return unit.report.site.id, name, does


def _how(plan: Plan) -> tuple[str, str, str, str]:
    word = plan.word
    if word is None:
        return (f"goes with {plan.goes_with}" if plan.goes_with else NO_PLAN), "", "", ""
    days = f"{word.start or 'asked'} to {word.end or 'asked'}"
    cost = f"{word.cost} {word.currency}" if word.cost else "asked"
    if plan.faults:
        days, cost = f"refused: {days}", f"refused: {cost}"
    return word.replacement or "asked", days, cost, ", ".join(filter(None, (word.by, word.date, word.contract)))


def _hanging(filing: Filing, found: list[Plan]) -> Table:
    """Port by port, for whoever must keep it working while the device goes."""
    hung = hanging(filing)
    units = {_key(plan.unit): plan.unit for plan in reversed(found) if plan.unit.thing is plan.unit.device}
    units = {_key(plan.unit): plan.unit for plan in found} | units
    rows = tuple(
        (unit.report.site.id, f"{names} [{unit.device.device}]", how, what)
        for key, unit in units.items()
        for names in [unit.name if unit.thing is unit.device else f"device of {unit.name}"]
        for how, what in hung.get(key, NOTHING).rows()
    )
    head = ("Site", "Device", "How", "What hangs there")
    return Table("What hangs on each device", head, rows, (2, 4, 4, 9), "the tables read name nothing")


def _kept(found: Iterable[Plan]) -> list[tuple[Plan, Removal]]:
    """Every word that can stand, once: two reports may tell of the same device."""
    kept: dict[Removal, Plan] = {}
    for plan in found:
        if plan.counted:
            kept.setdefault(plan.counted, plan)
    return [(plan, word) for word, plan in kept.items()]


def _bars(found: Iterable[Plan]) -> Iterator[Bar]:
    bars = [(word.start, word.end, plan.unit) for plan, word in _kept(found) if day(word.start) and day(word.end)]
    for start, end, unit in sorted(bars, key=lambda one: one[:2]):
        yield Bar(f"{unit.name} ({unit.report.site.id})", start, end)


def sums(filing: Filing, found: list[Plan]) -> Table:
    """Costs for all, and by site, region, contract and supply category: each currency by itself, what has no cost counted."""
    rows = []
    for by, group in _groups(filing, _kept(found)).items():
        for name, words in sorted(group.items()):
            rows += [(by, name, *cells) for cells in _summed(words)]
    head = ("By", "Group", "Currency", "Sum", "Plans with a cost", "Plans without one")
    return Table(
        "Costs, each currency summed by itself", head, tuple(rows), (3, 5, 2, 4, 3, 3), "no plan can be summed"
    )


def _groups(filing: Filing, kept: list[tuple[Plan, Removal]]) -> dict[str, dict[str, list[Removal]]]:
    found: dict[str, dict[str, list[Removal]]] = {}
    contracts = {one.number: one for one in filing.entity.contract}
    regions = {one.id: one.region for one in filing.entity.site}
    for plan, word in kept:
        site, held = plan.unit.report.site, contracts.get(word.contract)
        of = {
            "everything": "all plans",
            "site": site.id,
            "region": regions.get(site.id) or site.region or "no region named",
            "contract": word.contract or "no contract named",
            "supply category": word.supply_category or (held.supply_category if held else "") or "no category named",
        }
        for by, name in of.items():
            found.setdefault(by, {}).setdefault(name, []).append(word)
    return found


def _summed(words: list[Removal]) -> Iterator[tuple[str, str, str, str]]:
    """A row a currency; where nothing has a cost, one row that says so."""
    bare = str(sum(not word.cost for word in words))
    costs: dict[str, list[Decimal]] = {}
    for word in words:
        if word.cost:
            costs.setdefault(word.currency, []).append(Decimal(word.cost))
    for currency, found in sorted(costs.items()):
        yield currency, f"{sum(found, Decimal()):,}", str(len(found)), bare
    if not costs:
        yield "-", "no cost given", "0", bare


def last_day(found: Iterable[Plan]) -> date | None:
    """The last day on which anything is planned; None while no plan that can stand has one."""
    return max((end for plan in found if plan.counted and (end := day(plan.counted.end))), default=None)
