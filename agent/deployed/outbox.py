"""The spool of what leaves: parcels on disk, each until its recipient's signed receipt is here. Full, it refuses; it drops nothing."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent import clock
from agent.deployed.home import Home, handed, settle
from agent.deployed.store import Store
from model.parcel import Release
from model.times import written
from model.trouble import Trouble

if TYPE_CHECKING:  # ciphers are loaded where they are used: an agent that waits for its next scan does without
    from model.keys import Public
    from model.receipt import Receipt

SUFFIX, LIGHT = ".parcel", ".light"
MB = 1_000_000
FUTURE, RIPE = "future", timedelta(days=1)  # the collector's word for a report that is dated ahead of its clock
ORPHAN = 3600.0  # seconds after which a file that no row knows was left by a kill


class Waiting(msgspec.Struct, frozen=True):
    """A parcel of the spool. `state`: waiting, aside (refused for good: `why`) or settled; `by_file`: it travels by hand.

    `spoken`: a person released this very folder; else the configuration's word must still stand when it leaves.
    """

    digest: str
    recipient: str
    report: str
    release: Release
    released_by: str
    folder: str
    size: int
    by_file: bool
    state: str
    why: str
    put_at: str
    spoken: bool = False


class Full(Trouble):
    """The spool's bound is reached."""


class Outbox:
    """`limit`: MB that waiting and refused parcels may take together."""

    def __init__(self, home: Home, store: Store, limit: int) -> None:
        self._home, self._store, self._limit = home, store, limit * MB

    def put(self, made: Path, parcel: Waiting) -> Path:
        """Take the parcel in the file `made`, already on disk; where it lies now. Full where it does not fit: `made` is removed."""
        there = self.path(parcel.digest)
        try:
            with self._store.writing():
                known = self._store.rows("SELECT state FROM parcel WHERE digest = ?", parcel.digest)
                if known and known[0]["state"] == "settled":
                    return there
                self._room(parcel.size if not known else 0)
                handed(made)
                made.replace(there)
                settle(there.parent)
                self._store.rows("DELETE FROM parcel WHERE digest = ?", parcel.digest)
                self._insert(parcel)
        except OSError as fault:
            raise Trouble(str(there), f"cannot be written ({fault.strerror})", "free some space") from None
        finally:
            made.unlink(missing_ok=True)
        return there

    def _insert(self, parcel: Waiting) -> None:
        told = msgspec.to_builtins(parcel)
        names = ", ".join(told)
        marks = ", ".join("?" for _ in told)
        self._store.rows(f"INSERT INTO parcel ({names}, settled_at) VALUES ({marks}, '')", *told.values())

    def _room(self, size: int) -> None:
        count, used = self.usage()
        if used + size > self._limit:
            what = (
                f"the spool is full: {count} parcels of {used / MB:,.1f} MB wait, {self._limit // MB:,} MB are allowed"
            )
            remedy = (
                "mend the line to the collector (`laydown agent status`), or raise agent.spool_mb; nothing is dropped"
            )
            raise Full(str(self._home.parcels), what, remedy)

    def usage(self) -> tuple[int, int]:
        """How many parcels are here, and their bytes."""
        (row,) = self._store.rows("SELECT count(*) AS n, total(size) AS b FROM parcel WHERE state != 'settled'")
        return int(row["n"]), int(row["b"])

    def fits(self) -> bool:
        """Whether anything more may come."""
        return self.usage()[1] < self._limit

    def of(self, recipient: str = "", state: str = "waiting") -> list[Waiting]:
        """Parcels in that state, the oldest first; of one recipient, or of all."""
        names = ", ".join(Waiting.__struct_fields__)
        asked = f"SELECT {names} FROM parcel WHERE state = ? AND (? = '' OR recipient = ?) ORDER BY put_at, digest"
        rows = self._store.rows(asked, state, recipient, recipient)
        return [
            msgspec.convert({**dict(row), **{name: bool(row[name]) for name in ("by_file", "spoken")}}, Waiting)
            for row in rows
        ]

    def known(self, recipient: str, report: str, release: str) -> Waiting | None:
        """The parcel of this report for that recipient, unless it was refused."""
        asked = "SELECT digest FROM parcel WHERE recipient = ? AND report = ? AND release = ? AND state != 'aside'"
        found = {row["digest"] for row in self._store.rows(asked, recipient, report, release)}
        both = [*self.of(recipient), *self.of(recipient, "settled")]
        return next((one for one in both if one.digest in found), None)

    def path(self, digest: str) -> Path:
        """Where the bytes of a parcel lie."""
        return self._home.parcels / (digest.removeprefix("sha256:") + SUFFIX)

    def light(self, digest: str) -> Path:
        """Where the same parcel lies without its pack, while it is on its way."""
        return self.path(digest).with_suffix(LIGHT)

    def receipted(
        self, digest: str, data: bytes, key: "Public", agent: str, organisation: str, sent: str = ""
    ) -> "Receipt":
        """Keep the receipt, then let the parcel go. Trouble, and the parcel stays, unless `key` signed it for this very parcel.

        `sent`: the digest of what was sent of it, if that was not the parcel as it lies here.
        """
        from model.receipt import receipt_of

        receipt, _ = receipt_of(data, key, f"receipt of {digest[:19]}...")
        told = (receipt.parcel, receipt.agent, receipt.organisation)
        row = next((one for one in (*self.of(), *self.of(state="aside")) if one.digest == digest), None)
        if told != (sent or digest, agent, organisation) or (row is not None and receipt.report != row.report):
            raise Trouble(
                f"receipt of {digest[:19]}...",
                "speaks of another parcel",
                "the parcel stays; ask the collector's admin",
            )
        with self._store.writing():
            asked = "UPDATE parcel SET state = 'settled', why = '', receipt = ?, settled_at = ? WHERE digest = ?"
            self._store.rows(asked, data, clock.stamp(), digest)
        self._removed(digest)
        return receipt

    def receipts(self, recipient: str) -> list[bytes]:
        """All receipts of one collector, as they came."""
        asked = "SELECT receipt FROM parcel WHERE recipient = ? AND receipt IS NOT NULL ORDER BY settled_at"
        return [row["receipt"] for row in self._store.rows(asked, recipient)]

    def aside(self, digest: str, why: str) -> None:
        """Refused for good: kept, and told in the status, but not sent again by itself."""
        with self._store.writing():
            asked = "UPDATE parcel SET state = 'aside', why = ?, settled_at = ? WHERE digest = ?"
            self._store.rows(asked, why, clock.stamp(), digest)

    def ripened(self) -> None:
        """What was dated ahead of the collector's clock is tried again a day later: time passes, and clocks are set right."""
        before = written(clock.now() - RIPE)
        asked = "UPDATE parcel SET state = 'waiting', why = '' WHERE state = 'aside' AND why LIKE ? AND settled_at < ?"
        with self._store.writing():
            self._store.rows(asked, f"{FUTURE}:%", before)

    def forget(self, digest: str) -> None:
        """Take out a parcel that another has taken the place of."""
        with self._store.writing():
            self._store.rows("DELETE FROM parcel WHERE digest = ? AND state != 'settled'", digest)
        self._removed(digest)

    def _removed(self, digest: str) -> None:
        self.path(digest).unlink(missing_ok=True)
        self.light(digest).unlink(missing_ok=True)

    def _files(self, asked: str) -> set[str]:
        names = [row["digest"] for row in self._store.rows(asked)]
        return {path.name for one in names for path in (self.path(one), self.light(one))}

    def swept(self) -> None:
        """Remove what a kill left: halves, parcels whose receipt is here, files that no row knows and nobody is making."""
        kept = self._files("SELECT digest FROM parcel WHERE state != 'settled'")
        gone = self._files("SELECT digest FROM parcel WHERE state = 'settled'")
        for path in self._home.parcels.iterdir():
            old = clock.now().timestamp() - path.stat().st_mtime > ORPHAN
            if path.name not in kept and (path.name in gone or old):
                path.unlink(missing_ok=True)
