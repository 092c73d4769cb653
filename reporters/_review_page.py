"""The pages of `laydown review --web`: pure, escaped, without script; every state of a form can be rendered again."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup, escape

from model.asked import Ask
from reporters import _page
from reporters._catalogue import told
from reporters._review_fields import DAYS, LONG, SHARED, hint, label, mark, needed, thing
from reporters._text import isolated, shown
from reporters._tongue import Tongue

STYLES = ("base.css", "review.css")
A_PAGE = 50  # questions listed at once
RADIOS = 6  # options shown side by side; more become a list to choose from
CHOICES = ("yes", "no", "sought", "granted")  # kept as these words, shown in the reader's


class Desk(msgspec.Struct, frozen=True):
    """Where the pages stand. `base`: path that every link starts with; `title`: whose filing; `file`: name of the answers file."""

    base: str
    title: str
    file: str = "answers.toml"
    lang: str = "en"
    sample: bool = False

    def link(self, page: str, **query: str) -> str:
        """A path within the session, its query encoded."""
        asked = urlencode({name: value for name, value in query.items() if value})
        return f"{self.base}/{page}" + (f"?{asked}" if asked else "")


class Entry(msgspec.Struct, frozen=True):
    """A question as a form shows it. `given`: what stands in its fields; `faults`: {field: what is wrong}, "" for the whole.

    `stale`: another answer was kept while the form was open; both are shown.
    """

    ask: Ask
    given: Mapping[str, str] = {}
    faults: Mapping[str, str] = {}
    stale: bool = False


class Listing(msgspec.Struct, frozen=True):
    """Which questions are listed: `group` ("" for all), `show` (`open`, `kept`, `all`), a `word` they hold, from `start` on."""

    group: str = ""
    show: str = "open"
    word: str = ""
    start: int = 0


class _Field(msgspec.Struct, frozen=True):
    """One control: `kind`: line, area, radios or choice."""

    id: str
    label: str
    hint: str
    kind: str
    value: Markup
    options: tuple[tuple[Markup, str, bool], ...]
    fault: str
    optional: bool
    day: bool


def stylesheet() -> bytes:
    """The one style of all pages."""
    return "\n".join(files("reporters").joinpath("_templates", name).read_text("utf-8") for name in STYLES).encode()


def own(ask: Ask) -> tuple[str, ...]:
    """The fields that are the question's alone, not those that say who speaks and when."""
    return tuple(name for name in ask.blanks if name not in SHARED)


def following(asks: Sequence[Ask], after: str) -> Ask | None:
    """The next question without an answer, in the order of the list; from the top again at its end."""
    at = next((number for number, one in enumerate(asks) if one.key == after), -1)
    return next((one for one in [*asks[at + 1 :], *asks[: at + 1]] if not one.said), None)


def of_device(asks: Iterable[Ask], device: str) -> list[Ask]:
    """Every question about one device."""
    return [one for one in asks if device and one.fixed.get("device", one.fixed.get("subject", "")) == device]


def device_of(ask: Ask) -> str:
    """The device a question is about, "" for none."""
    held = ask.key.startswith(("hold:device:", "hold:component:"))
    return ask.fixed.get("device", ask.fixed["subject"] if held else "")


def listing(desk: Desk, asks: Sequence[Ask], part: Listing, stop: str = "") -> bytes:
    """The list: progress, groups, and the questions of `part`. `stop`: form token of the button that ends the review."""
    shown = [one for one in asks if _within(one, part)]
    groups = [(name, [one for one in asks if one.group == name]) for name in dict.fromkeys(one.group for one in asks)]
    return _rendered(
        "review_list.html",
        desk,
        groups=[
            (name, sum(map(bool, (one.said for one in held))), len(held), following(held, "")) for name, held in groups
        ],
        done=sum(1 for one in asks if one.said),
        total=len(asks),
        part=part,
        first=following(asks, ""),
        rows=shown[part.start : part.start + A_PAGE],
        shown=len(shown),
        size=A_PAGE,
        devices=_several(asks),
        device_of=device_of,
        stop=stop,
    )


def _within(one: Ask, part: Listing) -> bool:
    if (part.group and one.group != part.group) or (part.show != "all" and bool(one.said) != (part.show == "kept")):
        return False
    held = " ".join((one.text, one.about, one.why, one.cite, one.key, *one.said.values())).casefold()
    return part.word.casefold() in held


def _several(asks: Iterable[Ask]) -> frozenset[str]:
    """Devices with more than one question: they have a page of their own."""
    seen: dict[str, int] = {}
    for one in asks:
        seen[device_of(one)] = seen.get(device_of(one), 0) + 1
    return frozenset(device for device, count in seen.items() if device and count > 1)


def asking(
    desk: Desk,
    entries: Sequence[Entry],
    token: str,
    notice: str = "",
    place: tuple[int, int] = (0, 0),
    device: str = "",
) -> bytes:
    """The form for one question, or for all of `device`. `notice`: one line above it; `place`: (which, of how many)."""
    shared = [name for name in SHARED if len(entries) > 1 and any(name in one.ask.blanks for one in entries)]
    rows = [(one, [_field(one, name, f"{n}.{name}") for name in one.ask.blanks if name not in shared])
            for n, one in enumerate(entries)]  # fmt: skip
    common = [_field(_speaker(entries, name), name, f"all.{name}") for name in shared]
    faults = [(f"q{n}", one.faults[""]) for n, (one, _) in enumerate(rows) if one.faults.get("")]
    wrong = [field for field in (*(one for _, held in rows for one in held), *common) if field.fault]
    faults += [(field.id, f"{told(field.label, desk.lang)}: {field.fault}") for field in wrong]
    return _rendered(
        "review_ask.html",
        desk,
        rows=rows,
        common=common,
        faults=faults,
        token=token,
        notice=notice,
        place=place,
        device=device,
        device_of=device_of,
        seen=_seen,
        mark=lambda ask: mark(ask.blanks, ask.said),
        had=lambda ask: mark(own(ask), {name: value.strip() for name, value in ask.said.items()}),
    )


def _speaker(entries: Sequence[Entry], name: str) -> Entry:
    """The entry whose value of a shared field is shown: one at fault before one that holds a value."""
    held = [one for one in entries if name in one.ask.blanks]
    return max(held, key=lambda one: (name in one.faults, bool(one.given.get(name))))


def _field(entry: Entry, name: str, at: str) -> _Field:
    value = entry.given.get(name, "")
    options = entry.ask.options.get(name, ())
    kind = ("radios" if len(options) <= RADIOS else "choice") if options else "area" if name in LONG else "line"
    if options and value and value not in options:
        options = (*options, value)  # an entry is never dropped, not even one that must be refused
    marked = tuple((_exact(one), one, one == value) for one in options)
    fault = entry.faults.get(name, "")
    return _Field(
        at, label(name), hint(name), kind, _exact(value), marked, fault, not needed(entry.ask, name), name in DAYS
    )


def _seen(ask: Ask) -> list[tuple[str, str]]:
    return [(label(name), value) for name, value in ask.said.items() if value]


def kept(desk: Desk, saved: Sequence[Ask], then: Ask | None, done: int, total: int) -> bytes:
    """What was kept, and the way on. `then`: the next question without an answer."""
    return _rendered("review_kept.html", desk, saved=saved, then=then, done=done, total=total, seen=_seen)


def plain(desk: Desk, title: str, lines: Sequence[str], kind: str = "info", back: bool = True) -> bytes:
    """A page of a few lines: refusals, the end. `kind`: info, warning or error; `back`: with a way to the list."""
    return _rendered("review_word.html", desk, heading=title, told=lines, kind=kind, back=back)


def _rendered(template: str, desk: Desk, **values: Any) -> bytes:
    tongue = Tongue(desk.lang)
    own: dict[str, Any] = {
        "thing": partial(thing, lang=desk.lang),
        "code": _code,
        "choices": CHOICES,
        "exact": _exact,
        "lines": _lines,
    }
    return _page.page(template, (), desk=desk, **own, **tongue.words(), **values)


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(isolated(shown(text)))


def _lines(text: str) -> Markup:
    """Escaped, hidden signs written out, line ends kept."""
    return Markup("\n".join(escape(isolated(shown(line))) for line in text.split("\n")))


def _exact(text: str) -> Markup:
    """Escaped, no more: the environment would write hidden signs out, and a form must give back what it was given."""
    return Markup(escape(text))
