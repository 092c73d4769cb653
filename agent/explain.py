"""A verdict taken apart: each reason with its rule's source and the octets that say so, and what would change it."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from agent import spool
from fingerprints.pack import Pack
from model.evidence import Evidence
from model.report import WORDS, Component, Finding, Relabel, Seen, Why
from model.verdicts import changing

ROW, ROWS = 16, 8  # octets a line, lines a reason: what holds the value, not the whole page


class Octets(msgspec.Struct, frozen=True):
    """`start`: of the piece within the body; `size`: of the body; `hex`: the piece."""

    start: int
    size: int
    hex: str


class Reason(msgspec.Struct, frozen=True):
    """One claim. `source`: of its rule; `seen`: when, by which probe, from where, asked what; `octets`: None where no body is kept."""

    of: str
    why: Why
    source: str
    seen: str
    octets: Octets | None = None


class Explained(msgspec.Struct, frozen=True):
    """A finding's verdict with everything behind it."""

    device: str
    called: tuple[str, ...]
    outcome: str
    words: str
    maker: str | None
    producer: str
    relabel: Relabel | None
    parts: tuple[str, ...]
    reasons: tuple[Reason, ...]
    observed: tuple[Seen, ...]
    authorities: tuple[str, ...]
    changes: tuple[str, ...]


def explained(folder: Path, one: Finding, pack: Pack) -> Explained:
    """What stands behind `one`. `folder`: whose evidence holds the octets; what is no longer there is said."""
    things: list[tuple[str, Finding | Component]] = [("", one), *((part.component, part) for part in one.components)]
    wanted = {why.evidence for _, thing in things for why in thing.why}
    held = {found.id: found for found in spool.read(folder) if found.id in wanted}
    reasons = tuple(_reason(name, why, held.get(why.evidence), pack) for name, thing in things for why in thing.why)
    return Explained(
        one.device,
        (*one.addresses, *one.names, *one.macs, *one.origins)[:6],
        one.outcome,
        WORDS[one.outcome],
        one.maker,
        one.producer,
        one.relabel,
        tuple(
            f"part {part.component}: {part.outcome} {part.producer or part.maker or ''}".rstrip()
            for part in one.components
        ),
        reasons,
        one.observed,
        tuple(f"{reach.id}: {'; '.join(reach.cites)}" for reach in one.authorities),
        tuple(changing(one, _speaks(one, pack))),
    )


def _speaks(one: Finding, pack: Pack) -> tuple[str, ...]:
    """Protocols in which the maker that it is accused of declares itself, and from which nothing was heard here."""
    maker = pack.makers.get(one.maker or "")
    heard = {why.key.partition(".")[0] for why in one.why}
    rooms = {rule.key.partition(".")[0] for rule in maker.rule if rule.grade == "declared"} if maker else set()
    return tuple(sorted(rooms - heard))


def _reason(of: str, why: Why, evidence: Evidence | None, pack: Pack) -> Reason:
    if evidence is None:
        return Reason(of, why, _source(why.rule, pack), "this evidence is not in the folder")
    note = evidence.observation
    seen = f"{note.seen_at} {note.probe} {note.target or '-'} from {note.vantage}, asked: {note.asked}"
    return Reason(of, why, _source(why.rule, pack), seen, _octets(evidence.body, why.value))


def _source(name: str, pack: Pack) -> str:
    maker, _, rule_id = name.partition("/")
    found = (
        next((rule for rule in pack.makers[maker].rule if rule.id == rule_id), None) if maker in pack.makers else None
    )
    return found.source if found else "no rule of this pack: another one judged"


def _octets(body: bytes | None, value: str) -> Octets | None:
    """The piece of the body that holds the value, or else its beginning."""
    if not body:
        return None
    at = max(0, _place(body, value))
    start = at - at % ROW
    end = min(len(body), max(start + ROW, at + len(value.encode())), start + ROW * ROWS)
    return Octets(start, len(body), body[start : end + (-end % ROW)].hex())


def _place(body: bytes, value: str) -> int:
    words = [value.encode(), value.encode("latin-1", "ignore")]
    if len(value) % 2 == 0 and all(sign in "0123456789abcdef" for sign in value):
        words.append(bytes.fromhex(value))
    if ":" in value:
        words += [bytes.fromhex(plain)] if len(plain := value.replace(":", "")) == 12 and _hex(plain) else []
    words.append(value.split("\n")[0].encode()[:24])
    return next((at for word in words if word and (at := body.find(word)) >= 0), 0)


def _hex(text: str) -> bool:
    return all(sign in "0123456789abcdefABCDEF" for sign in text)


def lines(found: Explained) -> Iterator[str]:
    """For people, on a terminal."""
    yield f"{found.device}  {', '.join(found.called)}"
    yield f"{found.outcome}: {found.words}"
    yield f"maker: {found.producer or found.maker or 'not identified'}{f' ({found.maker})' if found.maker else ''}"
    if found.relabel:
        yield from _chain(found.relabel)
    yield from found.parts
    for reason in found.reasons:
        yield ""
        yield from _told(reason)
    if not found.reasons:
        yield "no rule spoke of it"
    if found.observed:
        yield from ("", "what people saw, apart from what the wire said:")
        yield from (
            f"  {one.what}: {shown(one.value)}  ({shown(one.by)}, {one.on}, {one.evidence})" for one in found.observed
        )
    yield from ("", *(f"reached by {text}" for text in found.authorities))
    yield "what would change the verdict:"
    yield from (f"  {text}" for text in found.changes)


def _chain(one: Relabel) -> Iterator[str]:
    """Brand, factory, listed entity, each with its dates and sources."""
    span = f" ({one.since or '?'} to {one.until or 'now'})" if one.since or one.until else ""
    yield f"chain: sold as {one.sold_as or one.brand} <- built by {one.built_by or one.factory}{span} <- {one.entity or one.factory}"
    yield f"  on the word of: {'; '.join(one.sources)} (mark {one.mark or 'none'})"
    yield f"  this unit: {', '.join(one.signs) if one.proved else 'sent nothing that proves or denies it'}"
    if one.sold:
        yield f"  the brand was sold on {one.sold}; this unit was built: {one.built or 'not known, ask'}"


def _told(reason: Reason) -> Iterator[str]:
    of = f"of part {reason.of}: " if reason.of else ""
    why = reason.why
    yield f"{of}{why.grade}: {why.key} = {shown(why.value)}"
    yield f"  rule     {why.rule}"
    yield f"  source   {reason.source}"
    yield f"  evidence {why.evidence}"
    yield f"           {shown(reason.seen)}"
    if reason.octets:
        yield from _dump(reason.octets)


def _dump(octets: Octets) -> Iterator[str]:
    data = bytes.fromhex(octets.hex)
    for at in range(0, len(data), ROW):
        row = data[at : at + ROW]
        text = "".join(chr(one) if 0x20 <= one < 0x7F else "." for one in row)
        yield f"    {octets.start + at:06x}  {row.hex(' '):<{3 * ROW - 1}}  {text}"
    left = octets.size - octets.start - len(data)
    if left > 0 or octets.start:
        yield f"    ({octets.size:,} octets in all)"


def shown(text: str) -> str:
    """A device's or person's words on one line, what a terminal would obey written out."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
