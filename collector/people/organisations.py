"""Organisations and their entities: who may see what begins here."""

from sqlalchemy import Connection, insert, select

from collector.clock import stamp
from collector.place import Place
from collector.store.store import random_id
from collector.store.tables import entity, organisation
from model.trouble import UsageTrouble

LONGEST = 200


def first(place: Place, name: str) -> str:
    """The name of the organisation that is there, or of the one that is made; with a name that is not there, one is added."""
    with place.store.system(write=True) as tx:
        known = [row.name for row in tx.execute(select(organisation.c.name).order_by(organisation.c.created_at))]
        if known and (not name or name in known):
            return name or known[0]
        added(tx, name or "Organisation")
    return name or "Organisation"


def added(tx: Connection, name: str) -> str:
    """A new organisation; its id. UsageTrouble where the name is taken or none."""
    if not name.strip() or len(name) > LONGEST:
        raise UsageTrouble(name[:40] or "''", "no name of an organisation", f"give it 1 to {LONGEST} letters")
    if tx.execute(select(organisation.c.id).where(organisation.c.name == name)).first():
        raise UsageTrouble(name, "an organisation is called so already", "choose another name")
    made = random_id()
    tx.execute(insert(organisation).values(id=made, name=name, created_at=stamp()))
    return made


def entity_named(tx: Connection, org: str, name: str, uei: str = "", cage: str = "") -> str:
    """The id of the entity of that name, made if need be."""
    found = tx.execute(select(entity.c.id).where(entity.c.organisation == org, entity.c.name == name)).scalar()
    if found:
        return str(found)
    made = random_id()
    tx.execute(insert(entity).values(organisation=org, id=made, name=name, uei=uei, cage=cage, created_at=stamp()))
    return made


def entities_named(tx: Connection, org: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of entities by their names; UsageTrouble for one that is not there."""
    known = {
        row.name: row.id for row in tx.execute(select(entity.c.id, entity.c.name).where(entity.c.organisation == org))
    }
    for name in names:
        if name not in known:
            raise UsageTrouble(
                name[:80], "no such entity", f"name one of: {', '.join(sorted(known)) or 'none is there'}"
            )
    return tuple(known[name] for name in names)
