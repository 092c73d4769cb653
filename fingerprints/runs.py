"""Runs: whose words head the report, and what is open because a run was never told to have ended, or was of another site."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from model.report import Authority, Site
from model.run import End, Event, Ledger, Start
from model.spans import spans

PROBE = "run"  # a row that is about the run itself, and no probe's
NEVER_ENDED = "nothing says that this run ended: it was killed, or its machine stopped"
SEVERAL = "runs of several sites stand in one folder: which site's a device is cannot be told; scan each into its own"
Told = Sequence[tuple[str, Event]]  # each with the time at which it was noted


def head(events: Told) -> Start | None:
    """The latest run's words. What it does not name, a file's import say, the latest run that names it does: site and authority."""
    starts = [one for _, one in sorted(_starts(events), key=lambda found: (found[0], found[1].run))]
    if not starts:
        return None
    site = next((one.site for one in reversed(starts) if one.site != Site()), Site())
    authority = next((one.authority for one in reversed(starts) if one.authority != Authority()), Authority())
    return msgspec.structs.replace(starts[-1], site=site, authority=authority)


def unfinished(events: Told) -> Iterator[Ledger]:
    """A row for what a run set out to examine and was cut off from before it could write down what came of it.

    What another run that was done set out to examine, too, is no longer open.
    """
    ended = {one.run for _, one in events if isinstance(one, End)}
    starts = [one for _, one in _starts(events)]
    done = {one.run for _, one in events if isinstance(one, End) and one.status == "done"}
    whole = [one for one in starts if one.run in done]
    examined = spans(text for one in whole for text in one.targets)
    for one in starts:
        if one.run in ended:
            continue
        for text in one.targets:
            if spans([text]) - examined:
                yield Ledger(one.run, PROBE, text, "incomplete", reason=NEVER_ENDED)
        if not one.targets and one.vantage not in {other.vantage for other in whole if not other.targets}:
            yield Ledger(one.run, PROBE, one.vantage, "incomplete", reason=NEVER_ENDED)
    sites = sorted({one.site.id for one in starts if one.site.id})
    if len(sites) > 1:
        yield Ledger("", PROBE, ", ".join(sites), "incomplete", reason=SEVERAL)


def _starts(events: Iterable[tuple[str, Event]]) -> Iterator[tuple[str, Start]]:
    return ((at, one) for at, one in events if isinstance(one, Start))
