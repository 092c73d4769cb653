"""What an agent may bring in a day: counted from its receipts now and then, and in between by this process itself."""

import threading
from time import monotonic

from sqlalchemy import bindparam, func, select

from collector.clock import ahead
from collector.place import Place
from collector.refused import Refused
from collector.store.tables import parcel

DAY, LIFE, MOST = 86_400, 30.0, 50_000

TAKEN = select(func.count(), func.coalesce(func.sum(parcel.c.size), 0)).where(
    parcel.c.organisation == bindparam("org"),
    parcel.c.agent == bindparam("by"),
    parcel.c.received_at > bindparam("since"),
)


class Quota:
    """`take`: an agent begins a parcel. Several processes know of each other's within half a minute."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._held: dict[str, tuple[float, int, int]] = {}
        self._lock = threading.Lock()

    def _known(self, agent: str) -> bool:
        """Whether no question to the store is needed."""
        held = self._held.get(agent)
        return held is not None and monotonic() - held[0] < LIFE

    def take(self, organisation: str, agent: str, size: int) -> None:
        """Refused where the day's parcels, or their bytes, are used up."""
        if not self._known(agent):
            self._read(organisation, agent)
        limits = self._place.settings.limits
        with self._lock:
            at, count, total = self._held[agent]
            if count >= limits.parcels or total + size > limits.day_bytes:
                what = f"{count:,} parcels and {total:,} bytes in a day: more than this collector takes of one agent"
                raise Refused(429, "quota", what, "ask whoever runs it, or wait", wait=3600)
            self._held[agent] = (at, count + 1, total + size)

    def _read(self, organisation: str, agent: str) -> None:
        since = {"org": organisation, "by": agent, "since": ahead(-DAY)}
        with self._place.store.tenant(organisation) as tx:
            count, total = tx.execute(TAKEN, since).one()
        with self._lock:
            if len(self._held) > MOST:
                self._held.clear()
            self._held[agent] = (monotonic(), int(count), int(total))
