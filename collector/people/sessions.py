"""Sessions, bearer tokens and invitations: a random word that only its sha256 is kept of."""

import secrets
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, and_, delete, insert, select, update

from collector.clock import ahead, stamp
from collector.people.who import Who
from collector.store.tables import session, user

DAY = 86_400
LIFE = {"session": DAY // 2, "bearer": 365 * DAY, "invitation": 7 * DAY}
IDLE = 2 * 3600  # seconds after which a session that nobody uses is over
TOUCH = 60  # seconds between two notes that it is used


def opened(tx: Connection, organisation: str, person: str, kind: str, name: str = "", days: int = 0) -> tuple[str, str]:
    """(word, csrf) of a new one."""
    word, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    life = days * DAY if days else LIFE[kind]
    row = {
        "organisation": organisation,
        "sha256": named(word),
        "person": person,
        "kind": kind,
        "name": name,
        "csrf": csrf,
    }
    tx.execute(insert(session).values(**row, created_at=stamp(), seen_at=stamp(), expires_at=ahead(life)))
    return word, csrf


def named(word: str) -> str:
    """How a word is kept."""
    return sha256(word.encode("utf-8", "replace")).hexdigest()


def who(tx: Connection, word: str, kind: str) -> Who | None:
    """Whose it is, while it and its person stand."""
    query = (
        select(user, session.c.kind, session.c.csrf, session.c.seen_at.label("used_at"))
        .join(user, and_(user.c.organisation == session.c.organisation, user.c.id == session.c.person))
        .where(
            session.c.sha256 == named(word),
            session.c.kind == kind,
            session.c.expires_at > stamp(),
            user.c.disabled_at.is_(None),
        )
    )
    row = tx.execute(query).first()
    if row is None or (kind == "session" and row.used_at < ahead(-IDLE)):
        return None
    return Who(
        row.organisation,
        row.id,
        row.login,
        row.name,
        row.role,
        tuple(msgspec.json.decode(row.entities)),
        row.kind,
        row.csrf,
    )


def stale(tx: Connection, word: str) -> bool:
    """Whether its use is worth a note."""
    at = tx.execute(select(session.c.seen_at).where(session.c.sha256 == named(word))).scalar()
    return at is not None and at < ahead(-TOUCH)


def touched(tx: Connection, word: str) -> None:
    """Note that it is used."""
    tx.execute(update(session).where(session.c.sha256 == named(word)).values(seen_at=stamp()))


def closed(tx: Connection, word: str) -> None:
    """Over."""
    tx.execute(delete(session).where(session.c.sha256 == named(word)))


def all_closed(tx: Connection, organisation: str, person: str) -> None:
    """All of one person's are over: the password or the role was changed."""
    tx.execute(delete(session).where(session.c.organisation == organisation, session.c.person == person))
