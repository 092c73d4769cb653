"""Which page answers which path, and what a form's fields become: no socket, no disk; every refusal gives back what was typed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from agent.review._web_request import Answer, Asked, Refused
from agent.review._web_session import Session
from model.answering import word
from model.asked import Ask
from model.trouble import Trouble
from reporters import _review_page as page
from reporters._catalogue import told
from reporters._review_fields import SHARED, fault, label, mark, needed
from reporters._review_page import Desk, Entry, Listing, own


class Word(msgspec.Struct, frozen=True):
    """A word to keep: its question, the mark of what stood there when its form was made, and what it makes."""

    ask: Ask
    seen: str
    said: Any


class Board(Protocol):
    """What the pages need of the review: the questions as they are now, and keeping."""

    def asks(self) -> Sequence[Ask]:
        """The questions with the words given so far."""

    def keep(self, words: Sequence[Word]) -> list[str]:
        """Keep all of `words`, or none: then the keys of those whose question another answer was kept for."""


class Pages:
    """The paths of one session. `today`: the day that a form offers as the day of speaking."""

    def __init__(self, board: Board, desk: Desk, session: Session, today: Callable[[], str]) -> None:
        self._board, self._desk, self._session, self._today = board, desk, session, today
        self._speaker: dict[str, str] = {}
        self.ended = False

    def answer(self, asked: Asked) -> Answer:
        """The page of a path within the session; Refused for any other."""
        name = asked.path.removeprefix(self._desk.base).lstrip("/")
        found = {
            ("GET", ""): self._list, ("GET", "ask"): self._ask, ("POST", "ask"): self._keep, ("GET", "device"): self._ask,
            ("POST", "device"): self._keep, ("GET", "kept"): self._kept, ("POST", "stop"): self._stop,
            ("GET", "style.css"): self.style,
        }.get((asked.method, name))  # fmt: skip
        if found is None:
            raise Refused(404, self._t("There is no such page."))
        if asked.method == "POST" and not self._session.sent(asked.target, asked.form.get("token", "")):
            line = self._t("This form is not one of this review, or is of an earlier one: open the question again.")
            raise Refused(403, line)
        return found(asked)

    def _t(self, text: str) -> str:
        return told(text, self._desk.lang)

    def style(self, _: Asked) -> Answer:
        """The style sheet, which holds nothing of anybody's."""
        return Answer(200, page.stylesheet(), "text/css; charset=utf-8")

    def _list(self, asked: Asked) -> Answer:
        start = asked.query.get("start", "0")
        part = Listing(
            asked.query.get("group", ""),
            asked.query.get("show", "open"),
            asked.query.get("word", ""),
            int(start) if start.isascii() and start.isdigit() and len(start) < 8 else 0,
        )
        return Answer(
            200, page.listing(self._desk, self._board.asks(), part, self._session.form(self._desk.link("stop")))
        )

    def _ask(self, asked: Asked) -> Answer:
        asks = self._board.asks()
        held = self._held(asks, asked)
        offered = {"date": self._today()} | self._speaker
        entries = [
            Entry(one, {name: one.said.get(name, "") or offered.get(name, "") for name in one.blanks}) for one in held
        ]
        return self._form(200, entries, asks, asked)

    def _held(self, asks: Sequence[Ask], asked: Asked) -> list[Ask]:
        key, device = asked.query.get("key", ""), asked.query.get("id", "")
        held = page.of_device(asks, device) if device else [one for one in asks if one.key == key]
        if not held:
            raise Refused(
                404, self._t("This question is not asked, or no longer: an answer or the report has changed.")
            )
        return held

    def _form(
        self, status: int, entries: Sequence[Entry], asks: Sequence[Ask], asked: Asked, notice: str = ""
    ) -> Answer:
        keys = [one.key for one in asks]
        place = (keys.index(entries[0].ask.key) + 1, len(keys))
        token = self._session.form(asked.target)
        return Answer(status, page.asking(self._desk, entries, token, notice, place, asked.query.get("id", "")))

    def _keep(self, asked: Asked) -> Answer:
        asks = self._board.asks()
        known = {one.key: one for one in asks}
        sent = [asked.form[f"{n}.key"] for n in range(len(asked.form)) if f"{n}.key" in asked.form]
        if not sent or any(key not in known for key in sent):
            return self._gone(asked.form)
        entries = [Entry(known[key], _given(known[key], n, asked.form)) for n, key in enumerate(sent)]
        touched = [n for n, one in enumerate(entries) if len(entries) == 1 or _touched(one, n, asked.form)]
        checked = [self._checked(one) if n in touched else (one, None) for n, one in enumerate(entries)]
        if not touched:
            checked[0] = (
                msgspec.structs.replace(entries[0], faults={"": self._t("Nothing on this page was answered.")}),
                None,
            )
        entries = [one for one, _ in checked]
        if any(one.faults for one in entries):
            return self._form(422, entries, asks, asked)
        words = [Word(entries[n].ask, asked.form.get(f"{n}.seen", ""), checked[n][1]) for n in touched]
        stale = self._board.keep(words)
        if stale:
            return self._stale(entries, [one.ask.key for one in words], stale, asked)
        self._speaker |= {name: one.given[name] for one in entries for name in SHARED if one.given.get(name)}
        return Answer(
            303, headers={"Location": self._desk.link("kept", of=",".join(_short(one.ask.key) for one in words))}
        )

    def _checked(self, entry: Entry) -> tuple[Entry, Any]:
        """The entry with its faults, or the noun it makes."""
        blank = self._t("This may not stay blank.")
        faults = {name: blank for name in entry.ask.blanks if needed(entry.ask, name) and not entry.given.get(name)}
        for name, options in entry.ask.options.items():
            if entry.given.get(name) and entry.given[name] not in options:
                faults[name] = self._t("This is none of the answers offered.")
        if faults:
            return msgspec.structs.replace(entry, faults=faults), None
        try:
            given = {name: value for name, value in entry.given.items() if value}
            return entry, word(entry.ask, given, date.fromisoformat(self._today()))
        except Trouble as trouble:
            return msgspec.structs.replace(
                entry, faults={_field_of(trouble, entry.ask): fault(trouble, self._desk.lang)}
            ), None

    def _stale(self, entries: Sequence[Entry], typed: Sequence[str], stale: Sequence[str], asked: Asked) -> Answer:
        """The form again, with what was typed into the questions `typed`; the others show what is kept by now."""
        asks = self._board.asks()
        known = {one.key: one for one in asks}
        if any(one.ask.key not in known for one in entries):
            return self._gone(asked.form)
        line = self._t(
            "Another answer was kept while this page was open. Yours stands below, not kept yet: keep it, or leave."
        )
        fresh = [
            Entry(ask, one.given if ask.key in typed else ask.said, stale=ask.key in stale)
            for one, ask in ((one, known[one.ask.key]) for one in entries)
        ]
        return self._form(409, fresh, asks, asked, line)

    def _gone(self, form: Mapping[str, str]) -> Answer:
        """A form for a question that is no longer asked: what was typed is given back, to be copied."""
        head = self._t(
            "This question is no longer asked: an answer or the report has changed. Nothing was kept; this was entered:"
        )
        typed = [
            f"{self._t(label(name.partition('.')[2]))}: {value}"
            for name, value in form.items()
            if _is_answer(name) and value
        ]
        return Answer(409, page.plain(self._desk, self._t("No longer asked"), [head, *typed], "warning"))

    def _kept(self, asked: Asked) -> Answer:
        asks = self._board.asks()
        wanted = set(asked.query.get("of", "").split(","))
        saved = [one for one in asks if one.said and _short(one.key) in wanted]
        then = page.following(asks, saved[-1].key if saved else "")
        return Answer(200, page.kept(self._desk, saved, then, sum(1 for one in asks if one.said), len(asks)))

    def _stop(self, _: Asked) -> Answer:
        self.ended = True
        lines = [
            self._t("What was kept stays kept. This page can be closed; `laydown review` opens the questions again.")
        ]
        return Answer(200, page.plain(self._desk, self._t("The review is ended"), lines, back=False))


def _short(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:12]


def _given(ask: Ask, number: int, form: Mapping[str, str]) -> dict[str, str]:
    return {name: form.get(f"{number}.{name}", form.get(f"all.{name}", "")).strip() for name in ask.blanks}


def _touched(entry: Entry, number: int, form: Mapping[str, str]) -> bool:
    """Whether somebody changed this question's own fields: on a page of many, the others stay as they are."""
    return mark(own(entry.ask), entry.given) != form.get(f"{number}.had", "")


def _is_answer(name: str) -> bool:
    return "." in name and name.partition(".")[2] not in ("key", "seen", "had")


def _field_of(trouble: Trouble, ask: Ask) -> str:
    """The field that a fault is about, the last thing its place names; "" for the whole question."""
    name = trouble.where.rpartition(", ")[2]
    return name if name in ask.blanks else ""
