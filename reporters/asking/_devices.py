"""Open questions of Section 889 about each device that is covered, in conflict or suspect."""

from collections.abc import Iterator

from model.asked import Ask
from model.filing import Filing
from model.report import ACCUSING, WORDS, Finding
from reporters._text import called
from reporters.asking._words import SIGNED, YES_NO, said

GROUP = "Devices made, or perhaps made, by a listed producer"
AUTHORITY = "section-889"
EXCEPTED = {  # open question -> kind of exception, and which fields are asked for it
    "user-data": ("cannot-see-user-data", ("route", "see", "reason")),
    "third-party-connection": ("third-party-connection", ("reason",)),
}
CITES = {
    "user-data": "FAR 52.204-24(b)(1)(ii) and 52.204-25(c)(2); both conditions are asked, which is our reading",
    "third-party-connection": "FAR 52.204-24(b)(1)(i) and 52.204-25(c)(1): backhaul, roaming, interconnection",
    "essential-component": "FAR 52.204-25(a): a component necessary for the proper function or performance",
    "purpose": "FAR 52.204-25(a), covered telecommunications equipment or services, (2)",
}


def devices(filing: Filing) -> Iterator[Ask]:
    """Each open question of each accused device, once; what every device of a site is asked stands device by device."""
    for report, one in filing.findings():
        if one.outcome not in ACCUSING:
            continue
        for question in (q for reach in one.authorities if reach.id == AUTHORITY for q in reach.open_questions):
            yield _ask(filing, one, report.site.id, question.id, question.text)


def _ask(filing: Filing, one: Finding, site: str, id: str, text: str) -> Ask:
    noun, fixed, open, options = _shape(one, id)
    return Ask(
        key=f"device:{one.device}:{id}",
        text=text,
        noun=noun,
        fixed=fixed,
        blanks=open,
        options=options,
        group=GROUP,
        about=called(one),
        why=f"{WORDS[one.outcome]}: {one.producer or one.maker or ''} {one.model}".strip() + f" (site {site})",
        cite=CITES.get(id, "Pub. L. 115-232, sec. 889"),
        said=said(filing, noun, fixed, open),
    )


def _shape(one: Finding, id: str) -> tuple[str, dict[str, str], tuple[str, ...], dict[str, tuple[str, ...]]]:
    """(noun, fixed, open, options) of the table that the answer belongs to."""
    if id in EXCEPTED:
        kind, asked = EXCEPTED[id]
        options: dict[str, tuple[str, ...]] = {name: YES_NO for name in ("route", "see") if name in asked}
        return "exception", {"kind": kind, "device": one.device}, (*asked, *SIGNED), options
    return "answer", {"question": id, "device": one.device}, ("text", *SIGNED), {}
