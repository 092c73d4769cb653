"""What imports of recorded SNMP walks share: the lines worth reading, and the facts of all MIBs in them."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from agent.decode.ber import Varbind
from agent.decode.secrets import SECRET
from agent.decode.walk import Walk
from agent.mibs import _all
from model.claims import Fact
from model.evidence import Evidence

Varbinds = Callable[[bytes, tuple[bytes, ...]], Iterator[Varbind]]


def wanted() -> tuple[bytes, ...]:
    """What the name of an object starts with that some MIB reads: columns and branches with a dot, scalars whole."""
    return _wanted(_all.roots(), _all.scalars(), _all.branches())


@lru_cache(maxsize=4)
def _wanted(roots: tuple[str, ...], scalars: tuple[str, ...], branches: tuple[str, ...]) -> tuple[bytes, ...]:
    # A branch spares what stands under it. The most asked-for tables first: `startswith` tries them in this order for every line.
    above = tuple(branch + "." for branch in branches)
    names = [root + "." for root in roots if not root.startswith(above)]
    return tuple(name.encode() for name in (*above, *names, *(oid for oid in scalars if not oid.startswith(above))))


def facts(evidence: Sequence[Evidence], varbinds: Varbinds) -> Iterator[Fact]:
    """Facts of the recorded device whose pages these are, in order of their steps. Pages that failed are no pages."""
    good = [one for one in evidence if one.body is not None and one.observation.status in ("answered", "cut")]
    good.sort(key=lambda one: one.observation.step)
    names = wanted()
    yield from _all.facts(Walk((one.id, varbinds(one.body or b"", names)) for one in good))


_SECRET = tuple(start + oid.encode()[cut:] + b"." for oid in SECRET for start, cut in ((b"", 0), (b"iso", 1)))


def masked(line: bytes) -> bytes:
    """The record with everything behind a secret object's name overwritten, length kept; other records unchanged."""
    plain = line.removeprefix(b".")
    if not plain.startswith(_SECRET):
        return line
    kept = len(line) - len(plain) + next(len(oid) for oid in _SECRET if plain.startswith(oid))
    return line[:kept] + b"*" * (len(line) - kept)
