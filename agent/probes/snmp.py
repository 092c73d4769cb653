"""SNMP with the configured credential: the system group and makers' objects, then the tables of all MIBs.

Read-only, column by column: whole private trees are never walked. Bounds: rows of a column as its MIB says (20,000 or
more), MOST_EXCHANGES in all; an object that does not come after the one before ends its column.
"""

from collections.abc import Generator, Iterator, Sequence

from agent.ask import Dialogue, Reply, Request, Snmp, Target
from agent.decode.ber import Pdu, Varbind, read_pdu
from agent.decode.walk import Walk
from agent.mibs import _all, entity, system
from agent.probes._banner import heard
from model.claims import Fact
from model.evidence import Evidence

TITLE = "SNMP tables, with the configured credential"
REACH = "host"
PORTS = ("udp/161",)
DEFAULT = True
MOST_EXCHANGES = 12_000
AT_ONCE = 12  # scalars a request
ANSWER = 48  # varbinds a request for rows: what fits the usual 1,500 bytes and leaves the rest to the agent
TOO_BIG, NO_SUCH_NAME = 1, 2

Part = Generator[Request, Reply, bool]  # whether the device still answers


def ask(target: Target) -> Dialogue:
    """The system group first; only a device that answers it is asked for more."""
    if not (yield from _scalars("system group", system.SCALARS)):
        return
    others = [oid for oid in _all.scalars() if oid not in system.SCALARS]
    for at in range(0, len(others), AT_ONCE):
        if not (yield from _scalars("makers' objects", tuple(others[at : at + AT_ONCE]))):
            return
    yield from _tables()


def _tables() -> Part:
    left = MOST_EXCHANGES
    for table, columns in tables().items():
        walk = _Columns(columns)
        while walk.at and left > 0:
            left -= 1
            reply = yield Snmp(f"table {table}", "bulk", tuple(walk.at.values()), walk.repeats)
            if reply.status != "answered":
                return False
            walk.take(_pdu(reply))
    return True


def tables() -> dict[str, tuple[str, ...]]:
    """{table entry: its columns that are wanted}: columns of one table are asked for together."""
    found: dict[str, list[str]] = {}
    for root in dict.fromkeys((*entity.ROOTS, *_all.roots())):  # who made the parts, before the long tables
        found.setdefault(root.rpartition(".")[0], []).append(root)
    return {table: tuple(columns) for table, columns in found.items()}


def _scalars(asked: str, oids: tuple[str, ...]) -> Part:
    """GET; version 1 refuses the whole request for one missing object, which is then left out (at most once each)."""
    while oids:
        reply = yield Snmp(asked, "get", oids)
        if reply.status != "answered":
            return False
        pdu = _pdu(reply)
        if pdu is None or pdu.error_status != NO_SUCH_NAME or not 1 <= pdu.error_index <= len(oids):
            return True
        oids = oids[: pdu.error_index - 1] + oids[pdu.error_index :]
    return True


def _pdu(reply: Reply) -> Pdu | None:
    try:
        return read_pdu(reply.body)
    except ValueError:
        return None


class _Columns:
    """Where the walk of a table's columns stands. `at`: {column: the last object seen}, of columns that go on."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.at = {column: column for column in columns}
        self.repeats = max(1, ANSWER // len(columns))
        self._left = {column: _all.limit(column) for column in columns}

    def take(self, pdu: Pdu | None) -> None:
        """Go on with an answer. An answer that cannot be read, or holds nothing, ends every column."""
        if pdu is None or (not pdu.error_status and not pdu.varbinds):
            self.at.clear()
        elif pdu.error_status:
            self._refused(pdu)
        else:
            columns = list(self.at)
            for place, bind in enumerate(pdu.varbinds):
                column = columns[place % len(columns)]
                if column in self.at:
                    self._row(column, bind)

    def _refused(self, pdu: Pdu) -> None:
        if pdu.error_status == TOO_BIG and self.repeats > 1:
            self.repeats //= 2
        elif pdu.error_status == NO_SUCH_NAME and 1 <= pdu.error_index <= len(self.at):
            del self.at[list(self.at)[pdu.error_index - 1]]  # version 1's way to say that a column has ended
        else:
            self.at.clear()

    def _row(self, column: str, bind: Varbind) -> None:
        self._left[column] -= 1
        inside = bind.kind != "endOfMibView" and bind.oid.startswith(column + ".")
        if inside and self._left[column] > 0 and _after(bind.oid, self.at[column]):
            self.at[column] = bind.oid
        else:
            del self.at[column]


def _after(oid: str, before: str) -> bool:
    return [int(part) for part in oid.split(".")] > [int(part) for part in before.split(".")]


def read(evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """What all MIBs read in the answers together."""
    yield from _all.facts(Walk((one.id, _varbinds(one)) for one in heard(evidence)))


def _varbinds(one: Evidence) -> tuple[Varbind, ...]:
    try:
        pdu = read_pdu(one.body or b"")
    except ValueError:
        return ()
    return pdu.varbinds if pdu.kind == "response" and not pdu.error_status else ()
