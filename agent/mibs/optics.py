"""Transceivers that makers list outside ENTITY-MIB: whose optic sits in which port.

Sources, the makers' published MIBs: HH3C-TRANSCEIVER-INFO-MIB, HP-ICF-TRANSCEIVER-MIB (hpicfXcvrInfoTable),
FOUNDRY-SN-SWITCH-GROUP-MIB (snIfMediaInfoTable), ELTEX-PHY-MIB, SN-MSPS-SCX-MIB of Siemens, FS's transceiver table, the
pluggable modules of AOS-CX, and the ports of Ubiquiti's OLTs (their agents keep the chip maker's number 4413).
"""

from collections.abc import Callable, Iterator

import msgspec

from agent.decode.say import said
from agent.decode.walk import Walk
from agent.mibs import entity, interfaces
from model.claims import Fact


class Table(msgspec.Struct, frozen=True):
    """Columns by number, 0 where there is none. The index is the ifIndex, unless a column `port` names the port."""

    entry: str
    serial: int = 0
    maker: int = 0
    model: int = 0
    port: int = 0

    @property
    def keys(self) -> dict[str, str]:
        """{column: fact key}."""
        pairs = ((self.maker, "entity.mfg_name"), (self.model, "entity.model_name"), (self.serial, "entity.serial"))
        return {f"{self.entry}.{column}": key for column, key in pairs if column}

    @property
    def proof(self) -> str:
        """The column that an optic has something in: its serial, else its maker."""
        return f"{self.entry}.{self.serial or self.maker}"


TABLES = (
    Table("1.3.6.1.4.1.25506.2.70.1.1.1", serial=5, maker=4, model=2),
    Table("1.3.6.1.4.1.11.2.14.11.5.1.82.1.1.1.1", serial=4, model=3),
    Table("1.3.6.1.4.1.1991.1.1.3.3.9.1", serial=5, maker=2, model=4),
    Table("1.3.6.1.4.1.35265.52.1.1.3.1.1", serial=6, maker=5, model=10),
    Table("1.3.6.1.4.1.4329.20.1.1.1.1.46.10.1", serial=6, maker=3, model=4),
    Table("1.3.6.1.4.1.52642.1.37.1.10.1.1", serial=4, maker=2, model=3),
    Table("1.3.6.1.4.1.47196.4.1.1.3.27.1.1.1.1", serial=5, model=4, port=2),
    Table("1.3.6.1.4.1.41112.1.5.7.2.1", maker=4, model=5, port=2),
)
ROOTS = tuple(
    dict.fromkeys(
        column for table in TABLES for column in (*table.keys, *([f"{table.entry}.{table.port}"] if table.port else []))
    )
)
SCALARS: tuple[str, ...] = ()
ENTERPRISES = (11, 1588, 1991, 4329, 4413, 25506, 35265, 41112, 47196, 52642)
ROWS = 4_096


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about `component:optic.<ifIndex>`; an optic whose serial ENTITY-MIB tells is no second part."""
    known, called = entity.serials(walk), interfaces.names(walk)
    for table in TABLES:
        rows = {column: walk.texts(column) for column in table.keys}
        for index in dict.fromkeys(index for texts in rows.values() for index in texts):
            if entity.blank(rows[table.proof].get(index, "")) or _held(rows, index, known):
                continue
            about = f"component:optic.{index}"
            for column, key in table.keys.items():
                if text := rows[column].get(index, ""):
                    yield from said(evidence_of(f"{column}.{index}"), about, key, text)
            home, named = evidence_of(f"{table.proof}.{index}"), walk.text(f"{table.entry}.{table.port}.{index}")
            yield from said(home, about, "entity.class", "optic")
            yield from said(home, about, "entity.port", named or called.get(index, index))


def _held(rows: dict[str, dict[str, str]], index: str, known: frozenset[str]) -> bool:
    return any(texts.get(index) in known for texts in rows.values())
