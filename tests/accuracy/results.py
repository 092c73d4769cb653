"""What one run found: all tallies, and what the report says of covered gear in or beside a device."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.accuracy.corpus import Recording
from tests.accuracy.measure import Tally, pairs
from tests.accuracy.notes import Notes
from tests.accuracy.ours import ACCUSING, Report
from tests.accuracy.share import Share

NOTHING = Tally()  # of data that a tool does not read


@dataclass(frozen=True)
class Results:
    """All tallies of one run. `beside`: {recording: what was said of covered gear in or beside it}."""

    recordings: Tally
    banners: Tally
    number: Tally
    nmap: Tally | None
    nmap_version: str
    nmap_asked: tuple[int, int]  # all banners that it could be given, and those of them that are covered
    nmap_refused: int
    recog: Tally | None
    beside: dict[str, str]


def beside(one: Recording, report: Report) -> str:
    """The verdict on a recording with covered gear in or beside it, and on that gear."""
    said = []
    for finding in report.by_origin[one.name]:
        said.append(" ".join(filter(None, (finding["outcome"], finding["maker"]))))
        parts = [part for part in finding["components"] if part["outcome"] in ACCUSING]
        said += [f"inside: {part['kind'] or 'part'} {part['outcome']} {part['maker']}" for part in parts]
    near = Counter(f"{f['outcome']} {f['maker']}" for f in report.named_by[one.name] if f["outcome"] in ACCUSING)
    said += [f"in its tables: {count} {what}" for what, count in sorted(near.items())]
    return "; ".join(said)


def false_clears(found: Results, known: Notes) -> Share:
    """Covered recordings called clear, and others cleared under the name of somebody whose device it is not."""
    wrong = sum(count for pair, count in pairs(found.recordings).items() if known.wrong(pair))
    asked = len(found.recordings.of["covered"]) + len(found.recordings.of["named"])
    return Share(len(found.recordings.of["cleared"]) + wrong, asked)
