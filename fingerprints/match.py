"""match: facts -> claims. A literal prefilter finds the few rules worth trying; google-re2 decides in linear time."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import ahocorasick
import msgspec
import re2

from fingerprints.legal_forms import as_matched
from fingerprints.literals import folded, needed
from fingerprints.rules_format import Rule
from model.claims import Claim, Fact, Grade
from model.person import ABOUT
from model.trouble import Trouble

LONGEST = 4096  # characters of a value that rules see; PERF.md: banner length is capped
# Texts that are the same words under another protocol's name: rules for the first are tried on the second.
SAME_WORDS = {
    "lldp.sys_description": "snmp.sys_description",
    "cdp.version": "snmp.sys_description",
    "fdp.version": "snmp.sys_description",
    "lldp.mfg_name": "entity.mfg_name",
    "cli.version": "snmp.sys_description",  # a system's first words at its terminal are those that it tells over SNMP
    "cli.object_id": "snmp.sys_object_id",
    "cli.vendor": "entity.mfg_name",
    "inventory.manufacturer": "entity.mfg_name",  # an opinion: never about self, so never more than witnessed
    "person.maker": "entity.mfg_name",
    "cli.transceiver_vendor": "entity.mfg_name",
    "wps.manufacturer": "upnp.manufacturer",
    "sip_header.server": "sip_header.user_agent",
    "sip_header.user_agent": "sip_header.server",
    "rtsp_header.wwwauth": "http_header.wwwauth",
}
TEMPLATED = ("model", "product", "serial", "firmware")


QUIET = re2.Options()
QUIET.log_errors = False  # a fault is ours to tell, in one line


@cache
def compiled(pattern: str) -> Any:
    """The RE2 program of `pattern`; Trouble where it is none (look-around and back-references are not RE2)."""
    try:
        return re2.compile(pattern, QUIET)
    except re2.error as fault:
        why = fault.args[0].decode(errors="replace") if isinstance(fault.args[0], bytes) else str(fault)
        raise Trouble(pattern, f"not an RE2 pattern ({why})", "use `unless` instead of look-around") from None


LABEL = "person.maker"
NAMED = Rule("name-on-the-label", LABEL, "", "declared", "the maker's names in its rules file", (), ())


def plain(name: str) -> str:
    """A maker's name as people may write it: case, blanks, commas and full stops are nothing."""
    return " ".join(re.sub(r"[.,]", " ", name).casefold().split())


class Hit(msgspec.Struct, frozen=True):
    """A rule that holds for a value, and what its templates gave."""

    maker: str
    rule: Rule
    given: dict[str, str]


class KeyRules:
    """All rules of one fact key, one at least, behind one automaton; those that no literal sifts behind one set of programs."""

    def __init__(self, rules: Iterable[tuple[str, Rule]]) -> None:
        self.rules = tuple(rules)
        self.plain = [Hit(maker, rule, _templates(rule)) for maker, rule in self.rules]
        self.always: list[int] = []
        self.automaton: Any = None
        self._sieve: Any = None
        by_text: dict[str, list[int]] = {}
        for number, (_, rule) in enumerate(self.rules):
            texts = needed(rule.pattern)
            if texts is None:
                self.always.append(number)
            for text in texts or ():
                by_text.setdefault(text, []).append(number)
        if by_text:
            self.automaton = ahocorasick.Automaton()
            for text, numbers in by_text.items():
                self.automaton.add_word(text, tuple(numbers))
            self.automaton.make_automaton()

    def hits(self, value: str) -> list[Hit]:
        """Every rule that holds for `value`, in file order; order decides nothing."""
        value = as_matched(self.rules[0][1].key, value)
        data = _octets(value)
        worth = self._unsifted(data)
        if self.automaton is not None:
            for _, numbers in self.automaton.iter(folded(value)):
                worth.update(numbers)
        if not worth:
            return []
        return [hit for number in sorted(worth) if (hit := _tried(self.plain[number], data)) is not None]

    def _unsifted(self, data: bytes) -> set[int]:
        """Of the rules that the automaton knows nothing of, those whose pattern is in `data`: asked of all of them at once."""
        if not self.always:
            return set()
        if self._sieve is None:
            self._sieve = _set(self.rules[number][1].pattern for number in self.always)
        return {self.always[at] for at in self._sieve.Match(data) or ()}


def _set(patterns: Iterable[str]) -> Any:
    found = re2.Set.SearchSet(QUIET)
    for pattern in patterns:
        found.Add(pattern)
    found.Compile()
    return found


def tried(maker: str, rule: Rule, value: str) -> Hit | None:
    """The hit of one rule on one value; `requires` is not looked at here, it needs the device's other facts."""
    return _tried(Hit(maker, rule, _templates(rule)), _octets(as_matched(rule.key, value)))


def _templates(rule: Rule) -> dict[str, str]:
    return {name: text for name in TEMPLATED if (text := getattr(rule, name))}


def _octets(value: str) -> bytes:
    """What RE2 sees: encoded once for all rules, where its binding would do so for each and count every offset back."""
    return value.encode("utf-8", "replace")


def _tried(plain: Hit, data: bytes) -> Hit | None:
    """`plain`: the hit with its templates not filled; it is the hit itself where there are none."""
    found = compiled(plain.rule.pattern).search(data)
    if found is None or (plain.rule.unless and compiled(plain.rule.unless).search(data)):
        return None
    if not plain.given:
        return plain
    groups = {name: (held or b"").decode("utf-8", "replace").strip() for name, held in found.groupdict().items()}
    return Hit(plain.maker, plain.rule, {name: filled(text, groups) for name, text in plain.given.items()})


def filled(template: str, groups: Mapping[str, str]) -> str:
    """`{name}` replaced by the named group's text."""
    for name, text in groups.items():
        template = template.replace("{" + name + "}", text)
    return template.strip()


class Matcher:
    """Rules by fact key, with a memory: the same banner on a hundred devices is matched once."""

    def __init__(self, rules: Iterable[tuple[str, Rule]], names: Mapping[str, str] | None = None) -> None:
        """`names`: {a maker's name, folded: its id}, for what people read off labels."""
        by_key: dict[str, list[tuple[str, Rule]]] = {}
        self._names = names or {}
        for maker, rule in rules:
            by_key.setdefault(rule.key, []).append((maker, rule))
        self._rules = by_key
        self._built: dict[str, KeyRules] = {}
        self._known: dict[tuple[str, str], list[Hit]] = {}

    def hits(self, key: str, value: str) -> list[Hit]:
        """Hits of `value` under `key`, and under the key whose words it shares."""
        known = self._known.get((key, value))
        if known is None:
            text = value[:LONGEST]
            known = [
                hit for name in (key, SAME_WORDS.get(key)) if name in self._rules for hit in self._for(name).hits(text)
            ]
            named = self._names.get(plain(value)) if key == LABEL else None
            if named and named not in {hit.maker for hit in known}:
                known.append(Hit(named, NAMED, {}))
            self._known[key, value] = known
        return known

    def spoken_on(self) -> list[str]:
        """Keys of facts that some rule speaks on."""
        return sorted({*self._rules, *SAME_WORDS})

    def _for(self, key: str) -> KeyRules:
        if key not in self._built:
            self._built[key] = KeyRules(self._rules[key])
        return self._built[key]


def claims(facts: Iterable[Fact], matcher: Matcher) -> Iterator[Claim]:
    """Claims of facts that share one subject (`about` of one device): so `requires` can look at the others."""
    held = list(facts)
    for fact in held:
        for hit in matcher.hits(fact.key, fact.value):
            if not hit.rule.requires or _met(hit.rule, held):
                yield _claim(fact, hit)


def _met(rule: Rule, held: list[Fact]) -> bool:
    """Whether every other fact that the rule requires is there."""
    return all(
        any(fact.key == key and compiled(want).search(_octets(fact.value[:LONGEST])) for fact in held)
        for key, want in rule.requires.items()
    )


def _claim(fact: Fact, hit: Hit) -> Claim:
    rule = hit.rule
    return Claim(
        evidence=fact.evidence,
        about=fact.about,
        key=fact.key,
        value=fact.value,
        rule=f"{hit.maker}/{rule.id}",
        grade=_grade(fact.about, rule.grade),
        maker=hit.maker,
        producer=rule.producer,
        kind=rule.kind,
        **hit.given,
    )


def _grade(about: str, grade: Grade) -> Grade:
    """What the same words are worth when another device said them, or when they are about a part."""
    if grade != "declared" or about == "self" or about.startswith(ABOUT):  # a label is the device's own word, too
        return grade
    return "component" if about.startswith("component:") else "witnessed"
