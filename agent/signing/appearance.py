"""What stands in a signed field: whose signature, when, by which authority; set by typst, so that its fonts are inside (PDF/A)."""

import json
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import content, layout
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

from model.trouble import Missing
from reporters.media.pdf import drawable

SOURCE = b"""#let d = json("data.json")
#set page(width: d.width * 1pt, height: d.height * 1pt, margin: 0pt, fill: none)
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"), size: 6.8pt, hyphenate: false)
#set par(leading: 0.35em, spacing: 0.4em)
#set align(bottom)
#block(clip: true, height: d.height * 1pt, width: d.width * 1pt, inset: (bottom: 2.5pt), {
  text(size: 9pt, weight: "bold", d.lines.first())
  for line in d.lines.slice(1) { linebreak(); line }
})
"""
LONGEST = 46  # characters of a line


def style(lines: list[str], width: float, height: float) -> StaticStampStyle:
    """The stamp of `lines` in a field of that size, in points."""
    return StaticStampStyle(
        background=_Words(_page(lines, width, height)),
        background_opacity=1.0,
        border_width=0,
        background_layout=layout.SimpleBoxLayoutRule(
            layout.AxisAlignment.ALIGN_MIN, layout.AxisAlignment.ALIGN_MIN, layout.Margins.uniform(0)
        ),
    )


def _page(lines: list[str], width: float, height: float) -> bytes:
    try:
        import typst
    except ModuleNotFoundError:
        raise Missing("typst", "not installed, so no paper can be signed", "pip install 'laydown[paper]'") from None
    short = [line if len(line) <= LONGEST else line[: LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}" for line in lines]
    data = {"lines": [drawable(line) for line in short], "width": width, "height": height}
    compiler: Any = typst.Compiler
    source = {"main.typ": SOURCE, "data.json": json.dumps(data).encode()}
    made: bytes = compiler(source, ignore_system_fonts=True).compile(
        format="pdf", pdf_standards=["a-3b"], pdf_tags=False
    )
    return made


class _Words(content.PdfContent):
    """A one-page PDF as content of another."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data

    def render(self) -> bytes:
        """The operator that draws it."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self._data)))
        self.resources.xobject["/Words"] = page
        _, _, width, height = page.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=width, height=height)
        return b"/Words Do"
