"""The walk sheet as a table to fill: a line for each device that somebody must look at, read back by `laydown observe --sheet`."""

import csv
import io

from model.person import WORDS
from model.report import ACCUSING, Finding, Report
from reporters import _text
from reporters._cells import safe
from reporters._places import Places

TITLE = "the walk sheet as a table with columns to fill, for `laydown observe --sheet`"
MEDIA = "text/csv; charset=utf-8"
SUFFIX = ".csv"
KNOWN = ("device", "called", "outcome", "plugged_in", "addresses", "macs")
SAME = ("report_evidence", "report_pack", "report_engine", "report_registry")
SOME = 3


def render(report: Report) -> bytes:
    """UTF-8 with a heading line; what is known first, then empty columns: who looked, on which day, and what was seen."""
    held = io.StringIO()
    out = csv.writer(held, lineterminator="\n")
    inputs = report.inputs
    same = (inputs.evidence, inputs.pack, inputs.engine, "; ".join(inputs.registry))
    out.writerow((*KNOWN, "by", "on", *WORDS, *SAME))
    places = Places(report)
    for one in sorted(filter(_to_look, report.findings), key=lambda one: (places.words(one.attached)[:1], one.device)):
        known = (one.device, _text.called(one), one.outcome, *places.words(one.attached)[:1])
        known = (*known, "") if len(known) < 4 else known
        cells = (*known, " ".join(one.addresses[:SOME]), " ".join(one.macs[:SOME]))
        out.writerow([safe(text) for text in cells] + [""] * (2 + len(WORDS)) + [safe(text) for text in same])
    return held.getvalue().encode()


def _to_look(one: Finding) -> bool:
    return one.outcome != "clear" or any(part.outcome in ACCUSING for part in one.components)
