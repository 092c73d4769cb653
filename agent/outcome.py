"""How one dialogue ended, in the words and sets of the coverage ledger."""

from collections.abc import Iterable

import msgspec

from model.evidence import Status
from model.spans import Spans, spans

NONE = Spans()
# The best that was heard decides: a host that answered one question answered.
RANK: tuple[Status, ...] = ("answered", "cut", "refused", "failed", "excluded", "silent")


class Stopped(Exception):
    """The run has to end early; its text says why."""


class Outcome(msgspec.Struct, frozen=True):
    """`status`: `answered`, `silent`, `refused`, `excluded`; `cut`: stopped on the way; `failed`: by the reason.

    The sets are addresses (the interface's name for a neighbour table): what is asked and in no other set was silent.
    For a host's dialogue each holds that address or nothing; for a sweep, many. `reason`: why it was excluded, refused
    or cut. `fault`: a bug in the probe, in one line. `evidence`: how many pieces were emitted.
    """

    status: Status
    asked: Spans = NONE
    answered: Spans = NONE
    refused: Spans = NONE
    excluded: Spans = NONE
    reason: str = ""
    fault: str = ""
    evidence: int = 0


class Counts:
    """What a dialogue gathers on its way to an Outcome."""

    def __init__(self) -> None:
        self.statuses: set[Status] = set()
        self.reasons: dict[str, None] = {}
        self.asked = self.answered = self.excluded = NONE

    def note(self, status: Status, reason: str = "") -> None:
        """One reply of a host came to `status`."""
        self.statuses.add(status)
        if reason:
            self.reasons[reason] = None

    def swept(self, asked: Spans, answered: Iterable[str], excluded: Spans, status: Status, reason: str = "") -> None:
        """A sweep over `asked`, of which `excluded` was left alone."""
        self.asked, self.excluded = self.asked | asked, self.excluded | excluded
        self.answered = self.answered | spans(answered)
        self.note(status, reason)

    def outcome(self, who: str, evidence: int, fault: str = "", interrupted: bool = False) -> Outcome:
        """The sum. `who`: the host asked; "" where sweeps said whom they asked."""
        status: Status = next((rank for rank in RANK if rank in self.statuses), "silent")
        reason = "; ".join(self.reasons)
        if fault or interrupted:
            status, reason = ("failed", fault) if fault else ("cut", "interrupted")
        if self.asked != NONE or not who:
            left = self.excluded - self.answered
            return Outcome(status, self.asked, self.answered, NONE, left, reason, fault, evidence)
        if not self.statuses and not reason:  # the probe had nothing to ask this host
            return Outcome(status, evidence=evidence)
        one = spans([who])
        answered = bool(self.statuses & {"answered", "cut"})
        return Outcome(
            status,
            one,
            one if answered else NONE,
            one if not answered and self.statuses & {"refused", "failed"} else NONE,
            one if self.statuses == {"excluded"} else NONE,
            reason,
            fault,
            evidence,
        )
