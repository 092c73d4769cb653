"""Organisations and their entities: who may see what begins here."""

from sqlalchemy import Connection, insert, select, update

from collector.clock import stamp
from collector.place import Place
from collector.store.store import random_id
from collector.store.tables import entity, organisation
from model.trouble import UsageTrouble

LONGEST = 200
UNNAMED = "Organisation"  # where `init` was told no name


def first(place: Place, name: str) -> str:
    """The name of the first organisation, made if none is there. One that nobody has named yet takes `name`; another is refused."""
    with place.store.system(write=True) as tx:
        known = [row.name for row in tx.execute(select(organisation.c.name).order_by(organisation.c.created_at))]
        if not known:
            added(tx, name or UNNAMED)
        elif known == [UNNAMED] and name:
            tx.execute(update(organisation).values(name=_good(name)))
        elif name and name not in known:
            remedy = "leave --organisation out, or add one: laydown-collector organisation add NAME --dir D"
            raise UsageTrouble(name[:80], f"not the organisation that is here ({', '.join(known)[:80]})", remedy)
    return name or (known[0] if known else UNNAMED)


def _good(name: str) -> str:
    if not name.strip() or len(name) > LONGEST:
        raise UsageTrouble(name[:40] or "''", "no name of an organisation", f"give it 1 to {LONGEST} letters")
    return name


def added(tx: Connection, name: str) -> str:
    """A new organisation; its id. UsageTrouble where the name is taken or none."""
    if tx.execute(select(organisation.c.id).where(organisation.c.name == _good(name))).first():
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
