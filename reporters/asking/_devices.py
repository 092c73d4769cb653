"""Open questions of Section 889 about each device, and each part of one, that is covered, in conflict or suspect."""

from collections.abc import Iterator

from model.asked import Ask
from model.filing import Filing
from model.report import WORDS
from reporters.asking._words import SIGNED, YES_NO, said
from reporters.forms._disclosure import Unit, units
from reporters.forms._section_889 import EXCEPTED, asked_of

GROUP = "Devices made, or perhaps made, by a listed producer"
FIELDS = {"user-data": ("route", "see", "reason"), "third-party-connection": ("reason",)}  # asked for an exception
CITES = {
    "user-data": "FAR 52.204-24(b)(1)(ii) and 52.204-25(c)(2); both conditions are asked, which is our reading",
    "third-party-connection": "FAR 52.204-24(b)(1)(i) and 52.204-25(c)(1): backhaul, roaming, interconnection",
    "essential-component": "FAR 52.204-25(a): a component necessary for the proper function or performance",
    "purpose": "FAR 52.204-25(a), covered telecommunications equipment or services, (2)",
}


def devices(filing: Filing) -> Iterator[Ask]:
    """Each open question of each accused device or part, once; what every device of a site is asked stands device by device."""
    for one in units(filing):
        for id, text in asked_of(one.device, one.thing):
            yield _ask(filing, one, id, text)


def _ask(filing: Filing, one: Unit, id: str, text: str) -> Ask:
    noun, fixed, open, options = _shape(one.subject, id)
    thing = one.thing
    return Ask(
        key=f"device:{one.subject}:{id}",
        text=text,
        noun=noun,
        fixed=fixed,
        blanks=open,
        options=options,
        group=GROUP,
        about=one.name,
        why=f"{WORDS[thing.outcome]}: {thing.producer or thing.maker or ''} {thing.model}".strip()
        + f" (site {one.report.site.id})",
        cite=CITES.get(id, "Pub. L. 115-232, sec. 889"),
        said=said(filing, noun, fixed, open),
    )


def _shape(subject: str, id: str) -> tuple[str, dict[str, str], tuple[str, ...], dict[str, tuple[str, ...]]]:
    """(noun, fixed, open, options) of the table that the answer belongs to."""
    if id in EXCEPTED:
        asked = FIELDS[id]
        options: dict[str, tuple[str, ...]] = {name: YES_NO for name in ("route", "see") if name in asked}
        return "exception", {"kind": EXCEPTED[id], "device": subject}, (*asked, *SIGNED), options
    return "answer", {"question": id, "device": subject}, ("text", *SIGNED), {}
