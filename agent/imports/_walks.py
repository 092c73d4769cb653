"""What imports of recorded SNMP walks share: the lines worth reading, and the facts of all MIBs in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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
    names, first = wanted(), Firsts()
    yield from _all.facts(Walk((one.id, first.of(varbinds(one.body or b"", names))) for one in good))


class Firsts:
    """Of what stands under a branch, what some MIB reads, and else the first object of each number: a file may hold millions."""

    def __init__(self) -> None:
        self._above = tuple(branch + "." for branch in _all.branches())
        self._read = (*(root + "." for root in _all.roots()), *_all.scalars())
        self._seen: set[str] = set()

    def of(self, binds: Iterable[Varbind]) -> Iterator[Varbind]:
        """The varbinds worth keeping."""
        for bind in binds:
            if not bind.oid.startswith(self._above) or self._new(bind.oid) or bind.oid.startswith(self._read):
                yield bind

    def _new(self, oid: str) -> bool:
        number = next(oid[len(branch) :].partition(".")[0] for branch in self._above if oid.startswith(branch))
        fresh = number not in self._seen
        self._seen.add(number)
        return fresh


_SECRET = tuple(start + oid.encode()[cut:] + b"." for oid in SECRET for start, cut in ((b"", 0), (b"iso", 1)))


def masked(line: bytes) -> bytes:
    """The record with everything behind a secret object's name overwritten, length kept; other records unchanged."""
    plain = line.removeprefix(b".")
    if not plain.startswith(_SECRET):
        return line
    kept = len(line) - len(plain) + next(len(oid) for oid in _SECRET if plain.startswith(oid))
    return line[:kept] + b"*" * (len(line) - kept)
