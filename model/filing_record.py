"""The filing as data, schema laydown.filing/1: what a program reads instead of the paper, and what the PDF carries inside."""

import msgspec

from model.answers import Answers
from model.clocks import Candidate
from model.document import Block, Document
from model.entity import Contract, Entity
from model.figures import Figure, figures
from model.filing import Filing, Held
from model.gate import Hold
from model.report import Inputs, Report, Site, Summary

SCHEMA = "laydown.filing/1"


class Quoted(msgspec.Struct, frozen=True):
    """A report behind the filing. `digest`: of its report.json; `whole`: the report itself, only where a person asked for it."""

    digest: str
    site: Site
    started_at: str
    finished_at: str
    inputs: Inputs
    summary: Summary
    whole: Report | None = None


class FilingRecord(msgspec.Struct, frozen=True):
    """A drafted form and all that it was drafted from. `form`: the form's id; `cites`: its subtitle; `holds`: lifted ones too.

    `figures`: the counts that every medium prints; `blocks`: the paper itself, in order. A draft until a person signs it.
    """

    schema: str
    form: str
    title: str
    cites: str
    prepared_at: str
    engine: str
    sample: bool
    marking: str
    paper: str
    lang: str
    entity: Entity
    contract: Contract | None
    answers: Answers
    holds: tuple[Hold, ...]
    clocks: tuple[Candidate, ...]
    reports: tuple[Quoted, ...]
    figures: tuple[Figure, ...]
    blocks: tuple[Block, ...]


def recorded(document: Document, filing: Filing) -> FilingRecord:
    """The record of `document`, which was drafted from `filing`."""
    return FilingRecord(
        schema=SCHEMA,
        form=document.id,
        title=document.title,
        cites=document.subtitle,
        prepared_at=document.prepared_at,
        engine=document.engine,
        sample=document.sample,
        marking=document.marking,
        paper=document.paper,
        lang=filing.lang,
        entity=filing.entity,
        contract=filing.contract,
        answers=filing.answers,
        holds=filing.holds,
        clocks=filing.clocks,
        reports=tuple(_quoted(held, filing.whole_reports) for held in filing.reports),
        figures=figures(filing),
        blocks=document.blocks,
    )


def _quoted(held: Held, whole: bool) -> Quoted:
    one = held.report
    return Quoted(
        held.digest, one.site, one.started_at, one.finished_at, one.inputs, one.summary, one if whole else None
    )
