"""JUNIPER-MIB: the boxes, cards and power units of a chassis (jnxContentsTable)."""

from collections.abc import Callable, Iterator

from agent.decode.say import said
from agent.decode.walk import Walk
from agent.mibs import entity
from model.claims import Fact

TABLE = "1.3.6.1.4.1.2636.3.1.8.1"
DESCRIPTION, SERIAL, PART = f"{TABLE}.6", f"{TABLE}.7", f"{TABLE}.10"
ROOTS = (DESCRIPTION, SERIAL, PART)
SCALARS: tuple[str, ...] = ()
ENTERPRISES = (2636,)
ROWS = 4_096


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about `component:contents.<index>` for rows with a serial that ENTITY-MIB does not tell."""
    known = entity.serials(walk)
    for index, serial in walk.texts(SERIAL).items():
        if entity.blank(serial) or serial in known or serial == "BUILTIN":
            continue
        about = f"component:contents.{index}"
        yield from said(evidence_of(f"{SERIAL}.{index}"), about, "entity.serial", serial)
        for column, key in ((DESCRIPTION, "entity.description"), (PART, "entity.model_name")):
            if text := walk.text(f"{column}.{index}"):
                yield from said(evidence_of(f"{column}.{index}"), about, key, text)
