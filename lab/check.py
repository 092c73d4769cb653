"""Holds a report against the truth: `python -m lab.check REPORT.json TRUTH.json`, a line for each wrong verdict."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from lab.truth import Expected

Finding = Mapping[str, Any]
ACCUSED = ("covered", "conflict", "suspect")


def wrong(report: Mapping[str, Any], truth: Iterable[Expected]) -> Iterator[str]:
    """What a report says of the lab that is not so. `report`: the decoded report.json."""
    findings: list[Finding] = report["findings"]
    stray = {entry["mac"].lower() for entry in report["unexplained_macs"]}
    known: set[str] = set()
    for row in truth:
        mine = [finding for finding in findings if _about(row, finding)]
        known |= {finding["device"] for finding in mine}
        yield from _judged(row, mine, stray)
    for finding in findings:
        if finding["device"] not in known and finding["outcome"] in ACCUSED:
            yield f"{finding['device']}: {finding['outcome']}, but the lab has no such device"


def _about(row: Expected, finding: Finding) -> bool:
    macs = {mac.lower() for mac in finding["macs"]}
    addresses = {address.partition("%")[0] for address in finding["addresses"]}
    return bool(macs & set(row.macs) or addresses & set(row.addresses))


def _judged(row: Expected, mine: list[Finding], stray: set[str]) -> Iterator[str]:
    # A device that witnesses name may stand beside what it says itself, as unseen: that accuses nobody
    said = {finding["outcome"] for finding in mine} - ({"unseen"} if row.scanned else set())
    # A carrier's box is none of the site's: a trace or a router's table may tell of it, and need not
    told = row.verdict == "service" or (row.verdict == "unseen" and bool(stray & set(row.macs)))
    if not said and not told:
        yield f"{row.device}: not in the report"
    if row.verdict in ACCUSED and said & set(row.outcomes):
        said -= {"suspect", "unknown", "unseen"}  # its MAC in a table beside what it says itself takes nothing back
    if bad := sorted(said - set(row.outcomes)):
        yield f"{row.device}: {', '.join(bad)} instead of {' or '.join(row.outcomes)} ({row.why})"
    makers = {finding["maker"] for finding in mine if finding["outcome"] in ACCUSED}
    if row.covered and makers and row.maker not in makers:
        yield f"{row.device}: laid to {', '.join(map(str, makers))} instead of {row.maker}"


def main(words: list[str]) -> int:
    """Prints what is wrong; 0 if nothing is."""
    report = json.loads(Path(words[0]).read_text())
    truth = msgspec.json.decode(Path(words[1]).read_bytes(), type=tuple[Expected, ...])
    lines = list(wrong(report, truth))
    sys.stdout.write("".join(f"{line}\n" for line in lines) or "every verdict is right\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
