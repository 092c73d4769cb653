"""Page 1 of every form: whose paper it is, what still holds, and what each site's report did not see."""

from collections import Counter
from collections.abc import Iterable, Iterator

from model.filing import Filing, Held
from model.gate import Hold, refused
from reporters._document import Block, Field, Fields, Notice, Table
from reporters._text import plural, when

KINDS = {
    "device": "device covered, in conflict, suspect, unknown or unseen",
    "component": "part covered or suspect, or device with parts of no known maker",
    "mac": "MAC address that no identified device owns",
    "coverage": "probe or scope refused, excluded, not run or incomplete",
    "network": "network not examined, excluded, or without any answer",
    "site": "site without a current report, or not listed",
    "identity": "site where nothing was identified",
}
HOLES = ("site", "identity", "network", "coverage", "mac")
MOST = 12  # holes on page 1


def front(filing: Filing, stands: str, free: str) -> Iterator[Block]:
    """Entity, holds in short, sites. `stands` heads the notice while a hold stands, `free` once none does."""
    entity = filing.entity
    yield Fields(
        (
            Field("Entity", entity.name or None),
            Field("Unique entity identifier (UEI)", entity.uei or None),
            Field("CAGE code", entity.cage or None),
            Field("Prepared", when(filing.prepared_at)),
        )
    )
    if entity.site_only:
        title = "This paper is about the sites below alone, and is not the entity's: the FAR asks the whole entity."
        yield Notice("error", title)
    left = refused(filing.holds)
    lifted = len(filing.holds) - len(left)
    if left:
        yield Notice(
            "error", f"{stands}: {plural(len(left), 'hold')} stand{'s' if len(left) == 1 else ''}", _counts(left)
        )
    else:
        more = f"Named persons lifted {plural(lifted, 'hold')}; what they said is printed below." if lifted else ""
        yield Notice(
            "warning",
            free,
            tuple(filter(None, (more, "That none stands is no representation: a person answers and signs."))),
        )
    yield _sites(filing)
    yield _holes(left)


def _holes(left: list[Hold]) -> Table:
    """What nobody has seen, before what was found: page 1 has room for some, the table of holds has them all."""
    found = sorted((hold for hold in left if hold.kind in HOLES), key=lambda hold: HOLES.index(hold.kind))
    rows = [(hold.site or "entity", hold.kind, hold.text) for hold in found[:MOST]]
    if len(found) > MOST:
        rows.append(("...", "", f"and {plural(len(found) - MOST, 'hole')} more, in the table of every hold"))
    title = "Holes: sites, networks, coverage and MAC addresses that nobody has accounted for"
    return Table(title, ("Site", "Kind", "What is open"), tuple(rows), (2, 2, 9), "none is open")


def _counts(left: Iterable[Hold]) -> tuple[str, ...]:
    counts = Counter(hold.kind for hold in left)
    return tuple(f"{count:,} \u00d7 {KINDS.get(kind, kind)}" for kind, count in sorted(counts.items()))


def _sites(filing: Filing) -> Table:
    listed = {site.id: site for site in filing.entity.site}
    missing = {hold.subject: hold for hold in filing.holds if hold.kind == "site"}
    rows = []
    for name in dict.fromkeys([*listed, *(held.report.site.id for held in filing.reports)]):
        site = listed.get(name)
        tenure = ", ".join(filter(None, (site.tenure, site.country))) if site else "not listed by the entity"
        for held in _of(filing, name) or [
            None
        ]:  # what one report did not see, a later and smaller one does not make seen
            title = site.name if site and site.name else held.report.site.name if held else ""
            state = _state(held, name in missing)
            called = f"{title} ({name})" if title and title != name else name
            rows.append((not held or name in missing, (called, tenure, *state)))
    rows.sort(key=lambda row: not row[0])  # what was not examined comes first
    head = (
        "Site",
        "Tenure, country",
        "Report",
        "Open coverage rows",
        "Unexplained MACs",
        "Networks not in scope",
        "Unknown or unseen",
    )
    return Table(
        "Sites, and what their reports did not see",
        head,
        tuple(row for _, row in rows),
        (4, 3, 4, 3, 3, 3, 3),
        "no site is listed and none was scanned",
    )


def _of(filing: Filing, site: str) -> list[Held | None]:
    """The site's reports, the latest first."""
    found = [held for held in filing.reports if held.report.site.id == site]
    return [*sorted(found, key=lambda held: held.report.finished_at, reverse=True)]


def _state(held: Held | None, missing: bool) -> tuple[str, str, str, str, str]:
    if held is None:
        return "NOT EXAMINED: no report", "-", "-", "-", "-"
    report = held.report
    dated = ("NOT CURRENT: " if missing else "") + when(report.finished_at)
    rows = sum(row.status != "done" or bool(row.refused or row.excluded) for row in report.coverage)
    nets = sum(net.status != "in scope" for net in report.networks)
    dark = report.summary.unknown + report.summary.unseen
    return dated, str(rows) if report.coverage else "no ledger", str(len(report.unexplained_macs)), str(nets), str(dark)
