"""Regime: one clause of law as data: its words, its boxes, its fields, its periods, whom it binds and from when."""

import msgspec


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A passage in the law's own words. `clause`: paragraph; `dated`: of the text; `edition`: a key of EDITIONS."""

    clause: str
    dated: str
    edition: str
    text: str


class Box(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A representation in the clause's words around its options. `answers`: {answer of a Choice: words printed}.

    `gated`: the answer that standing holds refuse, "" where a scan has nothing to say. `part`: A (provide) or B (use).
    """

    before: str
    after: str
    cite: str
    answers: dict[str, str]
    gated: str = ""
    part: str = ""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field the clause asks for. `key`: of the Answer; `words`: a snippet of the clause text that asks for it, character for character.

    `per`: entity, contract, product, service or device. `ask`: the question in plain words, for review; `label`: as printed.
    `known`: whence a value may be filled without a person (`entity`, `contract`, `finding`), "" where only a person can say.
    """

    key: str
    cite: str
    label: str
    words: str
    per: str
    ask: str
    known: str = ""


class Deadline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report that becomes due. `count` of `unit` (`business-days` or `clock-hours`) after `after`: `trigger` or another deadline's key.

    `trigger`: the clause's own words that start it, character for character.
    """

    key: str
    name: str
    cite: str
    trigger: str
    count: int
    unit: str
    after: str = "trigger"


class Regime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One clause. `id`: of the toml file's stem with `.` and `-` for `_` (far-52.204-26); `clause`: its bare number.

    `authority`: id in covered/ (section-889, section-1656). `role`: provision (in an offer) or clause (in a contract). `binds`: any or dod.
    `since`, `until`: ISO days between which it is proposed for a new solicitation or contract; `why`: said with the proposal.
    `trigger_outcomes`: outcomes of findings that open a clock candidate. `is_not`: sentences on what its form is not.
    """

    id: str
    clause: str
    title: str
    dated: str
    edition: str
    authority: str
    role: str
    binds: str = "any"
    since: str = ""
    until: str = ""
    why: str = ""
    trigger_outcomes: tuple[str, ...] = ()
    is_not: tuple[str, ...] = ()
    quote: dict[str, Words] = {}
    box: dict[str, Box] = {}
    field: tuple[Item, ...] = ()
    deadline: tuple[Deadline, ...] = ()
