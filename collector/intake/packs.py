"""Packs that are kept here already: an agent leaves its report's pack out of the parcel, and the parcel says by digest which one it was.

Until the parcel's rows are there its own digest stands in `used` for the report that is to come, so that nobody lets the pack go meanwhile.
"""

from sqlalchemy import Connection, bindparam, delete, select

from collector.place import Place
from collector.refused import Refused
from collector.store.quiet import put_new
from collector.store.tables import blob, pack, report, used

MOST = 10_000  # packs that are remembered
LACKING = Refused(409, "pack", "the pack of this report is not kept here", "send the parcel whole")

FREED = delete(used).where(used.c.organisation == bindparam("org"), used.c.report == bindparam("parcel"))


class Packs:
    """`kept(organisation, digest)`: whether it is a pack of theirs that is here. What was one stays one: the commit looks once more."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._known: set[tuple[str, str]] = set()

    def checked(self, organisation: str, name: str) -> None:
        """Refused, not for good, where a parcel that lacks this pack cannot be taken."""
        if (organisation, name) not in self._known and not self.kept(organisation, name):
            raise LACKING

    def kept(self, organisation: str, name: str) -> bool:
        """By the store. Only what came as a pack is one: no parcel names another report's bytes as its own."""
        with self._place.store.tenant(organisation) as tx:
            found = _is_pack(tx, organisation, name) and _there(tx, organisation, name)
        if found:
            if len(self._known) > MOST:
                self._known.clear()
            self._known.add((organisation, name))
        return found


def _is_pack(tx: Connection, organisation: str, name: str) -> bool:
    brought = select(pack.c.sha256).where(pack.c.organisation == organisation, pack.c.sha256 == name)
    same = (report.c.organisation == used.c.organisation) & (report.c.id == used.c.report)
    came = select(report.c.id).join(used, same).where(used.c.organisation == organisation, used.c.sha256 == name)
    return any(tx.execute(one.limit(1)).first() for one in (brought, came.where(report.c.pack_zip == name)))


def _there(tx: Connection, organisation: str, name: str) -> bool:
    query = select(blob.c.sha256).where(blob.c.organisation == organisation, blob.c.sha256 == name)
    return tx.execute(query).first() is not None


def needed(tx: Connection, organisation: str, parcel: str, name: str) -> None:
    """Hold the pack for a parcel that is being kept; Refused where it was let go meanwhile. The caller keeps: nobody lets go now."""
    if not _there(tx, organisation, name):
        raise LACKING
    put_new(tx, used, [{"organisation": organisation, "report": parcel, "sha256": name}])


def freed(tx: Connection, organisation: str, parcel: str) -> None:
    """The parcel's report is there, and holds its pack itself."""
    tx.execute(FREED, {"org": organisation, "parcel": parcel})
