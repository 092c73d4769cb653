"""A document as one self-contained HTML file."""

import msgspec

from model.filing import Filing
from reporters._document import BLANK, Document
from reporters._gantt import drawn
from reporters._page import page

MEDIA, SUFFIX, TITLE = "text/html", ".html", "one page that opens in any browser"


def write(document: Document, filing: Filing) -> bytes:
    """UTF-8 HTML. A sample says so on the screen, on each printed page, and in its title."""
    blocks = [drawn(block, msgspec.to_builtins(block)) for block in document.blocks]
    styles = ("base.css", "form.css", *(("sample.css",) if document.sample else ()))
    return page("form.html", styles, document=document, blocks=blocks, blank=BLANK)
