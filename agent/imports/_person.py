"""What people said they saw: no file and no device was read, so this is neither import nor probe, but read as they are."""

from collections.abc import Iterator, Sequence

import msgspec

from model.claims import Fact
from model.evidence import Evidence
from model.person import facts, word_of


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """`person.*` about `person:NAME`. A body that is no word of a person's yields nothing."""
    for one in evidence:
        try:
            yield from facts(one.id, word_of(one))
        except (msgspec.MsgspecError, UnicodeError):
            continue
