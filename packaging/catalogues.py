"""The catalogues of reporters/_catalogues: `python packaging/catalogues.py` takes up new texts, drops old ones, and compiles.

Babel reads and writes the files; a translation is written into laydown.po by a person, and stays until its text changes.
"""

import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

# Days, tools and persons are no news: the same texts give the same file.
IDLE = re.compile(
    rb'"(?:POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team|Generated-By): .*\n'
)
EVER = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = "The program's own words; laws, makers and what devices say are never translated (docs/languages.md)."
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "reporters" / "_catalogues"
TEMPLATES = ("report.html", "review*.html")
LOOKED_UP = re.compile(r"""\bt\(\s*"((?:[^"\\]|\\.)*)\"""")
LABELS = re.compile(r"""\bfact\("([^"]+)",""")  # a macro that looks its label up
COUNTED = re.compile(r"""\bn\(.+?, "([^"]+)"(?:, "([^"]+)")?\)""")
# {function: which of its arguments is looked up}
CALLS = {"told": 0, "_t": 0, "t": 0, "Refused": 1}
SOURCES = ("reporters/_review_page.py", "reporters/_places.py", "agent/review", "agent/cli/review.py")
Text = str | tuple[str, str]  # a pair: singular and plural


def texts() -> list[Text]:
    """Every text that is looked up: in templates, in code, in tables of words, in what the pack and the regimes ask."""
    found = dict.fromkeys([*_templates(), *_code(), *_tables(), *_pack(), *_asked()])
    pairs = {one for text in found if isinstance(text, tuple) for one in text}
    return sorted(
        (text for text in found if text and text not in pairs),
        key=lambda one: (one, "") if isinstance(one, str) else one,
    )


def _templates() -> Iterator[Text]:
    place = ROOT / "reporters" / "_templates"
    for path in sorted(path for pattern in TEMPLATES for path in place.glob(pattern)):
        text = path.read_text("utf-8")
        yield from (re.sub(r"\\(.)", r"\1", one) for one in LOOKED_UP.findall(text))
        yield from (_pair(*words) for words in COUNTED.findall(text))
        yield from (LABELS.findall(text) if path.name == "report.html" else ())


def _pair(word: str, several: str = "") -> Text:
    """As reporters._catalogue.many looks it up."""
    return "{number} " + word, "{number} " + (several or word + "s")


def _code() -> Iterator[Text]:
    for place in map(ROOT.joinpath, SOURCES):
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            yield from _called(ast.parse(path.read_text("utf-8")))


def _called(tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if name == "many" and words:
                yield _pair(*words)
            elif name in CALLS and CALLS[name] < len(node.args):
                yield from _constants(node.args[CALLS[name]])


def _constants(node: ast.expr) -> Iterator[str]:
    """A text, or both of `a if so else b`."""
    if isinstance(node, ast.IfExp):
        yield from (*_constants(node.body), *_constants(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _tables() -> Iterator[Text]:
    from agent.review import _sheet_layout as layout
    from agent.review._sheet_write import LINES
    from agent.review.terminal import HELP
    from model.report import WORDS
    from reporters._phrases import PHRASES
    from reporters._review_fields import WORDS as FIELDS
    from reporters._terms import TERMS

    yield from WORDS.values()
    yield from PHRASES
    yield from (text for pair in TERMS for text in pair)
    yield from (text for pair in FIELDS.values() for text in pair)
    yield from (layout.START, *layout.TITLES.values(), *LINES, HELP, *layout.HEADS)
    yield from (name for _, name in (*layout.ABOUT, layout.CHOICES, *layout.KEYS))


def _pack() -> Iterator[str]:
    """Questions of the authorities; brands' questions stay as the pack has them, marked as English."""
    from fingerprints.pack import load
    from fingerprints.services import QUESTIONS
    from reporters._text import titled

    asked = [*QUESTIONS]
    for authority in load().authorities:
        yield titled(authority.id)
        asked += [*authority.open_questions, *(one for entry in authority.entry for one in entry.open_questions)]
    yield from ("Relabel", "Affiliation", "Build date")
    for question in asked:
        yield titled(question.id)
        yield question.text


def _asked() -> Iterator[str]:
    """What the clauses' fields and the forms ask for, and what reviews of lists are called."""
    from model.folder import modules
    from reporters.asking._clauses import LISTS
    from reporters.asking._reviews import RECORDS
    from reporters.regimes import regimes

    yield from (text for _, text in RECORDS)
    for form in modules("reporters.forms").values():
        yield from (text for name in ("QUESTIONS", "OF_EACH") for _, text in getattr(form, name, ()))

    for item in (one for law in regimes().values() for one in law.field):
        yield item.ask
        yield from ((item.label,) if item.key in LISTS else ())


def compiled(path: Path) -> bytes:
    """The catalogue of a laydown.po, as gettext reads it."""
    held = read_po(BytesIO(path.read_bytes()), locale=path.parts[-3])
    held.creation_date = held.revision_date = EVER
    made = BytesIO()
    write_mo(made, held)
    return made.getvalue()


def main() -> None:
    """Update and compile each language; what has no translation yet is said."""
    wanted = texts()
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/laydown.po")):
        lang = path.parts[-3]
        held = read_po(path.open("rb"), locale=lang)
        made = Catalog(lang, header_comment=f"# {HEAD}", project="laydown", version="1", charset="utf-8", fuzzy=False)
        for text in wanted:
            known = held.get(text if isinstance(text, str) else text[0])
            made.add(text, known.string if known and not known.fuzzy and known.id == text else "")
        out = BytesIO()
        write_po(out, made, width=140, omit_header=False, sort_output=True)
        path.write_bytes(IDLE.sub(b"", out.getvalue()))
        path.with_suffix(".mo").write_bytes(compiled(path))
        missing = [one.id for one in made if one.id and not (all(one.string) if one.pluralizable else one.string)]
        print(f"{lang}: {len(wanted)} texts, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
