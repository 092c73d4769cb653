"""docs/accuracy.md: the shares with their intervals, what the sample cannot say, and every mistake with its reading."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.accuracy.corpus import LISTED, Recording
from tests.accuracy.measure import Tally, pairs
from tests.accuracy.notes import WRONG, Notes
from tests.accuracy.ours import ACCUSING, Report
from tests.accuracy.share import FEWEST, Share, measured
from tests.accuracy.words import CANNOT_SAY, HEAD, OTHERS, READING

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


def unread(found: Results, known: Notes) -> list[str]:
    """Mistakes, pairs and recordings of which no note says what was found on reading."""
    tally = found.recordings
    mistakes = [*tally.of["missed"], *tally.of["accused"]]
    return [
        *(name for name in mistakes if name not in known.mistakes),
        *(f"banner {key}" for key in _banner_mistakes(found) if key not in known.banners),
        *(pair for pair in pairs(tally) if pair not in known.otherwise),
        *(name for name in tally.of["unnamed"] if name not in known.unnamed),
        *(name for name in found.beside if name not in known.beside),
        *(name for name in tally.of["unrated"] if name not in known.unrated and name not in known.beside),
    ]


def _banner_mistakes(found: Results) -> list[str]:
    return [*found.banners.of["missed"], *found.banners.of["accused"]]


def written(found: Results, known: Notes) -> str:
    """The whole page."""
    parts = (
        HEAD.format(recordings=_count(found.recordings), banners=_count(found.banners)),
        _figures(found, known),
        _by_maker(found.recordings),
        _others(found),
        CANNOT_SAY.format(listed=_listed(found.recordings)),
        _mistakes(found, known),
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
    return "## Figures\n\n" + _table(("what", "share (95 % interval)"), [(what, str(share)) for what, share in rows])


def _by_maker(tally: Tally) -> str:
    rows = [(f"{maker}: recall", measured(tally.share(f"found: {maker}", f"covered: {maker}"))) for maker in LISTED]
    labels = sorted(key.removeprefix("other: ") for key in tally.of if key.startswith("other: "))
    many = [label for label in labels if len(tally.of[f"other: {label}"]) >= FEWEST]
    rows += [(f"{label}: named", measured(tally.share(f"named: {label}", f"other: {label}"))) for label in many]
    few = [label for label in labels if label not in many]
    count = sum(len(tally.of[f"other: {label}"]) for label in few)
    rows.append((f"{len(few)} labels with fewer than {FEWEST} recordings, {count} together", "each: not measured"))
    return "## By maker\n\n" + _table(("maker, as labelled", "share (95 % interval)"), rows)


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
    return "## What else runs on the same data\n\n" + _table(head, cells) + "\n\n" + said


def _cells(tally: Tally | None, named_of: str) -> tuple[str, str, str]:
    if tally is None or tally is NOTHING:
        word = "not run" if tally is None else "-"  # a text has no number, and nmap and Recog read no recordings
        return word, word, word
    return (
        str(tally.share("found", "covered")),
        str(tally.share("accused", "other")),
        str(tally.share("named", named_of)),
    )


def _mistakes(found: Results, known: Notes) -> str:
    tally = found.recordings
    wrong = {pair: known.otherwise[pair] for pair in pairs(tally) if known.wrong(pair)}
    parts = [
        "## Every mistake",
        "### Covered and not found, or accused and not covered\n\n"
        + _notes([*tally.of["missed"], *tally.of["accused"]], known.mistakes)
        + ("\n\n" + _notes(_banner_mistakes(found), known.banners) if _banner_mistakes(found) else ""),
        "### Cleared under a name that is not the maker's\n\n" + _notes([*tally.of["cleared"], *wrong], wrong),
        "### Not named\n\n" + READING["unnamed"] + "\n\n" + _grouped(tally.of["unnamed"], known.unnamed),
        "### Named otherwise than labelled\n\n" + READING["otherwise"] + "\n\n" + _read(pairs(tally), known.otherwise),
        "### Models\n\n"
        + READING["models"].format(
            right=len(tally.of["other model right"]),
            otherwise=len(tally.of["other model otherwise"]),
            asked=len(tally.of["other model asked"]),
        ),
        "## Covered gear inside or beside a device that is not covered\n\n" + _beside(found.beside, known.beside),
        "## Not rated\n\n" + _notes(tally.of["unrated"], {**known.beside, **known.unrated}),
    ]
    return "\n\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, tuple("---" for _ in head), *rows)]
    return "\n".join(lines)


def _notes(names: Iterable[str], notes: Mapping[str, str]) -> str:
    lines = [f"- `{name}`: {notes.get(name, 'not yet read').removeprefix(WRONG)}" for name in names]
    return "\n".join(lines) or "None."


def _grouped(names: Iterable[str], notes: Mapping[str, str]) -> str:
    of: dict[str, list[str]] = defaultdict(list)
    for name in names:
        of[notes.get(name, "not yet read")].append(f"`{name}`")
    return "\n".join(f"- {why}: {', '.join(sorted(held))}." for why, held in sorted(of.items())) or "None."


def _read(counted: Counter[str], notes: Mapping[str, str]) -> str:
    rows = [(pair, str(count), notes.get(pair, "not yet read")) for pair, count in sorted(counted.items())]
    return _table(("label -> maker", "recordings", "on reading"), rows)


def _beside(said: Mapping[str, str], notes: Mapping[str, str]) -> str:
    rows = [(f"`{name}`", said[name], notes.get(name, "not yet read")) for name in sorted(said)]
    return _table(("recording", "what the report says", "on reading"), rows)
