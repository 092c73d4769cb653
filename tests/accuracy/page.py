"""docs/accuracy.md: the shares with their intervals, the other tools, what the sample cannot say; the mistakes follow."""

from __future__ import annotations

from collections.abc import Iterator

from tests.accuracy.corpus import LISTED
from tests.accuracy.measure import Tally
from tests.accuracy.mistakes import mistakes, table
from tests.accuracy.notes import Notes
from tests.accuracy.results import NOTHING, Results, false_clears
from tests.accuracy.share import FEWEST, measured
from tests.accuracy.words import CANNOT_SAY, HEAD, OTHERS, READING


def headline(found: Results) -> Iterator[str]:
    """The figures in a few lines, for the terminal."""
    tally = found.recordings
    for what, hits, asked in (
        ("recall", "found", "covered"),
        ("false accusations", "accused", "other"),
        ("others named", "named", "other"),
        ("covered models right", "covered model right", "covered model asked"),
        ("other models right", "other model right", "other model asked"),
    ):
        yield f"{what}: {tally.share(hits, asked)}"
    yield f"banners: {found.banners.share('found', 'covered')}, others accused {found.banners.share('accused', 'other')}"


def written(found: Results, known: Notes) -> str:
    """The whole page."""
    parts = (
        HEAD.format(recordings=_count(found.recordings), banners=_count(found.banners)),
        _figures(found, known),
        _by_maker(found.recordings),
        _others(found),
        CANNOT_SAY.format(listed=_listed(found.recordings)),
        mistakes(found, known),
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _count(tally: Tally) -> str:
    unrated = len(tally.of["unrated"])
    return f"{len(tally.of['covered'])} covered, {len(tally.of['other'])} others" + (
        f", {unrated} not rated" if unrated else ""
    )


def _listed(tally: Tally) -> str:
    return ", ".join(f"{maker} {len(tally.of[f'covered: {maker}'])}" for maker in LISTED)


def _figures(found: Results, known: Notes) -> str:
    tally, banners = found.recordings, found.banners
    rows = [
        ("recall: covered recordings called covered, under the right maker", tally.share("found", "covered")),
        ("false accusations: other recordings called covered, suspect or conflict", tally.share("accused", "other")),
        ("false clears: covered ones called clear, others cleared as somebody else's", false_clears(found, known)),
        ("named: other recordings whose maker is told", tally.share("named", "other")),
        ("model right, covered recordings that state one", tally.share("covered model right", "covered model asked")),
        ("model right, other recordings that state one", tally.share("other model right", "other model asked")),
        ("covered banners accused, under the right maker", banners.share("found", "covered")),
        ("other banners accused", banners.share("accused", "other")),
    ]
    return "## Figures\n\n" + table(("what", "share (95 % interval)"), [(what, str(share)) for what, share in rows])


def _by_maker(tally: Tally) -> str:
    rows = [(f"{maker}: recall", measured(tally.share(f"found: {maker}", f"covered: {maker}"))) for maker in LISTED]
    labels = sorted(key.removeprefix("other: ") for key in tally.of if key.startswith("other: "))
    many = [label for label in labels if len(tally.of[f"other: {label}"]) >= FEWEST]
    rows += [(f"{label}: named", measured(tally.share(f"named: {label}", f"other: {label}"))) for label in many]
    few = [label for label in labels if label not in many]
    count = sum(len(tally.of[f"other: {label}"]) for label in few)
    rows.append((f"{len(few)} labels with fewer than {FEWEST} recordings, {count} together", "each: not measured"))
    return "## By maker\n\n" + table(("maker, as labelled", "share (95 % interval)"), rows)


def _others(found: Results) -> str:
    rows = (
        ("Laydown", found.recordings, found.banners),
        ("the enterprise number alone", found.number, NOTHING),
        ("nmap's service probes", NOTHING, found.nmap),
        ("Recog's own patterns", NOTHING, found.recog),
    )
    head = ("", "recall", "others accused", "others named", "banners: recall", "others accused", "hardware named")
    cells = [(name, *_cells(seen, "other"), *_cells(heard, "hardware")) for name, seen, heard in rows]
    said = OTHERS.format(
        version=found.nmap_version,
        asked=found.nmap_asked[0],
        covered=found.nmap_asked[1],
        refused=found.nmap_refused,
        recog="They ran from the folder named with RECOG." if found.recog else READING["recog"],
    )
    return "## What else runs on the same data\n\n" + table(head, cells) + "\n\n" + said


def _cells(tally: Tally | None, named_of: str) -> tuple[str, str, str]:
    if tally is None or tally is NOTHING:
        word = "not run" if tally is None else "-"  # a text has no number, and nmap and Recog read no recordings
        return word, word, word
    return (
        str(tally.share("found", "covered")),
        str(tally.share("accused", "other")),
        str(tally.share("named", named_of)),
    )
