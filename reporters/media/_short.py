"""Headers and footers: what is too long there is cut where all can see it; the paper itself has it whole."""

from reporters._text import shown

CUT = "[...]"


def short(text: str, most: int) -> str:
    """`text` on one line, with nothing hidden, at most `most` characters: the rest is `[...]`."""
    line = shown(" ".join(text[: most * 4].split()))
    whole = len(text) <= most * 4 and len(line) <= most
    return line if whole else line[: most - len(CUT) - 1].rstrip() + " " + CUT
