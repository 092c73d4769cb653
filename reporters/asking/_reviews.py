"""Reviews of lists and of records that no scan can do: who looked, when, what was searched, what it showed."""

from collections.abc import Iterable, Iterator

from model.asked import Ask
from model.filing import Filing
from model.regime import Regime
from reporters.asking._words import SIGNED, said

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
    ("offered", "Which offered products and services were checked, how, and by whom? A scan of a site does not say."),
)


def looks(filing: Filing, laws: Iterable[Regime]) -> Iterator[Ask]:
    """The SAM exclusions, and FASCSA orders each three months where a contract asks for that."""
    for law in laws:
        for item in (one for one in law.field if one.key in ("sam-exclusions", "fascsa-orders")):
            latest = max(
                (one for one in filing.answers.look if one.what == item.key), key=lambda one: one.date, default=None
            )
            given = {name: getattr(latest, name) for name in OPEN if getattr(latest, name)} if latest else {}
            yield Ask(
                key=f"look:{item.key}",
                text=item.ask,
                noun="look",
                fixed={"what": item.key},
                blanks=OPEN,
                group=GROUP,
                about=item.label,
                why=f"{law.clause} asks for it; keep the saved result, its digest goes here",
                cite=f"{law.clause}{item.cite} ({law.dated})",
                said=given,
            )


def records(filing: Filing) -> Iterator[Ask]:
    """What an inquiry looks at beside the network."""
    for key, text in RECORDS:
        fixed, open = {"question": key}, ("text", *SIGNED)
        why = "a scan is one part of a reasonable inquiry, never the whole of it"
        given = said(filing, "answer", fixed, open)
        yield Ask(f"record:{key}", text, "answer", fixed, open, GROUP, {}, "the entity", why, "FAR 52.204-25(a)", given)
