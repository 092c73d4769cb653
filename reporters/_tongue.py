"""How a page speaks: its words in one language, what stays English marked as English, values escaped."""

import re
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from reporters._catalogue import filled, many, number, spoken, told
from reporters._terms import Terms
from reporters._text import isolated, shown

MARK = Markup("<!--words-->")
TAG = re.compile(r"<[^>]*>")
ENGLISH = Markup('<span lang="en">{}</span>')


class Tongue:
    """The words of one page in `lang`. Texts that nobody translated stay as they are."""

    def __init__(self, lang: str, without: tuple[str, ...] = ()) -> None:
        """`without`: words of the trade that the page uses in their common sense (reporters/_terms.py)."""
        self.lang = lang
        self._terms = Terms(lang, without)
        self.foreign = Markup("") if lang == "en" else Markup(' lang="en"')

    def t(self, text: str, **values: object) -> str:
        """A text of the page with its blanks filled; markup among the values stays markup."""
        if any(isinstance(value, Markup) for value in values.values()):
            return Markup(
                filled(str(escape(told(text, self.lang))), **{name: _safe(one) for name, one in values.items()})
            )
        return filled(told(text, self.lang), **values)

    def n(self, count: int, word: str, several: str = "") -> str:
        """`1 device`, `2 devices`."""
        return many(count, word, self.lang, several)

    def number(self, count: int) -> str:
        """Digits, parted by thousands."""
        return number(count, self.lang)

    def say(self, text: str) -> str:
        """What another floor or a person put into words: known pieces in the page's language, else marked as English."""
        return Markup("").join(
            ENGLISH.format(_safe(words)) if english else _safe(words) for words, english in spoken(text, self.lang)
        )

    def english(self, text: str) -> str:
        """Words of the law, or an id of ours: English in every language."""
        return _safe(text) if self.lang == "en" else ENGLISH.format(_safe(text))

    def terms(self, body: str) -> list[tuple[str, str]]:
        """(word, meaning) of the words of the trade that stand in `body`, and in no body before it."""
        return self._terms.new(unescape(TAG.sub(" ", body)))

    def explained(self, body: str) -> Markup:
        """A section with the words that it is the first to use explained after its heading, where the template set `MARK`."""
        found = [Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*one) for one in self.terms(body)]
        words = Markup('<dl class="words">{}</dl>').format(Markup("").join(found)) if found else ""
        return Markup(body.replace(MARK, words, 1))

    def words(self) -> dict[str, Any]:
        """What a template needs of it."""
        return {
            "lang": self.lang, "foreign": self.foreign, "t": self.t, "n": self.n, "number": self.number, "say": self.say,
            "english": self.english, "terms": self.terms, "explained": self.explained, "words_here": MARK,
        }  # fmt: skip


def _safe(value: object) -> Markup:
    return value if isinstance(value, Markup) else escape(isolated(shown(str(value))))
