"""Measures the program on recordings that nobody here wrote and writes docs/accuracy.md.

python tests/accuracy/run.py PATH [-o FILE]      (make accuracy PATH=...)

PATH: a folder with labels.csv, the recordings it names, and banners.jsonl with banner_labels.jsonl where there are any.
RECOG=DIR runs Recog's own patterns from a folder of its XML files. Exit code 1: something stands unexplained in the page.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from fingerprints.pack import load  # noqa: E402
from tests.accuracy import corpus, measure, mistakes, nmap_probes, notes, others, ours, page, recog  # noqa: E402
from tests.accuracy.results import Results, beside  # noqa: E402


def results(folder: Path, with_nmap: bool = True) -> Results:
    """Everything measured on the recordings of `folder`; nmap's 12,000 patterns take longest."""
    pack = load()
    recordings, banners = corpus.recordings(folder), corpus.banners(folder)
    seen = ours.imported("snmprec", [one.path for one in recordings])
    heard = ours.imported("banners", [folder / "banners.jsonl"]) if banners else ours.Report([])
    probes, prints = nmap_probes.read() if with_nmap else None, os.environ.get("RECOG")
    return Results(
        recordings=measure.recorded(recordings, seen),
        banners=others.ours(banners, heard),
        number=others.enterprise(recordings, pack),
        nmap=others.nmap(banners, probes) if probes and banners else None,
        nmap_version=nmap_probes.version() if probes else "",
        nmap_asked=others.askable(banners),
        nmap_refused=probes.refused if probes else 0,
        recog=others.recog(banners, recog.Recog(Path(prints))) if prints else None,
        beside={one.name: beside(one, seen) for one in recordings if set(one.flags) & set(measure.BESIDE)},
    )


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "accuracy.md")
    wanted = parser.parse_args(given)
    if not (wanted.path / "labels.csv").exists():
        parser.error(f"{wanted.path} has no labels.csv: name the folder of the recordings, make accuracy PATH=DIR")
    found, known = results(wanted.path), notes.read()
    wanted.output.write_text(page.written(found, known), "utf-8")
    unread = mistakes.unread(found, known)
    print(*page.headline(found), *(f"unexplained: {one}" for one in unread), f"written: {wanted.output}", sep="\n")
    return 1 if unread else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
