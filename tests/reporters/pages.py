"""Reading HTML and PDF back, for the tests: structure that a browser or a screen reader would rely on."""

from html.parser import HTMLParser
from io import BytesIO

from pypdf import PdfReader

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


class Page(HTMLParser):
    """What a page holds: tags with attributes in order, ids, headings, text; `faults` lists what is not well formed."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.faults: list[str] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(data.decode("utf-8"))
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag}> has {name} twice" for name in names if names.count(name) > 1]
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.faults.append(f"</{tag}> closes <{self._open[-1] if self._open else 'nothing'}>")

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All words of the page, parted by single spaces."""
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """Attributes of every `tag`."""
        return [attrs for name, attrs in self.tags if name == tag]


def pages_of(data: bytes) -> list[str]:
    """The text of each page of a PDF."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages]
