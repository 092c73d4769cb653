"""The questions of a running review as they stand now, and keeping words so that no tab or program overwrites another unseen."""

from collections.abc import Iterable, Sequence
from threading import Lock

import msgspec

from agent.filing import Source, filing_of
from agent.review._web_pages import Word
from agent.review.store import Store
from model.answering import entered
from model.answers import Answers
from model.asked import Ask
from model.filing import Filing
from reporters._review_fields import mark
from reporters.asking import asked
from reporters.asking._words import said


class _Stale(Exception):
    """Other words were kept meanwhile for the questions of these keys."""


class Kept:
    """One review: `forms` are asked for beside what the entity's contracts carry."""

    def __init__(self, source: Source, store: Store, forms: Iterable[str] = ()) -> None:
        self._source, self._store, self._forms = source, store, tuple(forms)
        self._lock = Lock()
        self._answers = store.read()
        self._filing = self._read()
        self._asks = asked(self._filing, self._forms)

    @property
    def title(self) -> str:
        """Whose filing it is."""
        return self._filing.entity.name or "an entity without a name"

    @property
    def sample(self) -> bool:
        """Whether every page of the paper will be marked SAMPLE."""
        return self._answers.sample

    def asks(self) -> Sequence[Ask]:
        """The questions with the words given so far, those of other tabs and programs included."""
        with self._lock:
            answers = self._store.read()
            if answers != self._answers:
                self._filing = self._read()
                self._asks, self._answers = asked(self._filing, self._forms), answers
            return self._asks

    def keep(self, words: Sequence[Word]) -> list[str]:
        """Keep all of `words` and give []; or none, and give the keys of the questions that another word was kept for."""

        def made(answers: Answers) -> Answers:
            stale = [one.ask.key for one in words if self._mark(one.ask, answers) != one.seen]
            if stale:
                raise _Stale(*stale)
            for one in words:
                answers = entered(answers, one.ask.noun, one.said)
            return answers

        try:
            self._store.change(made)
        except _Stale as fault:
            return list(fault.args)
        return []

    def _mark(self, ask: Ask, answers: Answers) -> str:
        filing = msgspec.structs.replace(self._filing, answers=answers)
        return mark(ask.blanks, said(filing, ask.noun, ask.fixed, ask.blanks))

    def _read(self) -> Filing:
        path = self._store.path
        return filing_of(msgspec.structs.replace(self._source, answers=path if path.exists() else None), "review")
