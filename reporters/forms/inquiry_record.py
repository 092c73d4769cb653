"""The record of the reasonable inquiry behind any of the papers: who looked where, when and how, and what nobody looked at."""

import re
from collections.abc import Iterator

from model.answers import Look
from model.filing import Filing
from model.gate import refused
from model.waivers import day
from reporters._closures import closures
from reporters._document import Block, Bullets, Heading, PageBreak, Paragraph, Table
from reporters._text import titled, when
from reporters.forms._back import closing, limits
from reporters.forms._flow_down import quote
from reporters.forms._front import HOLES, front
from reporters.forms._inquiry import inquiry
from reporters.forms._matters import held, matters, questions
from reporters.forms._write import MEDIA, written

ID = "inquiry-record"
TITLE = "Record of the reasonable inquiry: draft for a person to complete"
CITES = ("FAR 52.204-25(a)", "FAR 52.240-90(c)", "FAR 52.240-91(f) (FAR overhaul, DEVIATION DATE)")
__all__ = ["CITES", "ID", "MEDIA", "TITLE", "render"]

QUESTIONS = (
    ("inquiry-lead", "Who led the inquiry, on whose order, from which day to which?"),
    (
        "records",
        "Which purchasing, inventory and lease records were searched for the listed producers, and what did they show?",
    ),
    (
        "people",
        "Who was asked (site managers, IT, facilities, security, landlords), by whom, when, and what did they say?",
    ),
    ("suppliers", "Which suppliers, carriers and integrators were asked, by whom, when, and what did they answer?"),
    (
        "services",
        "Which telecommunications and video surveillance services does the entity use, by whom, with whose equipment?",
    ),
    ("offline", "What equipment is on no network examined (cellular, radios, stored, home offices), and who made it?"),
    ("walked", "Which rooms and closets were walked through, by whom, when, and what was seen?"),
    ("inquiry-left", "What was knowingly not looked at, and why?"),
)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
NOT = (
    "It is no representation, and no form that a clause prescribes: it is what a person can point to when asked how they knew.",
    "An inquiry looks at the information in the entity's possession. No clause asks for an audit, and this is none.",
)


def render(filing: Filing, media: str) -> bytes:
    """The form in `media`. Pure: the same filing gives the same bytes."""
    return written(filing, ID, TITLE, "; ".join(CITES), _blocks(filing), media)


def _blocks(filing: Filing) -> Iterator[Block]:
    yield from front(filing, "Not everything was looked at", "No hold of the scans stands")
    yield Bullets(NOT)
    yield PageBreak()
    yield Heading("Who looked where, and when")
    yield quote("f91")
    yield _looked(filing)
    yield _closures(filing)
    yield from questions(filing, QUESTIONS)
    yield from _lists(filing)
    yield from _documents(filing)
    yield from _left(filing)
    yield from matters(filing)
    yield from held(filing)
    yield from inquiry(filing)
    yield from limits()
    yield from closing(filing)


def _looked(filing: Filing) -> Table:
    rows = tuple(
        (
            one.report.site.id or "without a name",
            one.report.agent,
            f"{when(one.report.started_at)} to {when(one.report.finished_at)}",
            ", ".join(filter(None, (one.report.authority.name, one.report.authority.ticket))) or "nobody named",
            ", ".join(dict.fromkeys(row.probe for row in one.report.coverage)) or "no ledger",
            one.digest,
        )
        for one in filing.reports
    )
    head = ("Site", "With what, from where", "When (UTC)", "Allowed by", "Probes and imports", "Report")
    return Table("Scans and files", head, rows, (2, 4, 4, 3, 5, 5), "no report: nobody has looked")


def _closures(filing: Filing) -> Table:
    rows = tuple(
        (one.report.site.id, closure.title, "OPEN" if closure.is_open else "closed", closure.count, closure.meaning)
        for one in filing.reports
        for closure in closures(one.report)
    )
    head = ("Site", "Closure", "State", "How far", "What it means")
    return Table("Closures: what bounds the statement", head, rows, (2, 3, 2, 4, 8), "no report")


def _lists(filing: Filing) -> Iterator[Block]:
    """Lists that persons reviewed; a review without name, day, words or saved result says what it lacks."""
    yield Heading("Lists reviewed")
    rows = tuple((titled(one.what), one.words, one.by, one.date, one.saved, lacks(one)) for one in filing.answers.look)
    head = ("List", "What was searched, and what it showed", "By", "Day", "Saved result", "Lacks")
    yield Table("Reviews of lists", head, rows, (3, 6, 3, 3, 5, 3), "nobody has entered one")


def lacks(one: Look) -> str:
    """What a review lacks to be complete: name, day, words, the digest of the saved result."""
    given = (("name", bool(one.by.strip())), ("day", day(one.date) is not None), ("words", bool(one.words.strip())))
    left = [name for name, there in (*given, ("saved result", bool(DIGEST.fullmatch(one.saved)))) if not there]
    return ", ".join(left) or "nothing"


def _documents(filing: Filing) -> Iterator[Block]:
    """Every document that this paper names, by digest: whoever holds a copy can tell whether it is that one."""
    rows = [(f"report of site {one.report.site.id}", one.digest) for one in filing.reports]
    rows += [(f"evidence of site {one.report.site.id}", one.report.inputs.evidence) for one in filing.reports]
    rows += [
        ("rules, law and registry", pack) for pack in dict.fromkeys(one.report.inputs.pack for one in filing.reports)
    ]
    rows += [(f"saved result: {titled(one.what)}, {one.date}", one.saved) for one in filing.answers.look if one.saved]
    rows += [(f"waiver's approval: {one.authority}", one.approval) for one in filing.answers.waiver if one.approval]
    yield Heading("Documents, by digest")
    yield Table("Documents named in this paper", ("Document", "Digest"), tuple(rows), (4, 7))


def _left(filing: Filing) -> Iterator[Block]:
    """Everything that was not looked at, in full: page 1 has room for some of it."""
    left = sorted((one for one in refused(filing.holds) if one.kind in HOLES), key=lambda one: HOLES.index(one.kind))
    yield Heading("What was not looked at")
    yield Paragraph("Each line is something that the scans did not see, did not finish, or could not explain.")
    rows = tuple((one.site or "entity", one.kind, one.text) for one in left)
    yield Table(
        "Not looked at, or not accounted for", ("Site", "Kind", "What"), rows, (2, 2, 9), "nothing is known to be left"
    )
