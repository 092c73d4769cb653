"""SNMP with the configured credential: the system group and makers' objects, then the tables of all MIBs.

Read-only, column by column: whole private trees are never walked, and makers' tables are asked for on their own boxes
alone. Bounds: rows of a column as its MIB says (20,000 or more), MOST_EXCHANGES in all; an object that does not come
after the one before ends its column. A box that says it is Cisco and keeps its station table a VLAN is asked once more
for each VLAN that it calls active.
"""

import re
from collections.abc import Generator, Iterator, Sequence

from agent.ask import Dialogue, Reply, Request, Snmp, Target
from agent.decode.ber import Pdu, Varbind, read_pdu
from agent.decode.say import said
from agent.decode.walk import Walk, text
from agent.mibs import _all, entity, fdb, system, vlan
from agent.probes import _columns
from agent.probes._banner import heard
from agent.probes._columns import Columns
from model.claims import Fact
from model.evidence import Evidence

TITLE = "SNMP tables, with the configured credential"
REACH = "host"
PORTS = ("udp/161",)
DEFAULT = True
MOST_EXCHANGES = 12_000
AT_ONCE = 12  # scalars a request
MISSED = 2  # VLANs in a row that do not answer: the others will not either
NO_SUCH_NAME = _columns.NO_SUCH_NAME
ENTERPRISE = re.compile(r"1\.3\.6\.1\.4\.1\.(\d{1,9})(?:\.|\Z)")
CISCO = 9

Part = Generator[Request, Reply, bool]  # whether the device still answers


class Notes:
    """What the dialogue needs to know of what it has heard: who the box says it is, and its VLANs."""

    def __init__(self) -> None:
        self.left = MOST_EXCHANGES
        self.held: set[str] = set()  # columns with at least one row
        self._kept: list[Varbind] = []

    def take(self, pdu: Pdu | None) -> None:
        """Remember the object identifier and the states of the VLANs."""
        for bind in pdu.varbinds if pdu is not None and not pdu.error_status else ():
            if bind.oid == system.OBJECT_ID or bind.oid.startswith(vlan.VTP_STATE + "."):
                self._kept.append(bind)

    @property
    def enterprise(self) -> int | None:
        """The number that its sysObjectID stands under."""
        said_id = next((text(bind.value) for bind in self._kept if bind.oid == system.OBJECT_ID), "")
        found = ENTERPRISE.match(said_id.lstrip("."))
        return int(found[1]) if found else None

    @property
    def vlans(self) -> list[str]:
        """Those whose own tables are worth asking for: of a Cisco that has shown no table with VLANs in it."""
        if self.enterprise != CISCO or fdb.TAGGED in self.held:
            return []
        return vlan.active(Walk([("", self._kept)]))


def ask(target: Target) -> Dialogue:
    """The system group first; only a device that answers it is asked for more."""
    notes = Notes()
    if not (yield from _scalars(notes, "system group", system.SCALARS)):
        return
    others = [oid for oid in _all.scalars() if oid not in system.SCALARS and _all.fits(oid, notes.enterprise)]
    for at in range(0, len(others), AT_ONCE):
        if not (yield from _scalars(notes, "makers' objects", tuple(others[at : at + AT_ONCE]))):
            return
    for columns in tables(notes.enterprise).values():
        wanted = tuple(root for root in columns if notes.held.isdisjoint(_all.needless(root)))
        if wanted and not (yield from _table(notes, Columns(wanted))):
            return
    yield from _contexts(notes)


def _table(notes: Notes, walk: Columns, context: str = "") -> Part:
    while walk.at and notes.left > 0:
        notes.left -= 1
        reply = yield Snmp(walk.asked(context), "bulk", tuple(walk.at.values()), walk.repeats, context)
        if reply.status != "answered":
            return False
        pdu = _pdu(reply)
        notes.take(pdu)
        walk.take(pdu)
    if not context:
        notes.held |= walk.held
    return True


def _contexts(notes: Notes) -> Generator[Request, Reply, None]:
    missed = 0
    for number in notes.vlans:
        answered = yield from _table(notes, Columns(fdb.IN_CONTEXT), f"vlan-{number}")
        missed = 0 if answered else missed + 1
        if missed == MISSED:
            return


def tables(enterprise: int | None) -> dict[str, tuple[str, ...]]:
    """{table entry: its columns that are wanted of such a box}: columns of one table are asked for together."""
    found: dict[str, list[str]] = {}
    for root in dict.fromkeys((*entity.ROOTS, *_all.roots())):  # who made the parts, before the long tables
        if _all.fits(root, enterprise):
            found.setdefault(root.rpartition(".")[0], []).append(root)
    return {table: tuple(columns) for table, columns in found.items()}


def _scalars(notes: Notes, asked: str, oids: tuple[str, ...]) -> Part:
    """GET; version 1 refuses the whole request for one missing object, which is then left out (at most once each)."""
    while oids:
        reply = yield Snmp(asked, "get", oids)
        if reply.status != "answered":
            return False
        pdu = _pdu(reply)
        notes.take(pdu)
        if pdu is None or pdu.error_status != NO_SUCH_NAME or not 1 <= pdu.error_index <= len(oids):
            return True
        oids = oids[: pdu.error_index - 1] + oids[pdu.error_index :]
    return True


def _pdu(reply: Reply) -> Pdu | None:
    try:
        return read_pdu(reply.body)
    except ValueError:
        return None


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """What all MIBs read in the answers together; `snmp.cut` for each table that ended before its end."""
    pages: dict[str, list[tuple[str, tuple[Varbind, ...]]]] = {"": []}
    for one in heard(evidence):
        pages.setdefault(_columns.context_of(one.observation.asked), []).append((one.id, _varbinds(one)))
    yield from _cuts(evidence)
    plain = pages.pop("")
    yield from _all.facts(Walk(plain, {name: Walk(held) for name, held in pages.items()}))


def _cuts(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    cuts = _columns.Cuts()
    for one in evidence:
        asked, silent = one.observation.asked, not one.body
        for reason in cuts.unanswered(asked) if silent else cuts.take(asked, _response(one)):
            yield from said(one.id, "self", "snmp.cut", reason)
    for reason in sorted(cuts.left()):
        yield from said(evidence[-1].id, "self", "snmp.cut", reason)
    if cuts.pages >= MOST_EXCHANGES:
        yield from said(evidence[-1].id, "self", "snmp.cut", f"more than {MOST_EXCHANGES} questions: no more was asked")


def _varbinds(one: Evidence) -> tuple[Varbind, ...]:
    pdu = _response(one)
    return pdu.varbinds if pdu is not None and not pdu.error_status else ()


def _response(one: Evidence) -> Pdu | None:
    try:
        pdu = read_pdu(one.body or b"")
    except ValueError:
        return None
    return pdu if pdu.kind == "response" else None
