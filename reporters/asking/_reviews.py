"""Reviews of lists and of records that no scan can do: who looked, when, what was searched, what it showed."""

from collections.abc import Iterable, Iterator
from datetime import date

from model.answers import Look
from model.asked import Ask
from model.filing import Filing
from model.regime import Item, Regime
from reporters.asking._clauses import LISTS
from reporters.asking._words import SIGNED, said
from reporters.forms._looks import later
from reporters.forms.far_52_240_91 import MONTHS
from reporters.regimes._propose import day

GROUP = "Reviews and records"
OPEN = ("words", "saved", *SIGNED)
RECORDS = (
    (
        "records",
        "Which purchasing, inventory and lease records were searched for the listed producers, and what did they show?",
    ),
    (
        "services",
        "Which telecommunications and video surveillance services does the entity use, by whom, with whose equipment?",
    ),
    ("offline", "What equipment is on no network examined (cellular, radios, stored, home offices), and who made it?"),
    (
        "covered-services",
        "Which of the services used or offered are provided by a listed producer, or use its equipment? "
        "Their names, parted by semicolons, or none: each opens a sheet of the disclosure.",
    ),
    ("offered", "Which offered products and services were checked, how, and by whom? A scan of a site does not say."),
)


def looks(filing: Filing, laws: Iterable[Regime]) -> Iterator[Ask]:
    """The SAM exclusions, and FASCSA orders each three months where a contract asks for that."""
    for law in laws:
        for item in (one for one in law.field if one.key in LISTS):
            latest = max(
                (one for one in filing.answers.look if one.what == item.key), key=lambda one: one.date, default=None
            )
            old = _old(filing, law, item, latest)
            given = (
                {name: getattr(latest, name) for name in OPEN if getattr(latest, name)} if latest and not old else {}
            )
            yield Ask(
                key=f"look:{item.key}",
                text=item.ask,
                noun="look",
                fixed={"what": item.key},
                blanks=OPEN,
                group=GROUP,
                about=item.label,
                why=old or f"{law.clause} asks for it; keep the saved result, its digest goes here",
                cite=f"{law.clause}{item.cite} ({law.dated})",
                said=given,
            )


def _old(filing: Filing, law: Regime, item: Item, latest: Look | None) -> str:
    """Why a review is asked for again: the clause wants one every three months; "" where none of that holds."""
    at = day(latest.date) if latest else None
    if item.key != "fascsa-orders" or law.role != "clause" or not latest or not at:
        return ""
    due = later(at, MONTHS)
    if due >= date.fromisoformat(filing.prepared_at[:10]):
        return ""
    return f"the latest, by {latest.by} of {at}, is older than {MONTHS} months: one was due by {due}"


def records(filing: Filing) -> Iterator[Ask]:
    """What an inquiry looks at beside the network."""
    for key, text in RECORDS:
        fixed, open = {"question": key}, ("text", *SIGNED)
        why = "a scan is one part of a reasonable inquiry, never the whole of it"
        given = said(filing, "answer", fixed, open)
        yield Ask(f"record:{key}", text, "answer", fixed, open, GROUP, {}, "the entity", why, "FAR 52.204-25(a)", given)
