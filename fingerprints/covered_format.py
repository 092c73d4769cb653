"""The shapes of covered/*.toml (whom an authority reaches) and relabels/*.toml (who builds which brand)."""

import msgspec

from model.report import Question


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An authority names a maker: for which equipment, from when to when, citing the text. Dates are ISO days, "" is open."""

    maker: str
    equipment: str = ""
    part: str = ""
    since: str = msgspec.field(default="", name="from")
    until: str = ""
    cites: tuple[str, ...] = ()
    mark: str = ""
    members: tuple[str, ...] = ()
    open_questions: tuple[Question, ...] = ()
    note: str = ""
    source: str = ""


class Affiliate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A maker said to be affiliated with a listed one, not proven: makes a declared finding `suspect`, never `covered`."""

    maker: str
    of: str
    status: str = ""
    source: str = ""
    mark: str = ""
    question: str = ""
    confidence: str = ""
    note: str = ""
    since: str = msgspec.field(default="", name="from")
    until: str = ""


class Authority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One authority. `decides`: whether its listing makes a finding `covered`; others are said beside it and never called 889."""

    id: str
    title: str
    law: str = ""
    cites: tuple[str, ...] = ()
    mark: str = ""
    decides: bool = False
    entry: tuple[Entry, ...] = ()
    affiliate: tuple[Affiliate, ...] = ()
    note: str = ""
    source: str = ""
    open_questions: tuple[Question, ...] = ()


class Relabelled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Brand -> factory. `sold`: when the builder parted with the brand: what was built before is asked for.

    `by_name`: the brand's own name makes the device suspect, for `kinds` only ([] any); `oui`: its OUI does.
    """

    factory: str
    brand: str = ""
    brand_name: str = ""
    since: str = msgspec.field(default="", name="from")
    until: str = ""
    sold: str = ""
    verdict: str = "oem"
    by_name: bool = False
    kinds: tuple[str, ...] = ()
    oui: bool = False
    proof: str = ""
    question: str = ""
    sources: tuple[str, ...] = ()
    mark: str = ""
    confidence: str = ""
    note: str = ""


class RelabelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One builder's brands."""

    relabel: tuple[Relabelled, ...]
    note: str = ""
