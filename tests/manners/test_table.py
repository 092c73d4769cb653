"""The page that says which test proves which rule: every row names a test that exists, every rule has a row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.manners.desk import ROOT

PAGE = Path(__file__).with_name("README.md")
ROWS = re.findall(r"^\| (?!rule)(\w[^|]*?) \| ([^|]+) \| `([^`]+)` \|$", PAGE.read_text(), re.MULTILINE)
RULES = {
    "Scope", "Read-only", "Budgets", "Fragile things", "Permission", "Interrupted is not lost", "Rights",
    "Everything received is hostile", "Questions to all", "What is kept", "Listening",
}  # fmt: skip


def _tests(path: Path) -> set[str]:
    """Names of a file's tests, `Class::test` for those in a class."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return found


@pytest.mark.parametrize(("what", "test"), [row[1:] for row in ROWS])
def test_every_row_names_a_test(what: str, test: str) -> None:
    path, _, name = test.partition("::")
    assert name in _tests(ROOT / path), what


def test_every_rule_has_a_row_and_every_row_a_rule() -> None:
    assert {rule.removesuffix(" (in)") for rule, _, _ in ROWS} == RULES
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ") and not line.startswith("| rule")]
    assert len(lines) == len(ROWS), "a row that cannot be read"


def test_every_test_of_this_folder_stands_on_the_page_or_helps_one_that_does() -> None:
    """A file of this folder without a row proves nothing to anybody."""
    files = {test.partition("::")[0] for _, _, test in ROWS}
    mine = {f"tests/manners/{path.name}" for path in PAGE.parent.glob("test_*.py")} - {"tests/manners/test_table.py"}
    assert mine <= files
