"""People of the organisation, and what it decides for itself: roles, invitations, markings, days, retention."""

from typing import Annotated, Any

import msgspec
from litestar import get, patch, post
from sqlalchemy import select, update

from collector.desk import Desk
from collector.lists import Limit, Offset, Page, Slice, page, shaped
from collector.people import accounts, sessions
from collector.people.knocks import forgotten
from collector.people.organisations import entities_named
from collector.people.roles import ROLES
from collector.refused import Refused
from collector.settings import CLASSES, Rules, rules_of
from collector.store.tables import entity, organisation, user

Days = Annotated[int, msgspec.Meta(ge=0, le=36_500)]
Line = Annotated[str, msgspec.Meta(max_length=200)]


class Account(msgspec.Struct, frozen=True):
    """A person. `entities`: ids of the only ones they see, empty for all; `second_factor`: whether a code is asked for."""

    id: str
    login: str
    name: str
    role: str
    entities: list[str]
    second_factor: bool
    created_at: str
    seen_at: str
    disabled_at: str


class Add(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person to add. `entities`: names of the only ones they see."""

    login: Line
    role: str = "viewer"
    name: Line = ""
    entities: tuple[Line, ...] = ()


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. `shut`: nobody signs in with it; `second_factor` can be taken away alone."""

    role: str | None = None
    shut: bool | None = None
    second_factor: bool | None = None
    entities: tuple[Line, ...] | None = None


class Invited(msgspec.Struct, frozen=True):
    """A word with which the person sets a password; told this once."""

    id: str
    login: str
    invitation: str


class Decided(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the organisation decides; what is left out stays."""

    markings: tuple[Line, ...] | None = None
    current_days: Days | None = None
    silent_days: Days | None = None
    fell: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    keep_days: dict[str, Days] | None = None


class Organisation(msgspec.Struct, frozen=True):
    """The organisation and its own rules."""

    id: str
    name: str
    rules: Rules


class Entity(msgspec.Struct, frozen=True):
    """An entity of the organisation."""

    id: str
    name: str
    uei: str
    cage: str


def people(desk: Desk, part: Slice) -> Page[Account]:
    """The people of the organisation."""
    desk.who.needs_all()
    query = select(user).where(user.c.organisation == desk.who.organisation)
    rows, total = page(
        desk, query, part, {"login": user.c.login, "role": user.c.role, "seen_at": user.c.seen_at}, [user.c.id]
    )
    return Page([_account(row) for row in rows], total, part.offset, part.limit)


def _account(row: Any) -> Account:
    return shaped(row, Account, second_factor=bool(row.totp))


@get("/api/v1/people", role="admin", sync_to_thread=True, tags=["people"], summary="The people of the organisation")
def listed(desk: Desk, limit: Limit = 100, offset: Offset = 0) -> Page[Account]:
    """By login."""
    return people(desk, Slice(limit, offset, "login"))


@post("/api/v1/people", role="admin", sync_to_thread=True, tags=["people"], summary="Add a person")
def add(desk: Desk, data: Add) -> Invited:
    """An invitation comes back, with which the person sets a password."""
    return invited(desk, data)


def invited(desk: Desk, data: Add) -> Invited:
    """Add a person; their invitation."""
    desk.who.needs_all()
    org = desk.who.organisation
    made = accounts.added(
        desk.tx, org, data.login, data.role, data.name, "", entities_named(desk.tx, org, data.entities)
    )
    desk.note("person added", f"{data.login}, {data.role}")
    return Invited(made, data.login, accounts.invited(desk.tx, org, made))


@post(
    "/api/v1/people/{person:str}/invite",
    role="admin",
    sync_to_thread=True,
    tags=["people"],
    summary="Invite a person again",
    status_code=200,
)
def invite(desk: Desk, person: str) -> Invited:
    """For a password that was forgotten."""
    return invited_again(desk, person)


def invited_again(desk: Desk, person: str) -> Invited:
    """A new invitation of a person; earlier ones are over."""
    desk.who.needs_all()
    row = desk.one(user, person, "person")
    desk.note("person invited", row.login)
    return Invited(row.id, row.login, accounts.invited(desk.tx, row.organisation, row.id))


@patch(
    "/api/v1/people/{person:str}",
    role="admin",
    sync_to_thread=True,
    tags=["people"],
    summary="Change what a person may",
)
def change(desk: Desk, person: str, data: Change) -> Account:
    """All sessions of the person are over. Nobody changes themselves, so that an organisation keeps an admin."""
    return changed(desk, person, data)


def changed(desk: Desk, ident: str, data: Change) -> Account:
    """Change a person."""
    desk.who.needs_all()
    # Two admins who change each other at once must not both: each of them is looked at as they are now, and stays so until it is done.
    both = user.c.organisation == desk.who.organisation, user.c.id.in_((desk.who.id, ident))
    now = {one.id: one for one in desk.tx.execute(select(user).where(*both).order_by(user.c.id).with_for_update())}
    asker = now.get(desk.who.id)
    if asker is None or asker.disabled_at or asker.role != desk.who.role:
        raise Refused(403, "role", "your own rights were changed meanwhile", "sign in again", final=True)
    row = desk.one(user, ident, "person")
    if row.id == desk.who.id:
        raise Refused(409, "oneself", "nobody changes their own rights", "ask another admin", final=True)
    values: dict[str, Any] = {}
    if data.role is not None:
        if data.role not in ROLES:
            raise Refused(400, "role", "no such role", f"one of: {', '.join(ROLES)}", final=True)
        values["role"] = data.role
    if data.shut is not None:
        values |= {"disabled_at": desk.now if data.shut else None}
    if data.second_factor is False:
        values |= {"totp": "", "totp_used": 0}
    if data.entities is not None:
        values["entities"] = msgspec.json.encode(entities_named(desk.tx, row.organisation, data.entities)).decode()
    if values:
        accounts.changed(desk.tx, row.organisation, row.id, **values)
        if data.shut is False:
            forgotten(desk.tx, row.login)
        sessions.all_closed(desk.tx, row.organisation, row.id)
        desk.note("person changed", f"{row.login}: {', '.join(sorted(values))}")
    return _account(desk.one(user, ident, "person"))


@get("/api/v1/organisation", sync_to_thread=True, tags=["people"], summary="The organisation and its rules")
def shown(desk: Desk) -> Organisation:
    """What it has decided for itself."""
    return own(desk)


def own(desk: Desk) -> Organisation:
    """The asker's organisation."""
    row = desk.tx.execute(select(organisation).where(organisation.c.id == desk.who.organisation)).one()
    return Organisation(row.id, row.name, rules_of(row.settings))


@patch(
    "/api/v1/organisation", role="admin", sync_to_thread=True, tags=["people"], summary="Decide for the organisation"
)
def decide(desk: Desk, data: Decided) -> Organisation:
    """Markings, days, retention."""
    return decided(desk, data)


def decided(desk: Desk, data: Decided) -> Organisation:
    """Write what the organisation decides; Refused for a class of things that nobody knows."""
    desk.who.needs_all()
    if strange := sorted(set(data.keep_days or {}) - set(CLASSES)):
        raise Refused(
            400, "keep_days", f"no class {strange[0][:40]!r}", f"the classes are: {', '.join(CLASSES)}", final=True
        )
    held = desk.tx.execute(
        select(organisation.c.settings).where(organisation.c.id == desk.who.organisation).with_for_update()
    ).scalar_one()
    new = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not None}
    rules = msgspec.structs.replace(rules_of(held), **new)
    text = msgspec.json.encode(rules).decode()
    desk.tx.execute(update(organisation).where(organisation.c.id == desk.who.organisation).values(settings=text))
    desk.note("rules decided", ", ".join(sorted(new)))
    return own(desk)


@get("/api/v1/entities", sync_to_thread=True, tags=["register"], summary="The entities")
def entities(desk: Desk, limit: Limit = 100, offset: Offset = 0) -> Page[Entity]:
    """Those that the asker may see."""
    return entities_of(desk, Slice(limit, offset, "name"))


def entities_of(desk: Desk, part: Slice) -> Page[Entity]:
    """Entities that the asker may see, by name."""
    query = select(entity).where(desk.who.mine(entity))
    rows, total = page(desk, query, part, {"name": entity.c.name}, [entity.c.id])
    return Page([shaped(row, Entity) for row in rows], total, part.offset, part.limit)


HANDLERS = [listed, add, invite, change, shown, decide, entities]
