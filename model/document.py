"""A form as a document: blocks in order, free of any medium. Forms build it, media write it, the filing's JSON keeps it."""

import msgspec

BLANK = "to be answered by a person"


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """`level` 2 or 3; the title is the only 1."""

    text: str
    level: int = 2


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """Plain words."""

    text: str
    strong: bool = False


class Bullets(msgspec.Struct, frozen=True, tag="bullets"):
    """A list without order."""

    items: tuple[str, ...]


class Field(msgspec.Struct, frozen=True):
    """`value` None: a blank line for a person to fill. `said`: who answered and when, or whence the value comes."""

    label: str
    value: str | None
    said: str = ""


class Fields(msgspec.Struct, frozen=True, tag="fields"):
    """Labels and values."""

    rows: tuple[Field, ...]


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table whose first row and column are headers. `widths`: relative, one a column; `empty`: said in its stead."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    empty: str = "none"


class Quote(msgspec.Struct, frozen=True, tag="quote"):
    """The law's own words. `clause` and `dated` name it, `source` says where the text was read."""

    text: str
    clause: str
    dated: str
    source: str


class Option(msgspec.Struct, frozen=True):
    """A box and its words. `ticked` only on the word of a named person."""

    words: str
    ticked: bool = False


class Boxes(msgspec.Struct, frozen=True, tag="boxes"):
    """A representation in the clause's words: `before`, the options, `after`. `said`: who chose, or that nobody did."""

    before: str
    options: tuple[Option, ...]
    after: str
    said: str


class Notice(msgspec.Struct, frozen=True, tag="notice"):
    """What must not be overlooked. `kind`: info, warning or error; read out as `title`, never by colour alone."""

    kind: str
    title: str
    items: tuple[str, ...] = ()


class Signature(msgspec.Struct, frozen=True, tag="signature"):
    """Lines for a hand to sign on. Name, title and date may be given; the signature never is."""

    role: str
    name: str = ""
    title: str = ""
    date: str = ""


class Bar(msgspec.Struct, frozen=True):
    """A stretch of days, both included. `start`, `end`: ISO days, `end` not before `start`."""

    label: str
    start: str
    end: str


class Gantt(msgspec.Struct, frozen=True, tag="gantt"):
    """Bars over one calendar. A medium that draws keeps label and days as text beside each bar; any other writes `table()`."""

    caption: str
    rows: tuple[Bar, ...]
    empty: str = "none"

    def table(self) -> Table:
        """The same in words."""
        rows = tuple((row.label, row.start, row.end) for row in self.rows)
        return Table(self.caption, ("What", "From", "To"), rows, (5, 2, 2), self.empty)


class PageBreak(msgspec.Struct, frozen=True, tag="break"):
    """A new page begins, where the medium has pages."""


Block = Heading | Paragraph | Bullets | Fields | Table | Quote | Boxes | Notice | Signature | Gantt | PageBreak


class Document(msgspec.Struct, frozen=True):
    """`prepared_at`: written time, the document's date; `sample`: every page says SAMPLE; `engine`: the version.

    `marking`: printed in every header and footer (CUI and the like), "" for none; `paper`: `us-letter` or `a4`.
    """

    id: str
    title: str
    subtitle: str
    entity: str
    prepared_at: str
    sample: bool
    engine: str
    blocks: tuple[Block, ...]
    marking: str = ""
    paper: str = "us-letter"
