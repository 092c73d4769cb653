"""A document for Word, made to be edited: styles, repeated header rows, page numbers, language. The same filing gives the same bytes."""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from model.filing import Filing
from model.times import read as read_time
from model.trouble import Missing
from reporters._document import Document
from reporters._text import when
from reporters.media._lines import ready
from reporters.media._short import short
from reporters.media._word import element, field, paragraph, run
from reporters.media._word_blocks import GREY, RED, elements

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIX, TITLE = ".docx", "a document to edit in a word processor"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first day a zip file knows
LANGUAGES = {"en": "en-US", "es": "es-US", "fr": "fr-CA"}
NAVY = "162E51"


def write(document: Document, filing: Filing) -> bytes:
    """The document's bytes."""
    try:
        import docx
    except ModuleNotFoundError:
        remedy = "`pip install 'laydown[paper]'`; the HTML says the same"
        raise Missing("python-docx", "not installed, so no DOCX can be written", remedy) from None
    made: Any = docx.Document()
    _styles(made, LANGUAGES.get(filing.lang, filing.lang))
    _page(made, document)
    _about(made, document, filing)
    end = made.element.body.sectPr
    for one in _body(document):
        end.addprevious(one)
    held = BytesIO()
    made.save(held)
    return _steady(held.getvalue())


def _body(document: Document) -> list[Any]:
    found = [paragraph("Title", run(document.title)), paragraph("Subtitle", run(document.subtitle))]
    found += [paragraph("Subtitle", run(f"{document.entity}, prepared {when(document.prepared_at)}"))]
    return found + [one for block in ready(document.blocks) for one in elements(block)]


def _styles(made: Any, language: str) -> None:
    """Plain type, dark headings, and four styles of our own; the language for whoever reads aloud or checks spelling."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    styles = made.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    for name, size in (("Title", 20), ("Heading 1", 16), ("Heading 2", 14), ("Heading 3", 11.5), ("Caption", 9.5)):
        styles[name].font.name, styles[name].font.size = "Calibri", Pt(size)
        styles[name].font.color.rgb = RGBColor.from_string(NAVY)
    styles["Subtitle"].font.size, styles["Subtitle"].font.color.rgb = Pt(11), RGBColor.from_string(GREY)
    styles["Caption"].paragraph_format.keep_with_next = True
    for name, size, after in (("Cell", 8.5, 0), ("Source", 8.5, 8), ("Gap", 4, 2)):
        own = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        own.base_style, own.font.size = normal, Pt(size)
        own.paragraph_format.space_after = Pt(after)
    styles["Source"].font.color.rgb = RGBColor.from_string(GREY)
    styles["Quote"].paragraph_format.left_indent = styles["Source"].paragraph_format.left_indent = Pt(18)
    styles.add_style("Plain", WD_STYLE_TYPE.TABLE)
    for found in styles.element.iter("{*}rPrDefault"):
        for one in found.iter("{*}lang"):
            one.attrib.clear()
            one.attrib.update(element("lang", val=language, eastAsia="zh-CN", bidi="ar-SA").attrib)


def _page(made: Any, document: Document) -> None:
    from docx.shared import Mm, Pt

    section = made.sections[0]
    if document.paper == "a4":
        section.page_width, section.page_height = Mm(210), Mm(297)
    else:
        section.page_width, section.page_height = Mm(215.9), Mm(279.4)
    section.left_margin, section.top_margin, section.bottom_margin = Pt(63), Pt(72), Pt(63)
    section.right_margin = section.page_width - section.left_margin - Pt(468)
    marking = short(document.marking, 90)
    marks = [paragraph("MarkingLine", run(marking, b=""))] if marking else []
    if document.sample:
        marks.append(paragraph("MarkingLine", run("SAMPLE: nobody's statement", b="", color=RED)))
    _marked(made)
    ids = paragraph(
        "Header",
        run(short(document.id, 50), color=GREY, sz="17"),
        element("r", element("tab")),
        element("r", element("tab")),
    )
    ids.append(run(short(document.entity, 60), color=GREY, sz="17"))
    prepared = f"Prepared {when(document.prepared_at)} by laydown {short(document.engine, 30)}. A draft until a person signs it."
    foot = paragraph(
        "Footer", run(prepared, color=GREY, sz="17"), element("r", element("tab")), element("r", element("tab"))
    )
    foot.extend([run("Page "), *field("PAGE"), run(" of "), *field("NUMPAGES")])
    _filled(section.header, [*marks, ids])
    _filled(section.footer, [foot, *([paragraph("MarkingLine", run(marking, b=""))] if marking else [])])


def _marked(made: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    own = made.styles.add_style("MarkingLine", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = made.styles["Normal"]
    own.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _filled(part: Any, paragraphs: list[Any]) -> None:
    """A header or footer with these paragraphs and no other."""
    part.is_linked_to_previous = False
    held = part._element
    for one in list(held):
        held.remove(one)
    held.extend(paragraphs)


def _about(made: Any, document: Document, filing: Filing) -> None:
    """Word holds 255 characters of each; the dates are the filing's own, so that the same filing gives the same bytes."""
    about, moment = made.core_properties, read_time(document.prepared_at).replace(tzinfo=None, microsecond=0)
    about.title = short(("SAMPLE: " if document.sample else "") + document.title, 240)
    about.subject, about.author = short(document.subtitle, 240), f"laydown {short(document.engine, 60)}"
    about.keywords, about.comments = short(document.marking, 240), "A draft until a person signs it."
    about.last_modified_by, about.language = "", LANGUAGES.get(filing.lang, filing.lang)
    about.created = about.modified = moment
    about.revision = 1


def _steady(data: bytes) -> bytes:
    """The same package with its parts in order and without the time of writing. The list of types comes first, as readers expect."""
    held = BytesIO()
    with ZipFile(BytesIO(data)) as given, ZipFile(held, "w", ZIP_DEFLATED) as out:
        for name in sorted(given.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            part = ZipInfo(name, LONG_AGO)
            part.compress_type = ZIP_DEFLATED
            out.writestr(part, given.read(name))
    return held.getvalue()
