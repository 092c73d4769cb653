"""One-time tokens with which an agent enrols for one site; kept by their sha256, shown once."""

import secrets

import msgspec
from sqlalchemy import Connection, insert, select, update

from collector.clock import ahead, stamp
from collector.store.store import random_id
from collector.store.tables import site, token
from model.enrolment import token_digest
from model.trouble import UsageTrouble

DAYS, LONGEST = 14, 365


class Token(msgspec.Struct, frozen=True):
    """`token`: what is typed at the site, told this once; `site`: the register's id of it."""

    id: str
    site: str
    token: str
    expires_at: str


def issued(tx: Connection, org: str, refs: list[str], by: str, days: int = DAYS) -> list[Token]:
    """A token a site. UsageTrouble for a site that the register has not."""
    if not 1 <= days <= LONGEST:
        raise UsageTrouble(f"--days {days}", "no life of a token", f"1 to {LONGEST} days")
    held = select(site.c.ref, site.c.id).where(site.c.organisation == org, site.c.closed_at.is_(None))
    known = {row.ref: row.id for row in tx.execute(held)}
    made = []
    for ref in refs:
        if ref not in known:
            raise UsageTrouble(ref[:80], "no such site in the register", "add it there first, or say --new")
        word, ident, until = secrets.token_urlsafe(24), random_id(), ahead(days * 86_400)
        row = {"organisation": org, "id": ident, "site": known[ref], "sha256": token_digest(word)}
        tx.execute(insert(token).values(**row, created_at=stamp(), created_by=by, expires_at=until))
        made.append(Token(ident, ref, word, until))
    return made


def revoked(tx: Connection, org: str, ident: str) -> bool:
    """Take a token back; whether it could still be."""
    held = (token.c.organisation == org, token.c.id == ident, token.c.used_at.is_(None), token.c.revoked_at.is_(None))
    return bool(tx.execute(update(token).where(*held).values(revoked_at=stamp())).rowcount)


def lacking(tx: Connection, org: str) -> list[str]:
    """Sites without an agent, by their ids in the register."""
    held = select(site.c.ref).where(site.c.organisation == org, site.c.agents == 0, site.c.closed_at.is_(None))
    return [row.ref for row in tx.execute(held.order_by(site.c.ref))]
