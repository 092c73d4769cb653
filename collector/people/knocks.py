"""How often who knocks: tries to sign in, counted by name and place before a password is looked at, whether or not anybody is called so.

A name is kept as its sha256, since people type passwords there too; the place "" counts the tries from everywhere.
"""

import ipaddress
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from collector.clock import ahead, now, stamp
from collector.refused import Refused
from collector.store.quiet import put_new
from collector.store.tables import knock
from model.times import written

# Tries of one name from one place before that is shut for one minute, then two, four, up to an hour; and tries from all places
# before strange ones are shut, for a minute and up to a quarter of an hour.
FREE, LONGEST = 5, 60
EVERYWHERE, LONG = 50, 15
# Seconds after which tries are forgotten, and a place from where somebody signed in is strange again.
DAY, KNOWN = 86_400, 90 * 86_400
ALL = ""


class Knock(msgspec.Struct, frozen=True):
    """One try. `until`: when it may be tried again, "" where it may now; `shuts`: whether, if it is wrong, the door is shut by it."""

    name: str
    source: str
    until: str
    shuts: bool
    known: bool


def place_of(address: str) -> str:
    """From where: an address, or the network of 64 bits that one machine has of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def knocked(tx: Connection, login: str, source: str) -> Knock:
    """Count a try; one that may not be made now is not counted, so that nobody keeps a door shut by trying on."""
    name, at = sha256(login.encode("utf-8", "replace")).hexdigest(), stamp()
    put_new(tx, knock, [{"name": name, "source": one, "at": at} for one in (ALL, source)])
    held = select(knock).where(knock.c.name == name, knock.c.source.in_((ALL, source)))
    every, here = tx.execute(held.order_by(knock.c.source).with_for_update()).all()
    known = bool(here.known_at and here.known_at > ahead(-KNOWN))
    until = max(_until(here), "" if known else _until(every))
    if until > at:
        return Knock(name, source, until, False, known)
    counts = [
        _counted(tx, one, most, longest, at)
        for one, most, longest in ((every, EVERYWHERE, LONG), (here, FREE, LONGEST))
    ]
    return Knock(name, source, "", any(counts), known)


def _until(row: Row[Any]) -> str:
    return row.until or ""


def _counted(tx: Connection, row: Row[Any], most: int, longest: int, at: str) -> bool:
    count = 1 + (row.wrong if row.at > ahead(-DAY) else 0)
    wait = timedelta(minutes=min(longest, 2 ** min(10, count - most))) if count >= most else None
    values = {"wrong": count, "at": at, "until": written(now() + wait) if wait else None}
    tx.execute(update(knock).where(_is(row.name, row.source)).values(**values))
    return wait is not None


def opened(tx: Connection, one: Knock) -> None:
    """It was the right one: the place is known from now on, and what was counted for this try is taken back."""
    values = {"wrong": 0, "until": None, "known_at": stamp()}
    tx.execute(update(knock).where(_is(one.name, one.source)).values(**values))
    if not one.until:
        tx.execute(update(knock).where(_is(one.name, ALL), knock.c.wrong > 0).values(wrong=knock.c.wrong - 1))
        tx.execute(update(knock).where(_is(one.name, ALL), knock.c.wrong < EVERYWHERE).values(until=None))


def failed(tx: Connection, one: Knock) -> None:
    """It was a wrong one. Written for every name, so that this takes as long for one that nobody has."""
    tx.execute(update(knock).where(_is(one.name, one.source)).values(at=stamp()))


def forgotten(tx: Connection, login: str) -> None:
    """Nothing is counted against a name any more: an admin opened the account, or its password is new."""
    name = sha256(login.encode("utf-8", "replace")).hexdigest()
    tx.execute(update(knock).where(knock.c.name == name).values(wrong=0, until=None))


def swept(tx: Connection) -> int:
    """Forget what counts no more; how many."""
    strange = and_(knock.c.known_at.is_(None), knock.c.at < ahead(-DAY))
    return tx.execute(delete(knock).where(or_(strange, knock.c.at < ahead(-KNOWN)))).rowcount


def _is(name: str, source: str) -> Any:
    return and_(knock.c.name == name, knock.c.source == source)


def locked(until: str) -> Refused:
    """The same for a name that is there and one that is not."""
    remedy = "give the second factor's code, sign in from a place where you did before, or wait"
    return Refused(429, "locked", "too many wrong tries", f"{remedy} until {until[:19]}Z", wait=60)
