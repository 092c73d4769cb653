"""Model, serial and firmware of the box as other makers' own objects tell them, outside ENTITY-MIB.

Sources, the makers' published MIBs: each line of MODELS, SERIALS and FIRMWARE stands under its maker's number. A box is asked
for its own maker's objects; one that keeps its agent's number as object id for those of makers whose boxes do so.
"""

from collections.abc import Callable, Iterator

from agent.decode.say import said
from agent.decode.walk import Walk
from agent.mibs import _scalars
from agent.mibs._others_table import FIRMWARE, MODELS, OWN_KEYS, SERIALS
from model.claims import Fact

TREE = "1.3.6.1.4.1"
# What boxes answer whose maker left the agent's number, or a chip maker's, in place.
AGENTS = (8072, 4413, 10002)
BEHIND_AGENTS = frozenset({890, 2620, 6574, 8962, 13827, 21865, 24681, 25053, 41112, 57344})
_ORDERED = {"maker.model": MODELS, "maker.serial": SERIALS, "maker.firmware": FIRMWARE}
_OBJECTS = {key: tuple(f"{TREE}.{line}" for line in lines.split()) for key, lines in _ORDERED.items()}
_OWN = {f"{TREE}.{oid}": key for oid, key in OWN_KEYS.items()}
_ALL = tuple(dict.fromkeys(oid for oids in _OBJECTS.values() for oid in oids))
ROOTS = tuple(
    oid for oid in _ALL if not oid.endswith(".0")
)  # of a rack unit, a radio: the first row speaks for the box
SCALARS = (*_OWN, *(oid for oid in _ALL if oid.endswith(".0")))
ROWS = 64


def _asked_of(oid: str) -> tuple[int, ...]:
    number = int(oid.removeprefix(TREE + ".").partition(".")[0])
    return (number, *AGENTS) if number in BEHIND_AGENTS else (number,)


ENTERPRISES = {oid: _asked_of(oid) for oid in (*SCALARS, *ROOTS)}


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`maker.model`, `maker.serial`, `maker.firmware` about self, the first object that says something; and makers' own keys."""
    yield from _scalars.texts(walk, evidence_of, _OWN)
    for key, oids in _OBJECTS.items():
        found = next(((oid, text) for name in oids for oid, text in _texts(walk, name)), None)
        if found:
            yield from said(evidence_of(found[0]), "self", key, found[1])


def _texts(walk: Walk, name: str) -> Iterator[tuple[str, str]]:
    """(object, text) of a scalar, or of a column's rows, where they say something."""
    yield from ((f"{name}.{index}", text) for index, text in walk.texts(name).items())
    if text := walk.text(name):
        yield name, text
