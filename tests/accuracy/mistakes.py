"""The page's second half: every mistake with what was found on reading, and which of them nobody has read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from tests.accuracy.measure import pairs
from tests.accuracy.notes import WRONG, Notes
from tests.accuracy.results import Results
from tests.accuracy.words import READING


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


def mistakes(found: Results, known: Notes) -> str:
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


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
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
    return table(("label -> maker", "recordings", "on reading"), rows)


def _beside(said: Mapping[str, str], notes: Mapping[str, str]) -> str:
    rows = [(f"`{name}`", said[name], notes.get(name, "not yet read")) for name in sorted(said)]
    return table(("recording", "what the report says", "on reading"), rows)
