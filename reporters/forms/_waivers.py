"""Waivers and exceptions as persons entered them: what is sought is never shown as granted, what is refused is refused with its reason."""

from collections.abc import Iterator
from datetime import date

from model.answers import Excepted, Waiver
from model.filing import Filing
from model.waivers import Grant, authorities, day, judged
from reporters._document import Block, Bullets, Heading, Paragraph, Table
from reporters._text import called, plural, titled
from reporters.forms import _section_889
from reporters.forms._disclosure import products
from reporters.forms._section_889 import AUTHORITY

LAWS = (AUTHORITY, "fascsa")  # what the FAR's forms answer for; a Defense form names its own
LIFTS = "No waiver and no exception lifts a hold: what is there stays on this paper, and whoever signs says what follows from it."
CONNECTION = "third-party-connection"
NOBODY = "nobody has spoken"


def waivers(filing: Filing, *laws: str) -> Iterator[Block]:
    """What could waive `laws` (those of the FAR's forms unless given), each waiver entered, and for Section 889 the exceptions."""
    about = laws or LAWS
    yield Heading("Waivers and exceptions" if AUTHORITY in about else "Waivers")
    grants = [one for one in authorities().values() if one.law in about]
    yield Bullets(tuple(f"{one.title} ({one.cite}): {one.note}" for one in grants))
    yield _table(filing, about)
    yield from _others(filing, about)
    yield Paragraph(LIFTS)
    if AUTHORITY in about:
        yield from exceptions(filing)


def _table(filing: Filing, about: tuple[str, ...]) -> Table:
    rows = tuple(_row(filing, one, why) for one, why in judged(_ours(filing)) if _law(one) in (*about, ""))
    head = ("Authority", "State", "Part, contract and scope", "From and to", "Written approval", "Said by")
    return Table("Waivers that persons entered", head, rows, (4, 6, 5, 3, 5, 3), "nobody entered one")


def _ours(filing: Filing) -> list[Waiver]:
    """Those of this paper's contract, and those for all."""
    number = filing.contract.number if filing.contract else ""
    return [one for one in filing.answers.waiver if not number or one.contract in ("", number)]


def _law(waiver: Waiver) -> str:
    """What it waives; "" for an authority nobody knows, which every form prints as refused."""
    grant = authorities().get(waiver.authority)
    return grant.law if grant else ""


def _row(filing: Filing, one: Waiver, why: tuple[str, ...]) -> tuple[str, ...]:
    grant: Grant | None = authorities().get(one.authority)
    names = {found.device: called(found) for _, found in filing.findings()}
    part = f"Part {one.part}" if one.part else ""
    scope = (part, one.contract or "every contract", one.scope, one.region, one.supply_category)
    things = ", ".join(names.get(device, device) for device in one.devices)
    days = " to ".join((one.start or "?", one.end or "?")) if one.start or one.end else ""
    return (
        grant.title if grant else one.authority or "none named",
        state(one, why, filing.prepared_at),
        "; ".join(filter(None, (*scope, things))),
        days,
        one.approval,
        ", ".join(filter(None, (one.by, one.date))),
    )


def state(one: Waiver, why: tuple[str, ...], prepared_at: str) -> str:
    """REFUSED with every reason, SOUGHT and not granted, or granted on whose word; never more than the person said."""
    if why:
        return f"REFUSED: {'; '.join(why)}"
    if one.status == "sought":
        return "SOUGHT, not granted"
    today, start, end = date.fromisoformat(prepared_at[:10]), day(one.start), day(one.end)
    now = "; not yet begun" if start and start > today else "; ENDED before this paper" if end and end < today else ""
    return f"granted, on the word of {one.by}; the approval was not read by this program{now}"


def _others(filing: Filing, about: tuple[str, ...]) -> Iterator[Block]:
    laws = [law for one in _ours(filing) if (law := _law(one)) and law not in about]
    if laws:
        names = ", ".join(titled(law) for law in sorted(set(laws)))
        yield Paragraph(f"{plural(len(laws), 'waiver')} under other authorities ({names}): not this paper's matter.")


def exceptions(filing: Filing) -> Iterator[Block]:
    """Both texts, our reading, and for each device or part that stands accused both conditions: answered, or still asked."""
    yield from _section_889.exceptions()
    yield Paragraph("Both questions are asked of a named person; only two answers of no make it count.")
    head = (
        "Site",
        "Device or part",
        "Can it route or redirect?",
        "Can it permit visibility?",
        "Counts as excepted",
        "Said by",
    )
    rows = tuple(_asked(filing))
    yield Table("Both conditions, for each device and part", head, rows, (2, 7, 3, 3, 4, 4), "nothing stands accused")
    yield from _section_889.connections()
    yield _connections(filing)


def _asked(filing: Filing) -> Iterator[tuple[str, ...]]:
    """A row for each device or part that a person spoke of, one a site for the others; then words about nothing accused."""
    said: dict[str, list[Excepted]] = {}
    for one in filing.answers.exception:
        if one.kind != CONNECTION:
            said.setdefault(one.device, []).append(one)
    units = [unit for group in products(filing) for unit in group]
    silent: dict[str, list[str]] = {}
    for unit in units:
        name = f"{unit.name} [{unit.subject}]"
        if unit.subject in said:
            yield unit.report.site.id, name, *_both(said[unit.subject])
        else:
            silent.setdefault(unit.report.site.id, []).append(name)
    for site, names in silent.items():
        yield site, "; ".join(names), *_both([])
    for name in sorted(said.keys() - {unit.subject for unit in units}):
        route, see, _, by = _both(said[name])
        yield "", name or "no device named", route, see, "no: about nothing that the reports accuse", by


def _both(said: list[Excepted]) -> tuple[str, str, str, str]:
    route, see = (" / ".join(getattr(e, name) or "asked" for e in said) or "asked" for name in ("route", "see"))
    return route, see, counts(said), "; ".join(f"{e.by}, {e.date}: {e.reason}" for e in said) or NOBODY


def counts(said: list[Excepted]) -> str:
    """Whether, in our reading, it counts as excepted: one named person, a day, a reason, and no to both questions."""
    if not said:
        return "no: not answered"
    if len(said) > 1:
        return f"no: {len(said)} persons' words, and they must be one"
    one = said[0]
    if one.kind != "cannot-see-user-data":
        return f"no: no such kind of exception {one.kind!r}"
    if not (one.by.strip() and one.reason.strip() and day(one.date)):
        return "no: the word lacks a name, a reason or a day"
    if (one.route, one.see) == ("no", "no"):
        return f"yes, on the word of {one.by}"
    left = [name for name, text in (("route", one.route), ("see", one.see)) if text not in ("yes", "no")]
    return f"no: not answered with yes or no: {', '.join(left)}" if left else "no: one of the two is answered with yes"


def _connections(filing: Filing) -> Table:
    """Services that connect to a third party's facilities: a person's word alone, about a service and not a box."""
    names = {found.device: called(found) for _, found in filing.findings()}
    rows = tuple(
        (names.get(e.device, e.device) or "the entity", e.reason, e.by, e.date)
        for e in filing.answers.exception
        if e.kind == CONNECTION
    )
    caption = (
        "Services that connect to a third party's facilities (backhaul, roaming, interconnection), as persons said"
    )
    return Table(caption, ("About", "What was said", "By", "Date"), rows, (4, 7, 3, 2), NOBODY)
