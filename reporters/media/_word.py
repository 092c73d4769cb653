"""Word's elements, made by lxml: python-docx's own cells take seconds for a table of thousands."""

from collections.abc import Sequence
from typing import Any

from reporters._text import shown

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def element(name: str, *below: Any, **attributes: str) -> Any:
    """`w:name` with attributes of the same namespace, and what stands inside."""
    from lxml import etree  # type: ignore[import-untyped]

    made = etree.Element(W + name, {W + key: value for key, value in attributes.items()})
    made.extend(below)
    return made


def run(text: str, **marks: str) -> Any:
    """A run of text. `marks`: elements of its properties in Word's order, `b=""`, `color="b50909"`, `sz="17"` (half points)."""
    made = element("r")
    if marks:
        made.append(
            element("rPr", *(element(name, **({"val": value} if value else {})) for name, value in marks.items()))
        )
    for at, line in enumerate(text.split("\n")):
        if at:
            made.append(element("br"))
        words = element("t")
        words.text = shown(line)  # XML forbids control characters: they are written out, as `\u{7}`
        words.set(SPACE, "preserve")
        made.append(words)
    return made


def paragraph(style: str, *runs: Any) -> Any:
    """A paragraph of a style, by the style's id; "" for Word's own."""
    properties = [element("pPr", element("pStyle", val=style))] if style else []
    return element("p", *properties, *runs)


def field(code: str) -> list[Any]:
    """A number that Word computes, such as PAGE: shown as 1 until it does."""
    parts = [element("r", element("fldChar", fldCharType=kind)) for kind in ("begin", "separate", "end")]
    words = element("instrText")
    words.text, parts[1:1] = code, [element("r", words)]
    return [*parts[:3], run("1"), parts[3]]


def table(style: str, widths: Sequence[int], rows: list[Any], about: str, header: bool) -> Any:
    """A table of fixed widths (twentieths of a point). `about`: read out in its stead; the first column is of headers."""
    properties = element(
        "tblPr",
        element("tblStyle", val=style),
        element("tblW", w=str(sum(widths)), type="dxa"),
        element("tblLayout", type="fixed"),
        element(
            "tblLook",
            val="04A0",
            firstRow=str(int(header)),
            lastRow="0",
            firstColumn="1",
            lastColumn="0",
            noHBand="1",
            noVBand="1",
        ),
        element("tblCaption", val=shown(about)[:250]),
    )
    return element("tbl", properties, element("tblGrid", *(element("gridCol", w=str(one)) for one in widths)), *rows)


def row(cells: Sequence[Any], header: bool = False) -> Any:
    """A row; a header is repeated on every page."""
    above = [element("trPr", element("tblHeader"))] if header else []
    return element("tr", *above, *cells)


def cell(width: int, *paragraphs: Any, fill: str = "", line: bool = False) -> Any:
    """A cell. `fill`: its colour; `line`: ruled below, to be written on."""
    properties = element("tcPr", element("tcW", w=str(width), type="dxa"))
    if line:
        properties.append(element("tcBorders", element("bottom", val="single", sz="4", space="0", color="000000")))
    if fill:
        properties.append(element("shd", val="clear", color="auto", fill=fill))
    return element("tc", properties, *paragraphs)
