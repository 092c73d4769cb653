"""Accounts: made by an admin, opened by a password (and a code), shut for a while after too many wrong ones."""

import re
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from collector.clock import now, stamp
from collector.people import passwords, sessions
from collector.people.roles import ROLES
from collector.refused import Refused
from collector.store.store import Store, random_id
from collector.store.tables import audit, session, user
from model.times import written
from model.trouble import UsageTrouble

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._+-]{0,99}")
FREE = 5  # wrong ones in a row before the account is shut, for one minute, then two, four, up to an hour
WRONG = Refused(401, "login", "name, password or code is not right", "try again; an admin can set a new password")


def added(
    tx: Connection, org: str, login: str, role: str, name: str = "", password: str = "", entities: tuple[str, ...] = ()
) -> str:
    """A new account; its id. UsageTrouble where the login is taken or none, the role unknown, or the password too weak."""
    if not LOGIN.fullmatch(login):
        raise UsageTrouble(login[:40] or "''", "no login name", "use letters, digits and @ . _ + -")
    if role not in ROLES:
        raise UsageTrouble(role[:40], "no role", f"choose one of: {', '.join(ROLES)}")
    if tx.execute(select(user.c.id).where(user.c.login == login)).first():
        raise UsageTrouble(login, "an account is called so already", "choose another login")
    made = random_id()
    row = {"organisation": org, "id": made, "login": login, "name": name or login, "role": role}
    kept = passwords.hashed(password) if password else ""
    tx.execute(
        insert(user).values(**row, password=kept, entities=msgspec.json.encode(entities).decode(), created_at=stamp())
    )
    return made


def signed_in(store: Store, login: str, password: str, code: str, address: str = "") -> tuple[str, str, str]:
    """(session word, csrf, organisation); Refused alike for an unknown name, a wrong password, a wrong code.

    The count of wrong ones is written before the answer, so that cutting the line does not save a try.
    """
    with store.system() as tx:
        row = tx.execute(select(user).where(user.c.login == login)).first()
    shut = row.locked_until if row else None
    if shut and shut > stamp():
        raise Refused(429, "locked", "too many wrong tries", f"try again after {shut[:19]}Z", wait=60)
    good = passwords.matches(row.password if row else "", password)
    step = passwords.counter_of(row.totp, code, now().timestamp(), row.totp_used) if row and row.totp else 1
    if row is None or not good or not step or row.disabled_at:
        if row is not None:
            _failed(store, row, address)
        raise WRONG
    with store.system(write=True) as tx:
        whose = (user.c.organisation == row.organisation, user.c.id == row.id, user.c.totp_used == row.totp_used)
        values = {"failed": 0, "locked_until": None, "seen_at": stamp(), "totp_used": step if row.totp else 0}
        if tx.execute(update(user).where(*whose).values(**values)).rowcount != 1:
            raise WRONG  # the same code at the same moment, twice
        word, csrf = sessions.opened(tx, row.organisation, row.id, "session")
        recorded(tx, row, "signed in", address)
    return word, csrf, row.organisation


def recorded(tx: Connection, row: Row[Any], action: str, address: str = "") -> None:
    """A line for the audit log about who comes in, or is kept out: what people do then has a desk that notes it."""
    told = {"organisation": row.organisation, "at": stamp(), "who": row.id, "name": row.login, "action": action}
    tx.execute(insert(audit).values(**told, site="", what="", address=address))


def _failed(store: Store, row: Row[Any], address: str = "") -> None:
    with store.system(write=True) as tx:
        more = (
            update(user).where(user.c.id == row.id).values(failed=user.c.failed + 1)
        )  # those who come at once count each
        count = tx.execute(more.returning(user.c.failed)).scalar_one()
        wait = timedelta(minutes=min(60, 2 ** min(10, count - FREE))) if count >= FREE else None
        until = written(now() + wait) if wait else None
        tx.execute(update(user).where(user.c.id == row.id).values(locked_until=until))
        if until:
            recorded(tx, row, "shut after wrong tries", address)


def invited(tx: Connection, organisation: str, person: str) -> str:
    """A word with which the person sets a first, or a new, password. Earlier ones are over."""
    held = (session.c.organisation == organisation, session.c.person == person, session.c.kind == "invitation")
    tx.execute(session.delete().where(*held))
    return sessions.opened(tx, organisation, person, "invitation")[0]


def accepted(store: Store, word: str, password: str) -> str:
    """Set the password of who was invited; the login. Refused for a word that is used, over or none."""
    with store.system() as tx:
        asked = sessions.who(tx, word, "invitation")
    if asked is None:
        raise Refused(403, "invitation", "no invitation that stands", "ask an admin for a new one", final=True)
    kept = passwords.hashed(password)
    with store.system(write=True) as tx:
        if not tx.execute(session.delete().where(session.c.sha256 == sessions.named(word))).rowcount:
            raise Refused(403, "invitation", "no invitation that stands", "ask an admin for a new one", final=True)
        sessions.all_closed(tx, asked.organisation, asked.id)
        changed(tx, asked.organisation, asked.id, password=kept, failed=0, locked_until=None)
    return asked.login


def changed(tx: Connection, organisation: str, person: str, **values: object) -> bool:
    """Change fields of an account; whether it is there."""
    held = update(user).where(user.c.organisation == organisation, user.c.id == person)
    return bool(tx.execute(held.values(**values)).rowcount)


def named(tx: Connection, login: str) -> Row[Any]:
    """The account of that login; UsageTrouble for none."""
    row = tx.execute(select(user).where(user.c.login == login)).first()
    if row is None:
        raise UsageTrouble(login[:80], "no such account", "`laydown-collector user list --dir D` names them")
    return row
