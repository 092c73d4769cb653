"""The register of sites as people bring it: CSV, one line a site; a line says what it has columns for, and the rest stays."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from collector.clock import stamp
from collector.people.organisations import entity_named
from collector.store.store import random_id
from collector.store.tables import entity, site
from model.trouble import Trouble

COLUMNS = ("site", "name", "entity", "uei", "cage", "contract", "country", "region", "supply_category", "due")
MANY = {"contract": "contracts", "supply_category": "supply_categories"}  # several in one cell, with ; between
REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LARGEST = 1_000_000  # letters of a file
REMEDY = f"the columns are: {', '.join(COLUMNS)}; docs/collector.md shows one"
Line = dict[str, str]


class Taken(msgspec.Struct, frozen=True):
    """What a file did to the register."""

    added: int
    changed: int
    same: int


def lines(text: str, where: str) -> list[Line]:
    """The lines of a register; Trouble naming the first that is wrong, so that a file is taken whole or not at all."""
    if len(text) > LARGEST:
        raise Trouble(where, f"{len(text):,} letters long", "bring it in parts")
    try:
        rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), strict=True))
    except csv.Error as fault:
        raise Trouble(where, f"no CSV ({fault})", REMEDY) from None
    if not rows:
        raise Trouble(where, "holds no line", REMEDY)
    strange = [str(name) for name in rows[0] if name not in COLUMNS]
    if strange or "site" not in rows[0]:
        raise Trouble(where, f"has no column site, or a strange one ({', '.join(strange)[:80]})", REMEDY)
    found = [checked(row, f"{where}:{number}") for number, row in enumerate(rows, 2)]
    doubled = (
        [one["site"] for one in found if sum(one["site"] == other["site"] for other in found) > 1]
        if len(found) < 500
        else []
    )
    if doubled or len({one["site"] for one in found}) != len(found):
        raise Trouble(
            where, f"names a site twice ({', '.join(doubled[:1]) or 'look for doubles'})", "leave one line a site"
        )
    return found


def checked(row: dict[Any, Any], where: str) -> Line:
    """One line; Trouble where a field cannot be meant."""
    if None in row or None in row.values():
        raise Trouble(where, "has more or fewer fields than the first line", REMEDY)
    line = {name: value.strip() for name, value in row.items()}
    if not REF.fullmatch(line["site"]):
        raise Trouble(where, f"{line['site'][:40]!r} is no id of a site", "use letters, digits and . _ -")
    if line.get("country") and not re.fullmatch("[A-Z]{2}", line["country"]):
        raise Trouble(where, f"country {line['country'][:20]!r}", "two capital letters, as ISO 3166 has them")
    if line.get("due") and not _day(line["due"]):
        raise Trouble(where, f"due {line['due'][:20]!r} is no day", "write it in the form 2026-11-30")
    if any(len(value) > 500 for value in line.values()):
        raise Trouble(where, "a field of more than 500 letters", "shorten it")
    return line


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def taken(tx: Connection, org: str, found: list[Line]) -> Taken:
    """Bring the lines into the register."""
    refs = {row.ref: row for row in tx.execute(select(site).where(site.c.organisation == org))}
    own = {
        row.id: row.name for row in tx.execute(select(entity.c.id, entity.c.name).where(entity.c.organisation == org))
    }
    entities = {name: ident for ident, name in own.items()}
    added = changed = 0
    for line in found:
        name = line.get("entity") or (own.get(refs[line["site"]].entity, "") if line["site"] in refs else "")
        name = name or "Unnamed entity"
        if name not in entities:
            entities[name] = entity_named(tx, org, name)
        values = {"entity": entities[name], **dict(_values(line))}
        if line["site"] not in refs:
            row = {"name": line["site"], **values}
            tx.execute(
                insert(site).values(organisation=org, id=random_id(), ref=line["site"], created_at=stamp(), **row)
            )
            added += 1
        elif any(getattr(refs[line["site"]], field) != value for field, value in values.items()):
            held = (site.c.organisation == org, site.c.ref == line["site"])
            tx.execute(update(site).where(*held).values(**values))
            changed += 1
    return Taken(added, changed, len(found) - added - changed)


def _values(line: Line) -> Iterator[tuple[str, str]]:
    for name, value in line.items():
        if name in MANY:
            several = [one.strip() for one in value.split(";") if one.strip()]
            yield MANY[name], msgspec.json.encode(several).decode()
        elif name not in ("site", "entity") and (value or name != "name"):
            yield name, value
