"""The shape of a rules file: who a maker is, how its gear shows itself, and the proof of each rule."""

import re
import tomllib
from typing import Any, TypeVar

import msgspec

from model.claims import Grade
from model.trouble import Trouble

T = TypeVar("T")
PROOFS_REMEDY = "make it again: python -m tests.tools.prove MAKER"
REMEDY = "see docs/add-a-rule.md, then run `laydown rules check`"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule. `pattern`, `unless` and `requires` are RE2, searched. `matches`, `misses`, `source` are its proof and required."""

    id: str
    key: str
    pattern: str
    grade: Grade
    source: str
    matches: tuple[str, ...]
    misses: tuple[str, ...]
    confidence: str = "high"
    unless: str = ""
    requires: dict[str, str] = {}
    kind: str = ""
    producer: str = ""
    model: str = ""
    product: str = ""
    serial: str = ""
    firmware: str = ""
    note: str = ""
    expects: dict[str, str] = {}


class More(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Further proofs of a rule, made from its pattern: they pin every sign of it."""

    matches: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


class Maker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rules file. The file's stem is the maker's id; `name` its legal name, printed as producer."""

    name: str
    rule: tuple[Rule, ...]
    aliases: tuple[str, ...] = ()
    country: str = ""
    about: str = ""


def parsed(data: bytes, where: str) -> Maker:
    """The maker of one rules file; Trouble naming file and field where it is malformed."""
    maker = decoded(data, where, Maker, REMEDY)
    ids = [rule.id for rule in maker.rule]
    doubled = sorted({one for one in ids if ids.count(one) > 1})
    if doubled:
        raise Trouble(where, f"rule id {doubled[0]!r} stands twice", REMEDY)
    return maker


def decoded(data: bytes, where: str, shape: type[T], remedy: str) -> T:
    """TOML bytes as `shape`; Trouble naming the place."""
    plain: Any = {}
    try:
        plain = tomllib.loads(data.decode("utf-8"))
        return msgspec.convert(plain, shape)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Trouble(where, f"not TOML ({fault})", remedy) from None
    except msgspec.ValidationError as fault:
        raise Trouble(where + _rule_named(plain, str(fault)), str(fault), remedy) from None


def _rule_named(plain: Any, fault: str) -> str:
    """` [id]` of the rule that a fault at `$.rule[N]` speaks of: a number in a list is hard to find in a file."""
    at = re.search(r"\$\.rule\[(\d+)\]", fault)
    rule = plain["rule"][int(at[1])] if at else None
    return f" [{rule['id']}]" if isinstance(rule, dict) and isinstance(rule.get("id"), str) else ""
