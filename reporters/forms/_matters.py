"""What a person must decide on: accused devices and parts, holds and who lifted them, questions and answers."""

from collections.abc import Iterator, Sequence

from model.answers import Class, Disposition
from model.filing import Filing
from model.gate import Hold
from model.report import ACCUSING, RANK, Component, Finding, Report
from reporters._document import Block, Field, Fields, Heading, Paragraph, Table
from reporters._places import Places
from reporters._text import called, plural, sold_as, titled
from reporters.forms._disclosure import branded
from reporters.forms._section_889 import AUTHORITY, answered, asked_of

Question = tuple[str, str]  # its id, which is the key in the answers file, and its text


def matters(filing: Filing) -> Iterator[Block]:
    """Devices and parts that are covered, in conflict or suspect: brand, producer, model, serial, place."""
    found = [(RANK[row[0].outcome], row[1]) for held in filing.reports for row in _accused(held.report)]
    rows = tuple(row for _, row in sorted(found, key=lambda item: -item[0]))
    yield Heading("Findings that matter")
    yield Paragraph(
        "That a device is present is what the evidence says. Whether it is prohibited is for a person to answer."
    )
    head = ("Site", "Device or part", "Outcome", "Sold as", "Producer", "Model and kind", "Serial number", "Where")
    none = "none among what was identified"
    yield Table(
        "Covered, conflict or suspect, devices and parts inside others", head, rows, (2, 4, 3, 3, 5, 4, 5, 7), none
    )
    told = dict.fromkeys(
        sold_as(one.relabel) + "." for _, one in filing.findings() if one.relabel and one.outcome in ACCUSING
    )
    yield from (Paragraph(text) for text in told)
    yield from _observed(filing)
    yield from _apart(filing)


def _observed(filing: Filing) -> Iterator[Block]:
    """Words of named persons about devices in the table above: no evidence of the wire, and so a table of its own."""
    seen = [(one, word) for _, one in filing.findings() if one.outcome in ACCUSING for word in one.observed]
    if seen:
        rows = tuple((called(one), word.what, word.value, word.by, word.on) for one, word in seen)
        head = ("Device", "What", "As read", "Seen by", "Day")
        yield Table("What people saw on these devices, apart from what they sent", head, rows, (4, 2, 6, 3, 2))


def _accused(report: Report) -> Iterator[tuple[Finding | Component, tuple[str, ...]]]:
    places = Places(report)
    for one in report.findings:
        where = "; ".join(filter(None, (places.short(one.attached), *one.addresses[:2]))) or ", ".join(one.macs[:2])
        if one.outcome in ACCUSING:
            brand = _brand(one)
            yield one, _row(report, called(one), one, brand, where)
        for part in one.components:
            if part.outcome in ACCUSING:
                yield (
                    part,
                    _row(
                        report,
                        f"part {part.component} of {called(one)}",
                        part,
                        branded(part.maker or "", part.producer),
                        where,
                    ),
                )


def _brand(one: Finding) -> str:
    sold = one.relabel and (one.relabel.sold_as or one.relabel.brand)
    return sold or branded(one.maker or "", one.producer)


def _row(report: Report, name: str, one: Finding | Component, brand: str, where: str) -> tuple[str, ...]:
    model = ", ".join(filter(None, (one.model, one.kind))) or "not known"
    return (
        report.site.id,
        name,
        one.outcome,
        brand,
        one.producer or one.maker or "",
        model,
        one.serial or "not known",
        where,
    )


def _apart(filing: Filing) -> Iterator[Block]:
    """Other authorities are named, counted and left alone: they are never this one."""
    counts: dict[str, int] = {}
    for reach in (reach for _, one in filing.findings() for reach in one.authorities if reach.id != AUTHORITY):
        counts[reach.id] = counts.get(reach.id, 0) + 1
    if counts:
        said = "; ".join(f"{titled(name)} ({plural(count, 'finding')})" for name, count in sorted(counts.items()))
        yield Paragraph(
            f"Other authorities, apart from Section 889 and not answered by this form, name makers found here: {said}."
        )


def held(filing: Filing) -> Iterator[Block]:
    """Every hold, standing or lifted, in one table; then what persons said, whether it lifts anything or not."""
    yield Heading("Holds")
    rows = tuple(
        (hold.site or "entity", hold.kind, hold.text, _lifted(hold))
        for hold in sorted(filing.holds, key=lambda h: h.disposition is not None)
    )
    yield Table(
        "Every hold, those that stand first", ("Site", "Kind", "What holds", "Stands or lifted"), rows, (2, 2, 7, 4)
    )
    yield from _dispositions(filing)


def _lifted(hold: Hold) -> str:
    word = hold.disposition
    return "STANDS" if word is None else f"lifted by {word.by} until {word.until}"


def _dispositions(filing: Filing) -> Iterator[Block]:
    said = filing.answers.disposition
    counts = {id(word): sum(hold.disposition == word for hold in filing.holds) for word in said}
    rows = tuple(
        (_subject(word), word.whose, word.used, word.reason, word.by, word.until, _count(counts[id(word)]))
        for word in said
    )
    head = ("What it is about", "Whose equipment", "Used by the entity", "Reason", "Said by", "Until", "Lifts")
    yield Table(
        "Dispositions: what named persons said of holds",
        head,
        rows,
        (5, 3, 3, 5, 3, 3, 2),
        "nobody has disposed of any hold",
    )
    if not all(counts.values()):
        yield Paragraph(
            "What lifts nothing is past its day, not complete, at odds with another word, or about none of the holds."
        )


def _count(lifts: int) -> str:
    return plural(lifts, "hold") if lifts else "nothing"


def _subject(word: Disposition) -> str:
    if word.of is None or word.subject:
        return f"{word.subject} of site {word.of.site}" if word.of and word.of.site else word.subject
    given = [(name, getattr(word.of, name)) for name in Class.__struct_fields__ if getattr(word.of, name)]
    return "class: " + ", ".join(
        f"{name.replace('_', ' ')}{'' if value is True else f' {value}'}" for name, value in given
    )


def questions(filing: Filing, asked: Sequence[Question]) -> Iterator[Block]:
    """The form's own questions; those of Section 889 that are open, with the devices; and every answer given."""
    yield Heading("Questions that only a person can answer")
    rows = []
    for key, text in asked:
        said = filing.answers.said(key)
        rows.append(
            Field(text, said.text if said else None, f"answered by {said.by}, {said.date}" if said else f"key: {key}")
        )
    yield Fields(tuple(rows))
    head = ("Question", "Key", "Unanswered for")
    yield Table("Unanswered questions about devices (Section 889)", head, _open(filing), (6, 3, 6), "none is open")
    about = {one.device: called(one) for _, one in filing.findings()} | {
        f"{one.device} {part.component}": f"part {part.component} of {called(one)}"
        for _, one in filing.findings()
        for part in one.components
    }
    given = tuple(
        (a.question, about.get(a.device, a.device) or "the entity", a.text, a.by, a.date) for a in filing.answers.answer
    )
    yield Table("Answers given", ("Key", "About", "Answer", "By", "Date"), given, (3, 3, 6, 3, 2), "none")


def _open(filing: Filing) -> tuple[tuple[str, str, str], ...]:
    found: dict[tuple[str, str], list[str]] = {}
    for _, one in filing.findings():
        things: tuple[Finding | Component, ...] = (one, *one.components)
        for thing in things:
            part = "" if isinstance(thing, Finding) else f" {thing.component}"
            name = f"part{part} of {called(one)}" if part else called(one)
            for id, text in asked_of(one, thing):
                if not answered(filing, id, one.device + part):
                    found.setdefault((text, id), []).append(f"{name} [{one.device}{part}]")
    first: dict[tuple[str, ...], str] = {}  # the same devices are named once
    rows = []
    for (text, key), devices in found.items():
        same = first.setdefault(tuple(devices), key)
        rows.append((text, key, "; ".join(devices) if same == key or len(devices) == 1 else f"the same as for {same}"))
    return tuple(rows)
