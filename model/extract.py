"""An extract: chosen statements of a report with proofs that they stood in it, and nothing of the rest. File schema laydown.extract/1."""

from collections.abc import Iterator, Sequence

import msgspec

from model.canonical import canonical
from model.merkle import SIZE, leaf_hash, proves
from model.report import Component, Finding, Report, Why
from model.trouble import Trouble

SCHEMA = "laydown.extract/1"
FEWEST = 1024  # leaves of the smallest tree: a small site looks like a larger one
SALT = 16  # bytes: without its salt, nobody can find out by guessing what a leaf says
PADDING = "padding"
# What a statement about one device may name of others: shown only when asked for by its key.
ELSEWHERE = frozenset({"witness", "origin", "attached", "switch"})
# Digests of evidence. Who can guess time, address and answer of an exchange can try addresses against one: only if asked for.
SOURCE = "source"
OBSERVED, SAYS = "observed", "yes"  # a person's word, and whether the finding rests on it

Content = dict[str, str]
Statement = tuple[str, Content]  # kind and content


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One statement. Its canonical JSON (RFC 8785) is what is hashed. `salt`: 32 hex digits. All kinds: docs/extracts.md."""

    salt: str
    kind: str
    content: Content

    @property
    def hash(self) -> bytes:
        """Its hash in the tree."""
        return leaf_hash(canonical(self))


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A leaf, its place from 0 (places are drawn by lot) and its proof: hex hashes, the lowest first."""

    leaf: Leaf
    index: int
    proof: tuple[str, ...]


class Extract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file. `root`: 64 hex digits; `size`: leaves with padding, a power of two; `pack`: digest of the rules that judged."""

    schema: str
    root: str
    size: int
    pack: str
    shown: tuple[Shown, ...]


def statements(report: Report, tokens: dict[str, str]) -> Iterator[Statement]:
    """Everything a report says, each thing apart. `tokens`: {device: a random word}, so that no leaf needs a device's id."""
    yield "inputs", {"pack": report.inputs.pack, "engine": report.inputs.engine}
    yield from (("site", {"key": key, "value": value}) for key, value in _site(report) if value)
    for one in report.findings:
        yield from ((kind, {"of": tokens[one.device], **content}) for kind, content in _finding(one))


def _site(report: Report) -> Iterator[tuple[str, str]]:
    names = ("id", "name", "country", "region", "entity", "uei", "cage")
    yield from ((f"site.{name}", str(getattr(report.site, name))) for name in names)
    yield "report.finished_at", report.finished_at
    yield "inputs.evidence", report.inputs.evidence


def _finding(one: Finding) -> Iterator[Statement]:
    yield "verdict", {"outcome": one.outcome, "maker": one.maker or "", "producer": one.producer}
    for reach in one.authorities:
        yield "authority", {"id": reach.id, "cites": "; ".join(reach.cites)}
    if one.relabel:
        proved = "yes" if one.relabel.proved else "no"
        yield "relabel", {"brand": one.relabel.brand, "factory": one.relabel.factory, "proved": proved}
    yield from (("fact", {"key": key, "value": value}) for key, value in _own(one) if value)
    yield from _reasons(one.why)
    yield from _seen(one)
    for at in one.attached:
        place = {"port": at.port, "vlan": at.vlan, "ssid": at.ssid}
        yield "fact", {"key": "attached", "value": at.seen_at, **place}
        yield "fact", {"key": "switch", "value": at.switch, **place}
    for part in one.components:
        yield from _part(part)


def _own(one: Finding) -> Iterator[tuple[str, str]]:
    yield "device", one.device
    yield from ((name, str(getattr(one, name))) for name in ("kind", "in_law", "model", "serial", "firmware"))
    yield from ((name, str(getattr(one, name))) for name in ("first_seen", "last_seen"))
    several = {"address": one.addresses, "mac": one.macs, "name": one.names, "origin": one.origins}
    for key, values in {**several, "witness": one.witnesses}.items():
        yield from ((key, value) for value in values)


def _seen(one: Finding) -> Iterator[Statement]:
    """What people saw, and apart from it who did. `rests`: whether the finding does so, its act of looking being among the reasons."""
    reasons = [*one.why, *(why for part in one.components for why in part.why)]
    grounds = {why.evidence for why in reasons}
    built = one.relabel.built if one.relabel else ""
    for seen in one.observed:
        rests = seen.evidence in grounds or (seen.what == "built" and built != "")
        held = {"what": seen.what, "on": seen.on, "rests": SAYS if rests else "no"}
        yield OBSERVED, {**held, "key": f"person.{seen.what}", "value": seen.value}
        yield OBSERVED, {**held, "key": "person.by", "value": seen.by}


def _part(part: Component) -> Iterator[Statement]:
    named = {"component": part.component}
    yield "component", {**named, "outcome": part.outcome, "maker": part.maker or "", "producer": part.producer}
    for key in ("kind", "in_law", "model", "serial", "firmware"):
        if value := str(getattr(part, key)):
            yield "fact", {**named, "key": key, "value": value}
    yield from ((kind, {**named, **content}) for kind, content in _reasons(part.why))


def _reasons(found: Sequence[Why]) -> Iterator[Statement]:
    """Each reason once, and apart from it where it was read."""
    told = dict.fromkeys((why.key, why.value, why.rule, why.grade) for why in found)
    for key, value, rule, grade in told:
        yield "fact", {"key": key, "value": value, "rule": rule, "grade": grade}
    for key, value, evidence in dict.fromkeys((why.key, why.value, why.evidence) for why in found):
        yield SOURCE, {"key": key, "value": value, "evidence": evidence}


def written(extract: Extract) -> bytes:
    """The file: canonical JSON and a newline. There is one way to write it, so every changed byte shows."""
    return canonical(extract) + b"\n"


def parsed(data: bytes, where: str) -> Extract:
    """The extract in `data`; Trouble where it is none, or was not written as `written` writes it."""
    try:
        found = msgspec.json.decode(data, type=Extract)
        same = written(found) == data
    except (msgspec.MsgspecError, UnicodeError, ValueError, RecursionError) as fault:
        raise Trouble(where, f"not an extract ({str(fault)[:120]})", "ask its sender for the file again") from None
    if found.schema != SCHEMA:
        raise Trouble(where, f"schema {found.schema[:40]!r}", f"this program reads {SCHEMA}")
    if not same:
        raise Trouble(
            where, "its bytes are not the canonical ones: it was changed", "ask its sender for the file again"
        )
    return found


def fault(extract: Extract) -> str:
    """What does not hold in an extract, in words; "" where each statement is proved to stand under `root`."""
    if not extract.shown or extract.size < FEWEST or extract.size & (extract.size - 1):
        return f"{len(extract.shown)} statements in a tree of {extract.size}: no tree of this program"
    try:
        root = _hash(extract.root)
        for number, one in enumerate(extract.shown, 1):
            bytes.fromhex(one.leaf.salt)
            if not proves(one.leaf.hash, one.index, extract.size, [_hash(step) for step in one.proof], root):
                return f"statement {number} ({one.leaf.kind}) is not the one that stood under this root"
    except ValueError as fault:
        return f"a hash that is none ({fault})"
    packs = {one.leaf.content.get("pack") for one in extract.shown if one.leaf.kind == "inputs"}
    if packs != {extract.pack}:
        return "the pack that is named is not the one that is proved"
    # Leaving the verdict out and the rest in would let a covered device look like any other.
    judged = {one.leaf.content.get("of") for one in extract.shown if one.leaf.kind == "verdict"}
    told = {one.leaf.content["of"] for one in extract.shown if "of" in one.leaf.content}
    return "" if told <= judged else "the verdict about a device was left out"


def _hash(text: str) -> bytes:
    found = bytes.fromhex(text)
    if len(found) != SIZE or found.hex() != text:
        raise ValueError(f"{text[:70]!r} is not {2 * SIZE} lower-case hex digits")
    return found
