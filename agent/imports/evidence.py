"""Evidence that this program wrote before: JSONL, a canonical line each, taken over unchanged if its digest holds."""

import re
from collections.abc import Iterator, Sequence

from agent.ask import Source
from agent.imports import _lines
from model.claims import Fact
from model.evidence import Evidence, parsed
from model.trouble import Trouble

TITLE = "evidence of this program (JSONL)"
KIND = "evidence"
# A body can be longer than the head of the file that is looked at.
_START = re.compile(rb'\{(?:"body":"[A-Za-z0-9+/]*={0,2}(?:",|$))?(?:$|"id":"sha256:)')


def sniff(name: str, head: bytes) -> bool:
    """Whether the first line starts like one of ours."""
    return _START.match(head.lstrip()) is not None


def take(source: Source) -> Iterator[Evidence]:
    """The evidence of the good lines, each with the probe it had; then the bad lines. Trouble if no line is good.

    Bodies above model.evidence.INLINE bytes are not in the lines: they come as None, to be looked for beside the file.
    """
    some, bad = False, []
    for number, line in _lines.lines(source.data):
        if line.strip():
            try:
                one = parsed(line, source.origin)
            except Trouble as fault:
                bad.append(_lines.Fault(number, fault.what, line))
                continue
            some = True
            yield one
    if not some:
        raise _lines.wrong_kind(source, KIND, "an evidence line")
    yield from _lines.failed(source, KIND, bad)


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """Nothing: what was taken over is read by the probe that asked; what stands under this name are bad lines."""
    yield from ()
