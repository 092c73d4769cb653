"""The catalogues of reporters/_catalogues: `python packaging/catalogues.py` takes up new texts, drops old ones, and compiles.

Babel reads and writes the files; a translation is written into laydown.po by a person, and stays until its text changes.
"""

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "reporters" / "_catalogues"
TEMPLATES = ("report.html", "review*.html")
LOOKED_UP = re.compile(r"""\bt\(\s*"((?:[^"\\]|\\.)*)\"""")
LABELS = re.compile(r"""\bfact\("([^"]+)",""")  # a macro that looks its label up
CALLS = frozenset({"told", "_t", "t"})
SOURCES = ("reporters/_review_page.py", "reporters/_places.py", "agent/review", "agent/cli/review.py")


def texts() -> list[str]:
    """Every text that is looked up: in templates, in code, in tables of words, in what the pack and the regimes ask."""
    found = [*_templates(), *_code(), *_tables(), *_pack()]
    return sorted(dict.fromkeys(text for text in found if text.strip()))


def _templates() -> Iterator[str]:
    place = ROOT / "reporters" / "_templates"
    for path in sorted(path for pattern in TEMPLATES for path in place.glob(pattern)):
        text = path.read_text("utf-8")
        yield from (re.sub(r"\\(.)", r"\1", one) for one in LOOKED_UP.findall(text))
        yield from (LABELS.findall(text) if path.name == "report.html" else ())


def _code() -> Iterator[str]:
    for place in map(ROOT.joinpath, SOURCES):
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place] if place.exists() else []:
            yield from _called(ast.parse(path.read_text("utf-8")))


def _called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in CALLS:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _tables() -> Iterator[str]:
    from model.report import WORDS
    from reporters._phrases import PHRASES
    from reporters._review_fields import WORDS as FIELDS

    yield from WORDS.values()
    yield from PHRASES
    yield from (text for pair in FIELDS.values() for text in pair)


def _pack() -> Iterator[str]:
    """Questions of the authorities; brands' questions stay as the pack has them, marked as English."""
    from fingerprints.pack import load
    from fingerprints.services import QUESTIONS
    from reporters._text import titled

    asked = [*QUESTIONS]
    for authority in load().authorities:
        yield titled(authority.id)
        asked += [*authority.open_questions, *(one for entry in authority.entry for one in entry.open_questions)]
    yield from ("Relabel", "Affiliation")
    for question in asked:
        yield titled(question.id)
        yield question.text


def main() -> None:
    """Update and compile each language; what has no translation yet is said."""
    wanted = texts()
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/laydown.po")):
        lang = path.parts[-3]
        held = read_po(path.open("rb"), locale=lang)
        made = Catalog(locale=lang, project="laydown", version="1", charset="utf-8", fuzzy=False)
        for text in wanted:
            known = held.get(text)
            made.add(text, known.string if known and not known.fuzzy else "")
        out = BytesIO()
        write_po(out, made, width=140, omit_header=False, sort_output=True)
        # The day of writing is no news: the same texts give the same file.
        path.write_bytes(re.sub(rb'"(?:POT-Creation|PO-Revision)-Date: .*\n', b"", out.getvalue()))
        compiled = BytesIO()
        write_mo(compiled, read_po(BytesIO(path.read_bytes()), locale=lang))
        path.with_suffix(".mo").write_bytes(compiled.getvalue())
        missing = [one.id for one in made if one.id and not one.string]
        print(f"{lang}: {len(wanted)} texts, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
