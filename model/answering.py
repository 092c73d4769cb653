"""Answering: a person's word made out of what they filled in, refused by name where it is none; and put among the answers."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, get_args

import msgspec

from model import waivers
from model.answers import Answers, Class, Removal, Waiver
from model.asked import Ask
from model.trouble import Trouble

Word = Any  # one of the nouns that Answers holds
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
MONEY = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
DAYS = ("date", "start", "end", "until")
EARLIEST, LATEST = date(2010, 1, 1), date(2100, 1, 1)  # a day outside is a slip of the hand
LONGEST = 20_000  # signs of one answer
# What makes two words the same one, said twice: the later replaces the earlier.
SAME: dict[str, tuple[str, ...]] = {
    "answer": ("question", "device", "contract", "service"),
    "choice": ("box", "form", "contract"),
    "disposition": ("subject", "of"),
    "clock": ("clause", "device", "contract"),
    "waiver": ("authority", "part", "contract", "scope", "region", "supply_category", "devices"),
    "exception": ("kind", "device"),
    "removal": ("device", "contract"),
    "look": ("what", "by", "date"),
    "signer": (),
}


def nouns() -> dict[str, type]:
    """{table of answers.toml: its Struct}, read off Answers itself."""
    kinds = {one.name: (get_args(one.type) or (one.type,))[0] for one in msgspec.structs.fields(Answers)}
    return {name: kind for name, kind in kinds.items() if isinstance(kind, type) and issubclass(kind, msgspec.Struct)}


def word(ask: Ask, given: Mapping[str, str], today: date | None = None) -> Word:
    """The noun that `given` ({field: text}) makes of the question; Trouble naming question and field where it makes none.

    `today`: no day on which something was said lies after it.
    """
    strange = sorted(set(given) - set(ask.blanks))
    if strange:
        remedy = f"its fields are: {', '.join(ask.blanks)}"
        raise Trouble(f"{ask.key}, {strange[0]}", "the question has no such field", remedy)
    values = {name: text.strip() for name, text in given.items() if text.strip()}
    for name in ask.blanks:
        _checked(ask, name, values, today)
    found = _made(ask, values)
    for what, remedy in _together(ask.noun, found):
        raise Trouble(ask.key, what, remedy)
    return found


def _checked(ask: Ask, name: str, values: dict[str, str], today: date | None) -> None:
    """One field: there if needed, a day if one is asked, among its options; `values` keeps times in one form."""
    place, text = f"{ask.key}, {name}", values.get(name, "")
    if not text:
        if needed(ask.noun, name):
            raise Trouble(place, "no answer", _remedy(name))
        return
    if len(text) > LONGEST:
        raise Trouble(place, f"{len(text):,} signs long", f"say it in {LONGEST:,}")
    allowed = ask.options.get(name, ())
    if allowed and text not in allowed:
        raise Trouble(place, f"{text[:60]!r} is none of its answers", f"choose one of: {', '.join(allowed)}")
    for what, remedy in _form(name, text, today):
        raise Trouble(place, what, remedy)


def needed(noun: str, name: str) -> bool:
    """Whether the noun cannot be without this field."""
    kind = nouns()[noun]
    always = {one.name for one in msgspec.structs.fields(kind) if one.required}
    return name in always or (noun == "signer" and name in ("name", "title", "date"))


def _remedy(name: str) -> str:
    if name == "by":
        return "name the person who says so: a word that nobody signs counts for nothing"
    return "a day in the form 2026-11-23" if name in DAYS else "answer it, or leave the whole question open"


def _form(name: str, text: str, today: date | None) -> Iterator[tuple[str, str]]:
    """(what is wrong, remedy) of the form of one field."""
    if name in DAYS:
        at = waivers.day(text)
        if at is None:
            yield f"{text[:40]!r} is no day of the calendar", "write it in the form 2026-11-23"
        elif not EARLIEST <= at < LATEST:
            yield f"{text} cannot be meant", f"a day from {EARLIEST} on"
        elif name == "date" and today and at > today:
            yield f"{text} is not yet", "write the day on which it was said"
    if name in ("saved", "approval") and not DIGEST.fullmatch(text):
        yield f"{text[:40]!r} is no digest", "write sha256: and the 64 digits that `sha256sum FILE` prints"
    if name == "cost" and not MONEY.fullmatch(text):
        yield f"{text[:40]!r} is no amount", "write digits, with a point before cents: 1250.00"
    if name == "currency" and not re.fullmatch("[A-Z]{3}", text):
        yield f"{text[:40]!r} is no currency", "write its three letters, such as USD"
    if name == "moment" and not _moment(text):
        yield f"{text[:40]!r} is no moment with its zone", "write it in the form 2026-11-23T14:30:00-05:00"


def _moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _made(ask: Ask, values: dict[str, str]) -> Word:
    """The Struct; `of.vlan` and the like are fields of its class, `devices` is a list."""
    held: dict[str, Any] = {}
    group: dict[str, Any] = {}
    for name, text in {**values, **ask.fixed}.items():
        if name.startswith("of."):
            group[name[3:]] = text == "true" if name == "of.random_mac" else text
        else:
            held[name] = tuple(re.split(r"[,\s]+", text)) if name == "devices" else text
    if group:
        held["of"] = group
    try:
        return msgspec.convert(held, nouns()[ask.noun])
    except msgspec.ValidationError as fault:
        raise Trouble(ask.key, f"makes no {ask.noun} ({fault})", "answer every field that it needs") from None


def _together(noun: str, found: Word) -> Iterator[tuple[str, str]]:
    """(what is wrong, remedy) between fields."""
    if isinstance(found, Waiver):
        yield from ((reason, "mend it, or leave the waiver out") for reason in waivers.faults(found))
    if noun == "removal" and isinstance(found, Removal) and found.start and found.end and found.end < found.start:
        yield f"it would end on {found.end}, before it starts on {found.start}", "write the days the other way round"
    if noun == "clock" and found.accept == "yes" and not found.moment:
        yield "a clock that started has a moment", "write when it started, with its zone"
    if noun == "answer" and found.question.startswith("submitted-") and not _moment(found.text):
        yield f"{found.text[:40]!r} is no moment with its zone", "write it in the form 2026-11-23T14:30:00-05:00"
    if noun == "disposition" and not found.subject and (found.of is None or found.of == Class()):
        yield "it is about nothing", "name a subject or a class"


def entered(answers: Answers, noun: str, said: Word) -> Answers:
    """The answers with this word in them, in the place of an earlier one about the same."""
    if noun == "signer":
        return msgspec.structs.replace(answers, signer=said)
    same = identity(noun, said)
    kept = [one for one in getattr(answers, noun) if identity(noun, one) != same]
    return msgspec.structs.replace(answers, **{noun: (*kept, said)})


def withdrawn(answers: Answers, noun: str, said: Word) -> Answers:
    """The answers without the word about the same thing."""
    if noun == "signer":
        return msgspec.structs.replace(answers, signer=nouns()[noun]())
    same = identity(noun, said)
    kept = tuple(one for one in getattr(answers, noun) if identity(noun, one) != same)
    return msgspec.structs.replace(answers, **{noun: kept})


def identity(noun: str, said: Word) -> tuple[Any, ...]:
    """What the word is about: two words of one identity are one, said twice."""
    return tuple(getattr(said, name) for name in SAME[noun])


def table(noun: str) -> type:
    """The Struct of a table of answers.toml."""
    return nouns()[noun]


def table_of(said: Word) -> str:
    """The table of answers.toml that the word belongs to."""
    return next(name for name, kind in nouns().items() if isinstance(said, kind))


def toml(answers: Answers) -> bytes:
    """answers.toml: the same bytes for the same answers, fields that say nothing left out; `answers.parsed` reads it back."""
    import tomli_w

    text = tomli_w.dumps(_plain(answers))
    return text.encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    """Without fields that are as they would be unsaid; tables last, as TOML wants."""
    if isinstance(value, msgspec.Struct):
        held = {
            one.name: _plain(given)
            for one in msgspec.structs.fields(value)
            if (given := getattr(value, one.name)) != one.default or one.required
        }
        return dict(sorted(held.items(), key=lambda item: _tables(item[1])))
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _tables(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value))
