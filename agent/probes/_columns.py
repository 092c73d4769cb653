"""The walk of a table's columns side by side: where each stands, when it ends, and what tells that it was cut."""

import re
from collections.abc import Iterator

from agent.decode.ber import Pdu, Varbind
from agent.mibs import _all

ANSWER = 48  # varbinds a request for rows: what fits the usual 1,500 bytes and leaves the rest to the agent
TOO_BIG, NO_SUCH_NAME = 1, 2
_ASKED = re.compile(r"table ([\d.]+): ([\d. ]+?)(?: in (vlan-\d{1,4}))?")


class Columns:
    """Where the walk of a table's columns stands. `at`: {column: the last object seen}, of columns that go on.

    `held`: columns that had a row.
    """

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.at = {column: column for column in columns}
        self.repeats = min(_all.step(column, max(1, ANSWER // len(columns))) for column in columns)
        self.held: set[str] = set()
        self._left = {column: _all.limit(column) for column in columns}

    def asked(self, context: str = "") -> str:
        """What the next request asks for, in words that `Cuts` and `context_of` read: the columns, in order."""
        base = _shared(tuple(self.at))
        rest = " ".join(column[len(base) + 1 :] for column in self.at)
        return f"table {base}: {rest}{f' in {context}' if context else ''}"

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
        if inside:
            self.held.add(column)
        if inside and self._left[column] > 0 and _after(bind.oid, self.at[column]):
            self.at[column] = bind.oid
        else:
            del self.at[column]


class Cuts:
    """Finds, in the pages of a dialogue, the tables that were not walked to their end. `pages`: how many there were."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], tuple[str, int]] = {}
        self._over: set[tuple[str, str]] = set()
        self.pages = 0

    def take(self, asked: str, pdu: Pdu | None) -> Iterator[str]:
        """Why a column of this page ends here though its table does not, once a column. None: it could not be read."""
        found = _ASKED.fullmatch(asked)
        if found is None:
            return
        self.pages += 1
        columns = [f"{found[1]}.{rest}" for rest in found[2].split()]
        if pdu is not None and pdu.error_status == NO_SUCH_NAME and 1 <= pdu.error_index <= len(columns):
            self._over.add((columns[pdu.error_index - 1], found[3] or ""))
        for place, bind in enumerate(pdu.varbinds if pdu is not None and not pdu.error_status else ()):
            key = (columns[place % len(columns)], found[3] or "")
            if key not in self._over and (reason := self._row(key, bind)):
                yield f"table {key[0]}: {reason}"

    def unanswered(self, asked: str) -> Iterator[str]:
        """The device did not answer this question. In a context that is usual: it need not know it."""
        found = _ASKED.fullmatch(asked)
        if found is not None and not found[3]:
            self._over |= {(f"{found[1]}.{rest}", "") for rest in found[2].split()}
            yield f"table {found[1]}: no answer, and what comes after it was not asked"

    def left(self) -> Iterator[str]:
        """Of columns that had rows and whose end was never seen."""
        for column, context in self._last.keys() - self._over:
            yield f"table {column}: its end was not seen{f' in {context}' if context else ''}"

    def _row(self, key: tuple[str, str], bind: Varbind) -> str:
        column = key[0]
        if bind.kind == "endOfMibView" or not bind.oid.startswith(column + "."):
            self._over.add(key)
            return ""
        last, count = self._last.get(key, (column, 0))
        self._last[key] = (bind.oid, count + 1)
        reason = ""
        if not _after(bind.oid, last):
            reason = "its objects do not come in order"
        elif count + 1 >= _all.limit(column):
            reason = f"longer than {_all.limit(column)} rows"
        if reason:
            self._over.add(key)
        return reason


def context_of(asked: str) -> str:
    """The context that a page was asked in (`vlan-20`), "" for the usual one."""
    found = _ASKED.fullmatch(asked)
    return (found[3] or "") if found else ""


def _shared(columns: tuple[str, ...]) -> str:
    """The longest object above all columns."""
    parts = [column.split(".")[:-1] for column in columns]
    shared = parts[0]
    for other in parts[1:]:
        same = next((at for at, (a, b) in enumerate(zip(shared, other, strict=False)) if a != b), None)
        shared = shared[: min(len(shared), len(other)) if same is None else same]
    return ".".join(shared)


def _after(oid: str, before: str) -> bool:
    return [int(part) for part in oid.split(".")] > [int(part) for part in before.split(".")]
