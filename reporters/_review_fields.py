"""What the fields of answers.toml are called on a page or in a sheet, and which of them nobody may leave out."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from model import answering
from model.asked import Ask
from model.trouble import Trouble
from reporters._catalogue import told

DAY = "as year, month, day: 2026-11-23"
# {field: (label, hint)}; a field that is not here is called by its own name.
WORDS: dict[str, tuple[str, str]] = {
    "accept": ("Did this clock start?", ""),
    "answer": ("Answer", ""),
    "approval": ("Digest of the written approval", "sha256: and 64 signs, as sha256sum prints it"),
    "authority": ("Who can grant it", ""),
    "by": ("Name of the person who says this", "the name is printed in the paper"),
    "contract": ("Contract number", "left blank: for every contract"),
    "cost": ("Cost", "digits, with a point before cents"),
    "currency": ("Currency", "three letters, such as USD"),
    "date": ("Day on which it is said", DAY),
    "devices": ("Devices", "ids, parted by commas"),
    "end": ("Last day", DAY),
    "form": ("Form", "left blank: for every form that has the box"),
    "kind": ("Which exception", ""),
    "moment": ("Moment at which the clock started", "with its zone: 2026-11-23T14:30:00-05:00"),
    "name": ("Name of the person who signs", ""),
    "purpose": ("What it does there", ""),
    "reason": ("Reason", "printed in the paper"),
    "region": ("Region", ""),
    "replacement": ("What replaces it", ""),
    "route": ("Can it route or redirect user data traffic?", ""),
    "saved": ("Digest of the saved result", "sha256: and 64 signs, as sha256sum prints it"),
    "scope": ("What it covers", ""),
    "see": ("Can it permit visibility into user data or packets?", ""),
    "service": ("Service", ""),
    "start": ("First day", DAY),
    "status": ("Where it stands", ""),
    "supply_category": ("Supply category", ""),
    "text": ("Answer", "printed in the paper"),
    "title": ("Title", ""),
    "until": ("Last day on which this stands", DAY),
    "used": ("Does the entity use it?", ""),
    "what": ("Which list", ""),
    "whose": ("Whose equipment is it?", ""),
    "words": ("What was searched, and what it showed", ""),
}
LONG = frozenset({"text", "reason", "words", "purpose", "replacement", "scope"})  # room for several lines
DAYS = frozenset({"date", "until", "start", "end"})
SHARED = ("by", "date")  # who speaks, and when: put once where a page or sheet holds many questions


def label(field: str) -> str:
    """What people call the field."""
    return WORDS.get(field, (field.replace("_", " ").capitalize(), ""))[0]


def hint(field: str) -> str:
    """How the field is filled; "" where its label says enough."""
    return WORDS.get(field, ("", ""))[1]


def needed(ask: Ask, field: str) -> bool:
    """Whether the word cannot be given without this field."""
    return answering.needed(ask.noun, field)


def thing(about: str, lang: str) -> str:
    """What a question is about, in `lang`. One word alone is a name that somebody gave: a device may be called `switch`."""
    return told(about, lang) if " " in about else about


def offered(options: Iterable[str], lang: str) -> dict[str, str]:
    """{an allowed value as people read it: as it is kept}."""
    return {told(one, lang): one for one in options}


def fault(trouble: Trouble, lang: str) -> str:
    """What is wrong with an answer, and its remedy."""
    return f"{told(trouble.what, lang)}: {told(trouble.remedy, lang)}"


def mark(fields: Iterable[str], values: Mapping[str, str]) -> str:
    """Says which word stood in a question's fields when a page or sheet was made: a later save can tell that another stands by then."""
    return sha256(repr([(name, values.get(name, "")) for name in sorted(fields)]).encode()).hexdigest()[:16]
