"""Questions that only a person can answer: put on a page from the forms' own, and the answers kept as a new version of the entity's."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, func, select

from collector.desk import Desk
from collector.papers import drafted
from collector.rows.clocks import answered
from collector.store.tables import answers as table
from collector.store.tables import entity
from collector.views.filings import Said, answer
from collector.web.forms import text
from model.answering import entered, needed, toml, word
from model.answers import Answers, parsed
from model.asked import Ask
from model.entity import Entity, EntitySite
from model.filing import Filing, Held
from model.gate import holds
from model.times import read
from model.trouble import Trouble
from reporters._review_fields import DAYS, LONG, SHARED, hint, label
from reporters.asking import asked

WORDS: dict[str, Any] = {
    "labels": label, "hints": hint, "long": LONG, "days": DAYS, "shared": SHARED, "needed": lambda ask, name: needed(ask.noun, name),
}  # fmt: skip


def of_site(desk: Desk, firm: Row[Any], held: Held) -> list[Ask]:
    """Every question that one report raises, with the answers that the entity has given; clocks have a page of their own."""
    spoken, contracts = answered(desk.tx, firm.organisation, firm.id)
    where = held.report.site
    about = Entity(firm.name, firm.uei, firm.cage, site=(EntitySite(where.id, where.name),), contract=contracts)
    found = tuple(holds([held.report], about, spoken, read(desk.now).date()))
    return asked(Filing("status", about, (held,), spoken, found, desk.now))


def of_device(asks: Iterable[Ask], device: str) -> list[Ask]:
    """Those about one device or a part of it."""
    ours = (f"{device}/", f"{device} ")
    named = [(one, one.fixed.get("device") or one.fixed.get("subject", "")) for one in asks]
    return [one for one, name in named if name == device or name.startswith(ours)]


def of_entity(desk: Desk, firm: Row[Any]) -> tuple[list[Ask], int]:
    """(every question over the entity's sites, how many sites have a whole report here)."""
    made = drafted(desk.place, desk.tx, firm, "laydown")
    return asked(msgspec.structs.replace(made, clocks=())), len(made.reports)


def locked(desk: Desk, firm: str) -> Row[Any]:
    """The entity's row, held so that of two that answer at once neither loses a word of the other's."""
    row = desk.one(entity, firm, "entity")
    desk.tx.execute(
        select(entity.c.id).where(entity.c.organisation == row.organisation, entity.c.id == row.id).with_for_update()
    )
    return row


def typed(form: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, for showing it again."""
    return {name: text(form, name) for name in form if name != "csrf"}


def kept(desk: Desk, firm: Row[Any], asks: Iterable[Ask], form: Mapping[str, Any]) -> tuple[int, list[str]]:
    """(answers kept, what is wrong): nothing is kept where anything is wrong."""
    known, spoken = {one.key: one for one in asks}, answered(desk.tx, firm.organisation, firm.id)
    held, faults, count = spoken[0], list[str](), 0
    for number in (name[1:-4] for name in form if name.startswith("q") and name.endswith(".key")):
        ask = known.get(text(form, f"q{number}.key"))
        given = _given(ask, number, form) if ask else {}
        if ask is None or not _new(ask, given):
            continue
        try:
            held, count = entered(held, ask.noun, word(ask, given, read(desk.now).date())), count + 1
        except Trouble as fault:
            faults.append(f"{ask.about or ask.text}: {fault.what}: {fault.remedy}")
    if count and not faults:
        _write(desk, firm, held, spoken[1])
    return (0 if faults else count), faults


def _given(ask: Ask, number: str, form: Mapping[str, Any]) -> dict[str, str]:
    own = {name: text(form, f"q{number}.{name}") for name in ask.blanks if name not in SHARED}
    return own | {name: text(form, name) for name in SHARED if name in ask.blanks}


def _new(ask: Ask, given: Mapping[str, str]) -> bool:
    """Whether something was typed that does not stand there already."""
    own = {name: value.strip() for name, value in given.items() if name not in SHARED and value.strip()}
    return bool(own) and own != {name: value for name, value in ask.said.items() if name not in SHARED and value}


def _write(desk: Desk, firm: Row[Any], held: Answers, contracts: tuple[Any, ...]) -> None:
    answer(desk, firm.id, Said(toml(held).decode(), contracts))


def count_of(desk: Desk) -> dict[str, dict[str, int]]:
    """{entity: {device: answers given about it}}, over the newest answers of each entity that the asker may see."""
    newest = select(func.max(table.c.id)).where(desk.who.mine(table)).group_by(table.c.entity)
    rows = desk.tx.execute(select(table.c.entity, table.c.body).where(table.c.id.in_(newest)))
    return {row.entity: _counted(row.body) for row in rows}


def _counted(body: str) -> dict[str, int]:
    found: dict[str, int] = {}
    said = parsed(body.encode(), "answers")
    named = [one.device for one in said.answer] + [one.device for one in said.exception]
    for name in (*named, *(one.device for one in said.removal)):
        if name:
            found[name.partition(" ")[0]] = found.get(name.partition(" ")[0], 0) + 1
    return found
