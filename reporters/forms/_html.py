"""A document as one self-contained HTML file."""

import msgspec

from reporters._page import page
from reporters.forms._document import BLANK, Document


def write(document: Document) -> bytes:
    """UTF-8 HTML. A sample says so on the screen, on each printed page, and in its title."""
    blocks = [msgspec.to_builtins(block) for block in document.blocks]
    styles = ("base.css", "form.css", *(("sample.css",) if document.sample else ()))
    return page("form.html", styles, document=document, blocks=blocks, blank=BLANK)
