"""Which makers' private trees answered where the object id names no maker: many boxes keep their agent's own number there.

A tree is a maker's branch of 1.3.6.1.4.1. Where the object id names a maker, other makers' trees beside it prove nothing
(H3C's boxes carry Huawei's) and nothing is said. Nothing is asked for: the objects are those that other MIBs read, or a file's.
"""

from collections.abc import Callable, Iterator

from agent.decode.say import said
from agent.decode.walk import Walk
from agent.mibs.system import OBJECT_ID
from model.claims import Fact

ENTERPRISES_TREE = "1.3.6.1.4.1"
# Numbers that boxes of many makers answer as their own: of agents, protocol stacks and the makers of chips and their kits.
AGENTS = frozenset(
    {
        "0",
        "1",
        "2021",  # UCD-SNMP
        "4413",  # Broadcom's reference switch software
        "4976",  # AGENT++
        "8072",  # net-snmp
        "10002",  # Frogfoot Networks, as radios of several makers answer
        "16972",  # the DSL terminal alliance's
        "17095",  # Microchip's demonstration agent
        "26381",  # lwIP
    }
)
ROOTS: tuple[str, ...] = ()
SCALARS: tuple[str, ...] = ()
BRANCHES = (ENTERPRISES_TREE,)
_MOST = 64  # trees of one box; a recorded agent of a management station may proxy many


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """`snmp.private_tree` about self: the number of each tree that answered, agents' own left out."""
    if named(walk.text(OBJECT_ID)):
        return
    for number, oid in list(walk.branches(ENTERPRISES_TREE).items())[:_MOST]:
        if number not in AGENTS:
            yield from said(evidence_of(oid), "self", "snmp.private_tree", number)


def named(object_id: str) -> bool:
    """Whether an object id stands under the number of somebody whose box it may be."""
    before, _, after = f".{object_id.lstrip('.')}".partition(f".{ENTERPRISES_TREE}.")
    number = after.partition(".")[0]
    return not before and number.isdigit() and number not in AGENTS
