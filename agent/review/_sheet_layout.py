"""How review lies in a workbook: a sheet for each table of answers.toml, a row a question, a column a field."""

from collections.abc import Sequence

import msgspec

from model.asked import Ask
from reporters._catalogue import told
from reporters._review_fields import label, mark, offered, thing
from reporters._text import shown

VERSION = "laydown.review-sheet/1"
START = "Start here"
LISTS = "Lists"
# The sheets, by the table of answers.toml that their rows become.
TITLES = {
    "choice": "Boxes",
    "disposition": "Holds",
    "answer": "Questions",
    "clock": "Clocks",
    "exception": "Exceptions",
    "waiver": "Waivers",
    "removal": "Removal",
    "look": "Reviews of lists",
    "signer": "Signer",
}
ABOUT = (("group", "Subject"), ("text", "Question"), ("about", "About"), ("why", "Why it is asked"), ("cite", "Source"))
CHOICES = ("choices", "May be")
HEADS = ("Reports", "Kind of file", "Prepared", "Questions", "Language")  # of the first sheet
KEYS = (("key", "Key (leave as it is)"), ("seen", "Seen (leave as it is)"))
IDS_ROW, FIRST_ROW = 3, 4  # counted from 0: a hidden row names the columns, questions follow
REPORTS_CELL, VERSION_CELL, LANG_CELL = (1, 1), (2, 1), (5, 1)  # on the first sheet
LONGEST = 32_000  # signs of a cell; Excel refuses more than 32,767
ROWS = 100_000  # a sheet that claims more is no sheet of ours


class Tab(msgspec.Struct, frozen=True):
    """One sheet: its title, its questions and their fields in order, the language of its words."""

    title: str
    asks: tuple[Ask, ...]
    fields: tuple[str, ...]
    lang: str = "en"

    def columns(self) -> tuple[str, ...]:
        """Ids of the columns, left to right, as the hidden row holds them."""
        before = [name for name, _ in ABOUT]
        return (*before, CHOICES[0], *(f"field:{name}" for name in self.fields), *(name for name, _ in KEYS))


def tabs(asks: Sequence[Ask], lang: str) -> list[Tab]:
    """The sheets that hold `asks`; a table of the file that no question is about has none."""
    nouns = dict.fromkeys(
        (*(noun for noun in TITLES if any(one.noun == noun for one in asks)), *(a.noun for a in asks))
    )
    made = []
    for noun in nouns:
        held = tuple(one for one in asks if one.noun == noun)
        fields = tuple(dict.fromkeys(name for one in held for name in one.blanks))
        made.append(Tab(told(TITLES.get(noun, noun), lang), held, fields, lang))
    return made


def cell(text: str) -> str:
    """`text` as a cell can hold it and give it back: line ends kept, other hidden signs written out, not too long."""
    lines = "\n".join(shown(line) for line in text.replace("\r\n", "\n").replace("\t", " ").split("\n"))
    return lines.strip()[:LONGEST]


def choices(ask: Ask, lang: str) -> str:
    """What may stand in the fields that have a list."""
    held = {
        told(label(name), lang): offered(values, lang) for name, values in ask.options.items() if name in ask.blanks
    }
    return cell("; ".join(f"{name}: {', '.join(values)}" for name, values in held.items()))


def about(ask: Ask, lang: str) -> dict[str, str]:
    """{column id: text} of the cells that say what is asked."""
    said = {name: cell(told(getattr(ask, name), lang)) for name, _ in ABOUT}
    return said | {"about": cell(thing(ask.about, lang)), CHOICES[0]: choices(ask, lang)}


def seen(ask: Ask) -> str:
    """The mark of the word that stands in a question now, as its cells hold it."""
    return mark(ask.blanks, {name: cell(value) for name, value in ask.said.items()})
