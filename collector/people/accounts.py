"""Accounts: made by an admin, opened by a password (and a code); after too many wrong ones shut for a while to where they came from."""

import re
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from collector.clock import now, stamp
from collector.people import knocks, passwords, sessions
from collector.people.roles import ROLES
from collector.people.turn import turn
from collector.refused import Refused
from collector.store.store import Store, random_id
from collector.store.tables import audit, session, user
from model.trouble import UsageTrouble

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._+-]{0,99}")
NOBODYS = "A" * 32  # the secret whose codes are made for who has none, which takes as long
HURRIED = Refused(429, "rate", "too many tries from one address", "wait a minute", wait=60)
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


def signed_in(
    store: Store, login: str, password: str, code: str, address: str = "", hurried: bool = False
) -> tuple[str, str, str]:
    """(session word, csrf, organisation); Refused alike, and after the same time, for an unknown name, a wrong password, a wrong code.

    A try is counted before it is looked at, so that cutting the line saves none. `hurried`: too many came from that address, and the right
    code alone opens.
    """
    with store.system() as tx:
        row = tx.execute(select(user).where(user.c.login == login)).first()
    secret, used = (row.totp, row.totp_used) if row and row.totp else (NOBODYS, 0)
    step = passwords.counter_of(secret, code, now().timestamp(), used)
    sure = bool(row and row.totp and step)
    if hurried and not sure:
        raise HURRIED
    with store.system(write=True) as tx:
        knock = knocks.knocked(tx, login, knocks.place_of(address))
        shut = hurried or bool(knock.until)
        if row is not None and sure and shut and not _spent(tx, row, step):
            sure = False
    if shut and not sure:
        raise HURRIED if hurried else knocks.locked(knock.until)
    with turn(knock.known or sure):
        good = passwords.matches(row.password if row else "", password)
    if row is None or not good or (row.totp and not step) or row.disabled_at:
        _failed(store, row, knock, address)
        raise WRONG
    return _let_in(store, row, knock, step if row.totp else 0, spent=shut, address=address)


def _spent(tx: Connection, row: Row[Any], step: int) -> bool:
    """A code that opens what is shut serves for one password, right or wrong: else whoever guesses one could go on guessing the other."""
    whose = (user.c.organisation == row.organisation, user.c.id == row.id, user.c.totp_used < step)
    return tx.execute(update(user).where(*whose).values(totp_used=step)).rowcount == 1


def _let_in(
    store: Store, row: Row[Any], knock: knocks.Knock, step: int, spent: bool, address: str
) -> tuple[str, str, str]:
    with store.system(write=True) as tx:
        if step and not spent and not _spent(tx, row, step):
            raise WRONG  # the same code at the same moment, twice
        knocks.opened(tx, knock)
        changed(tx, row.organisation, row.id, seen_at=stamp())
        word, csrf = sessions.opened(tx, row.organisation, row.id, "session")
        recorded(tx, row, "signed in", address)
    return word, csrf, row.organisation


def recorded(tx: Connection, row: Row[Any], action: str, address: str = "") -> None:
    """A line for the audit log about who comes in, or is kept out: what people do then has a desk that notes it."""
    told = {"organisation": row.organisation, "at": stamp(), "who": row.id, "name": row.login, "action": action}
    tx.execute(insert(audit).values(**told, site="", what="", address=address))


def _failed(store: Store, row: Row[Any] | None, knock: knocks.Knock, address: str) -> None:
    """The same is written whether or not somebody is called so; the line in the log apart, which needs an organisation."""
    with store.system(write=True) as tx:
        knocks.failed(tx, knock)
        if row is not None and knock.shuts:
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
        changed(tx, asked.organisation, asked.id, password=kept)
        knocks.forgotten(tx, asked.login)
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
