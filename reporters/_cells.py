"""A cell that a spreadsheet takes for text: nothing hidden in it, and nothing it would run."""

from reporters._text import shown

# A spreadsheet takes these for a formula, and full-width forms of them too in some languages.
FORMULA = tuple("=+-@＝＋－＠")


def safe(cell: str) -> str:
    """The cell with hidden characters written out, and an apostrophe before what a spreadsheet would run."""
    text = shown(cell)
    risky = cell[:1] in ("\t", "\r", "\n") or text.lstrip().startswith(FORMULA)
    return "'" + text if risky else text
