"""Page 1: every report of a site has its row, so that a later and smaller scan covers nothing up."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agent.conclude import told
from model.canonical import digest
from model.document import Block, Table
from model.figures import figures
from model.filing import Filing, Held
from model.report import Report
from reporters import json
from reporters.forms._front import front
from tests.reporters import sample
from tests.reporters.test_forms import quiet


def rows(reports: Sequence[Report]) -> list[tuple[str, ...]]:
    held = tuple(Held(one, digest(json.render(one))) for one in reports)
    filing: Filing = msgspec.structs.replace(sample.filing(), reports=held)
    blocks: list[Block] = [*front(filing, "Refused", "Free")]
    (table,) = (one for one in blocks if isinstance(one, Table) and one.caption.startswith("Sites, and"))
    return [row for row in table.rows if row[0].startswith("Harbour Street")]


def test_a_later_report_of_a_site_does_not_hide_what_an_earlier_one_left_open() -> None:
    wide, small = sample.report(), quiet()
    assert wide.summary.unknown + wide.summary.unseen and not small.summary.unknown
    found = rows([wide, small])
    assert found == rows([small, wide]) and len(found) == 2
    dark = str(wide.summary.unknown + wide.summary.unseen)
    assert {row[-1] for row in found} == {"0", dark} and {row[4] for row in found} == {
        "0",
        str(len(wide.unexplained_macs)),
    }


def test_an_accused_part_inside_a_clear_box_is_counted_wherever_boxes_are() -> None:
    report = sample.report()
    boxes = [one for one in report.findings if one.components and one.outcome == "clear"]
    parts = [part for one in report.findings for part in one.components if part.outcome in ("suspect", "covered")]
    assert boxes and parts
    assert f"{len(parts)} part" in told(report) and "inside covered or suspect" not in told(quiet())
    counts = {one.name: one.count for one in figures(sample.filing())}
    assert counts["components_accused"] == len(parts)
