"""Who: the person, or the program of a person, that asks; what each role may; the ways past each other's things are shut here."""

import msgspec
from sqlalchemy import ColumnElement, Table, and_, select

from collector.people.roles import ROLES
from collector.refused import Refused
from collector.store.tables import entity, site


class Who(msgspec.Struct, frozen=True):
    """`id`: of the person; `entities`: the only ones they see, () for all of the organisation; `kind`: session or bearer."""

    organisation: str
    id: str
    login: str
    name: str
    role: str
    entities: tuple[str, ...] = ()
    kind: str = "session"
    csrf: str = ""

    def may(self, role: str) -> bool:
        """Whether this person has the role, or a higher one."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def mine(self, table: Table) -> ColumnElement[bool]:
        """The rows of a table that this person may see. Every query of a page says it; PostgreSQL's walls say it again."""
        held = table.c.organisation == self.organisation
        if not self.entities:
            return held
        if table is entity:
            return and_(held, entity.c.id.in_(self.entities))
        if "entity" in table.c:
            return and_(held, table.c.entity.in_(self.entities))
        if "site" in table.c:
            own = select(site.c.id).where(site.c.organisation == self.organisation, site.c.entity.in_(self.entities))
            return and_(held, table.c.site.in_(own))
        return held

    def needs_all(self) -> None:
        """Refused for a person who sees some entities alone: what is asked for is about all."""
        if self.entities:
            raise Refused(
                403, "scope", "this is about every entity, and you see some", "ask an admin of all of them", final=True
            )
