"""The coverage ledger of a run: sets of addresses per probe and area, written out as evidence often enough that a kill loses little."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from agent.scan.plan import Area
from agent.scope import count
from model.evidence import Evidence
from model.run import UNREAD, Event, Ledger, noted
from model.spans import Spans, spans
from model.times import written

EVERY = 2.0  # seconds between two notes
MANY = 500  # or so many targets
NAMED = 5  # devices with unread tables that a row names
SETS = ("asked", "answered", "refused", "excluded")
CUT_SHORT = "stopped in mid-dialogue"
"""The reason of a note about targets whose dialogue did not end: a resumed run asks them again."""


class Row:
    """One probe in one area. `state`: `waiting`, `begun` or `done`."""

    def __init__(self) -> None:
        self.state = "waiting"
        self.total: dict[str, Spans] = dict.fromkeys(SETS, Spans())
        self.fresh: dict[str, list[Spans]] = {name: [] for name in SETS}
        self.cut = self.cut_answered = Spans()
        self.reasons: dict[str, None] = {}
        self.faults: dict[str, None] = {}
        self.unread: dict[str, str] = {}  # address: which of its tables were not read to their end

    def take(self) -> dict[str, Spans]:
        """What came since the last time, now part of the total."""
        found = {name: spans(text for one in many for text in one.texts()) for name, many in self.fresh.items()}
        for name, one in found.items():
            self.total[name] |= one
            self.fresh[name] = []
        return found


def _unread(row: Row) -> Iterator[str]:
    if row.unread:
        some = [f"{host} ({why})" for host, why in list(row.unread.items())[:NAMED]]
        more = len(row.unread) - len(some)
        yield f"{UNREAD} {', '.join(some)}{f' and {more} more' if more else ''}"


class Books:
    """`emit` gets each note as evidence. A probe is expected in an area before it is counted there."""

    def __init__(
        self,
        emit: Callable[[Evidence], None],
        run: str,
        vantage: str,
        clock: Callable[[], datetime],
        areas: Sequence[Area],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._emit, self.run, self._vantage, self._clock, self._monotonic = emit, run, vantage, clock, monotonic
        self._areas = {area.text: area.hosts for area in areas}
        self._rows: dict[tuple[str, str], Row] = {}
        self._since, self._many = monotonic(), 0

    @property
    def vantage(self) -> str:
        """Where the run looks from, `host/interface`."""
        return self._vantage

    def note(self, event: Event) -> None:
        """Write an event of the run."""
        self._emit(noted(event, self._vantage, written(self._clock())))

    def expect(self, probe: str, within: Spans) -> None:
        """`probe` will ask in the areas that overlap `within`."""
        for text, hosts in self._areas.items():
            if count(hosts & within):
                self._rows.setdefault((probe, text), Row())

    def begin(self, probe: str) -> None:
        """Its first packet may leave now."""
        for row in self._of(probe):
            row.state = "begun"

    def done(self, probe: str) -> None:
        """It has asked everybody it was to ask."""
        for row in self._of(probe):
            row.state = "done"

    def recall(self, ledger: Ledger) -> None:
        """What an earlier part of this run wrote."""
        row = self._rows.get((ledger.probe, ledger.scope))
        if row is not None and ledger.reason != CUT_SHORT:
            for name in SETS:
                row.total[name] |= spans(getattr(ledger, name))

    def asked(self, probe: str) -> Spans:
        """Every address that needs not be asked again."""
        found = Spans()
        for row in self._of(probe):
            found |= row.total["asked"] | spans(text for one in row.fresh["asked"] for text in one.texts())
        return found

    def count(
        self,
        probe: str,
        asked: Spans,
        answered: Spans = Spans(),  # noqa: B008 - frozen
        refused: Spans = Spans(),  # noqa: B008
        excluded: Spans = Spans(),  # noqa: B008
        reason: str = "",
        within: Spans | None = None,
    ) -> None:
        """One outcome. `within`: the addresses behind labels (an interface's name), which are in no area themselves."""
        for text, hosts in self._areas.items():
            row = self._rows.get((probe, text))
            behind = within is not None and count(hosts & within)
            inside = Spans(hosts.ranges, asked.labels if behind else frozenset())
            if row is None or not asked & inside:
                continue
            for name, found in zip(SETS, (asked, answered, refused, excluded), strict=True):
                if found:
                    row.fresh[name].append(found & inside)
            if reason and (refused | excluded) & inside:
                row.reasons[reason] = None
        self._many += asked.size
        self.tick()

    def asking(self, probe: str, label: Spans, within: Spans) -> None:
        """All stations of a link are being asked: written at once. What counts is said when their answers are in."""
        for text, hosts in self._areas.items():
            if (probe, text) in self._rows and count(hosts & within):
                self.note(Ledger(self.run, probe, text, "incomplete", tuple(label.texts()), reason=CUT_SHORT))

    def remark(self, probe: str, scope: str, reason: str) -> None:
        """Something to be read beside a row, however it ends."""
        row = self._rows.get((probe, scope))
        if row is not None:
            row.reasons[reason] = None

    def cut_short(self, probe: str, asked: Spans, answered: Spans) -> None:
        """These were asked, and the program stopped before all was heard."""
        for text, hosts in self._areas.items():
            row = self._rows.get((probe, text))
            if row is not None:
                row.cut |= asked & hosts
                row.cut_answered |= answered & hosts

    def fault(self, probe: str, reason: str) -> None:
        """Something went wrong: the probe's rows cannot be `done`."""
        for row in self._of(probe):
            row.faults[reason] = None

    def unread(self, probe: str, host: str, why: Iterable[str]) -> None:
        """Tables of `host` were not read to their end: what they would have told is a hole, so the row cannot be `done`."""
        for text, hosts in self._areas.items():
            row = self._rows.get((probe, text))
            if row is not None and hosts & spans([host]):
                row.unread[host] = ", ".join(why)

    def not_run(self, probe: str, reason: str, within: Spans) -> None:
        """`probe` cannot or shall not run in these areas."""
        for text, hosts in self._areas.items():
            if count(hosts & within):
                self.note(Ledger(self.run, probe, text, "not-run", reason=reason))

    def tick(self) -> None:
        """Write a note if it is time."""
        if self._many >= MANY or self._monotonic() - self._since >= EVERY:
            self.flush()

    def flush(self) -> None:
        """Write what came since the last note. Refusals and exclusions wait for the last word, which gives their reasons."""
        self._since, self._many = self._monotonic(), 0
        for (probe, scope), row in self._rows.items():
            found = row.take()
            if found["asked"] or found["answered"]:
                asked, answered = (tuple(found[name].texts()) for name in ("asked", "answered"))
                self.note(Ledger(self.run, probe, scope, "incomplete", asked, answered))

    def close(self, stopped: str) -> None:
        """The last word on every row. `stopped`: why the run ended early, "" if it did not."""
        for (probe, scope), row in sorted(self._rows.items()):
            row.take()
            if row.cut:
                cut, answered = tuple(row.cut.texts()), tuple(row.cut_answered.texts())
                self.note(Ledger(self.run, probe, scope, "incomplete", cut, answered, reason=CUT_SHORT))
            status, reasons = self._word(row, stopped)
            sets = {name: tuple(found.texts()) for name, found in row.total.items()}
            self.note(Ledger(self.run, probe, scope, status, **sets, reason="; ".join(reasons)))

    def _word(self, row: Row, stopped: str) -> tuple[str, Iterable[str]]:
        if row.state == "waiting":
            return "not-run", [stopped or "the run ended before its turn"]
        if row.state == "done" and not row.faults and not row.unread:
            return "done", row.reasons
        return "incomplete", [*_unread(row), *row.faults, *([stopped] if stopped else []), *row.reasons]

    def _of(self, probe: str) -> list[Row]:
        return [row for (name, _), row in self._rows.items() if name == probe]
