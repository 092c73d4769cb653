"""rules check: every rule's proof, every near-miss, no rule stealing another maker's example, every relabel and listing known."""

import re
from collections.abc import Iterator

from fingerprints.match import TEMPLATED, Matcher, compiled, tried
from fingerprints.pack import Pack
from fingerprints.rules_format import PROOFS_REMEDY, Maker, Rule
from model.trouble import Trouble

MARKS = ("V", "I", "S", "M")  # read in the official text; our reading; a secondary source; from memory
DAY = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def faults(pack: Pack) -> list[str]:
    """One line a fault, each naming file and rule; empty when the pack is sound."""
    found: list[str] = []
    for stem, maker in sorted(pack.makers.items()):
        for rule in maker.rule:
            found.extend(f"rules/{stem}.toml [{rule.id}]: {fault}" for fault in _rule(stem, rule))
    return [*found, *_more(pack), *_lines(pack), *_thefts(pack), *_names(pack), *_sources(pack)]


def _rule(stem: str, rule: Rule) -> Iterator[str]:
    broken = _broken(rule)
    if broken:
        yield broken
        return
    yield from (f"a template names {{{name}}}, which its pattern does not" for name in _unnamed(rule))
    if not rule.matches or not rule.misses or not rule.source.strip():
        yield "needs matches, misses and a source"
    for text in rule.matches:
        hit = tried(stem, rule, text)
        if hit is None:
            yield f"does not match its own example {text!r}"
        elif text == rule.matches[0] and any(hit.given.get(name) != value for name, value in rule.expects.items()):
            yield f"gives {hit.given} on its first example, expects {rule.expects}"
    yield from (f"matches its near-miss {text!r}" for text in rule.misses if tried(stem, rule, text))


def _more(pack: Pack) -> Iterator[str]:
    """Further proofs: a pattern that was changed without them is said."""
    for stem, held in sorted(pack.proofs.items()):
        rules = {rule.id: rule for rule in pack.makers[stem].rule} if stem in pack.makers else {}
        for name, more in sorted(held.items()):
            rule = rules.get(name)
            if rule is None:
                yield f"proofs/patterns.json, {stem} [{name}]: proves a rule that is not there; {PROOFS_REMEDY}"
                continue
            if _broken(rule):
                continue
            lost = [text for text in more.matches if tried(stem, rule, text) is None]
            won = [text for text in more.misses if tried(stem, rule, text)]
            where = f"rules/{stem}.toml [{name}]"
            yield from (f"{where}: no longer matches {text!r} of proofs/; {PROOFS_REMEDY}" for text in lost[:1])
            yield from (f"{where}: now matches {text!r} of proofs/; {PROOFS_REMEDY}" for text in won[:1])


def _lines(pack: Pack) -> Iterator[str]:
    """Product lines: each takes its own examples, and no other line of its maker takes them first."""
    for stem, held in sorted(pack.products.items()):
        if stem not in pack.makers or not held.source.strip():
            yield f"products/{stem}.toml: needs a rules file of that name and a source"
        for one in held.line:
            where = f"products/{stem}.toml [{one.product}]"
            try:
                compiled(one.model)
            except Trouble as fault:
                yield f"{where}: {fault}"
                return
            if not (one.matches and one.misses and one.source.strip() and one.kind):
                yield f"{where}: needs kind, matches, misses and a source"
        for one in held.line:
            for text in one.matches:
                if held.by_model(text) is not one:
                    yield f"products/{stem}.toml [{one.product}]: does not take its own example {text!r}"
            for text in one.misses:
                if compiled(one.model).search(text.encode()):
                    yield f"products/{stem}.toml [{one.product}]: matches its near-miss {text!r}"


def _broken(rule: Rule) -> str:
    """What is wrong with a rule's patterns, "" when RE2 takes them all."""
    try:
        for pattern in (rule.pattern, rule.unless, *rule.requires.values()):
            compiled(pattern)
    except Trouble as fault:
        return str(fault)
    return ""


def _unnamed(rule: Rule) -> list[str]:
    """Names in braces that no group of the pattern bears: they would be printed as they stand."""
    used = {name for field in TEMPLATED for name in re.findall(r"\{(\w+)\}", getattr(rule, field))}
    return sorted(used - set(compiled(rule.pattern).groupindex))


def _thefts(pack: Pack) -> Iterator[str]:
    """An example that two makers declare is proof of neither."""
    rules = [(stem, rule) for stem, maker in sorted(pack.makers.items()) for rule in maker.rule if not _broken(rule)]
    matcher = Matcher(rules)
    for stem, rule in rules:
        if rule.grade != "hint":
            for text in rule.matches:
                for hit in matcher.hits(rule.key, text):
                    if (
                        hit.maker != stem
                        and hit.rule.grade == rule.grade
                        and not hit.rule.requires
                        and not _builder(pack, stem, hit.maker)
                    ):
                        yield f"rules/{hit.maker}.toml [{hit.rule.id}]: claims the example {text!r} of rules/{stem}.toml [{rule.id}]"


def _builder(pack: Pack, one: str, other: str) -> bool:
    """A brand and its recorded builder may both be right about a string."""
    return any(r.factory in (one, other) for r in [*pack.brands.get(one, ()), *pack.brands.get(other, ())])


def _names(pack: Pack) -> Iterator[str]:
    for authority in pack.authorities:
        for maker in [entry.maker for entry in authority.entry if authority.decides] + [
            one.maker for one in authority.affiliate
        ]:
            if maker not in pack.makers:
                yield f"covered/{authority.id}: names {maker!r}, which has no rules file"
        if not authority.cites:
            yield f"covered/{authority.id}: cites nothing"
    for one in pack.relabels:
        if one.brand and one.brand not in pack.makers:
            yield f"relabels: brand {one.brand!r} has no rules file (use brand_name)"
        if one.factory not in pack.makers or not one.sources:
            yield f"relabels: {one.brand or one.brand_name!r} needs a known factory and a source"


def _sources(pack: Pack) -> Iterator[str]:
    """Law and relabels: each entry cites or names its source, under a known mark, in days that exist."""
    for authority in pack.authorities:
        where = f"covered/{authority.id}"
        yield from _dated(where, authority.mark, "", "")
        for entry in authority.entry:
            yield from _dated(f"{where} [{entry.maker}]", entry.mark, entry.since, entry.until)
            if not (entry.cites or authority.cites):
                yield f"{where} [{entry.maker}]: cites nothing"
        for one in authority.affiliate:
            yield from _dated(f"{where} [{one.maker}]", one.mark, one.since, one.until)
            if not one.source.strip() or not one.question.strip():
                yield f"{where} [{one.maker}]: an affiliate needs a source and the question that decides"
    for held in pack.relabels:
        where = f"relabels: {held.brand or held.brand_name} <- {held.factory}"
        yield from _dated(where, held.mark, held.since, held.until)
        yield from _dated(where, "", held.sold, held.sold)
        if held.by_name and not held.question.strip():
            yield f"{where}: accuses by name, so it needs the question that decides"


def _dated(where: str, mark: str, since: str, until: str) -> Iterator[str]:
    if mark and mark not in MARKS:
        yield f"{where}: mark {mark!r} is none of {', '.join(MARKS)}"
    for day in (since, until):
        if day and not DAY.fullmatch(day):
            yield f"{where}: {day!r} is no day, month or year (2022, 2022-11, 2022-11-24)"
    if since and until and since > until:
        yield f"{where}: ends ({until}) before it begins ({since})"


def counted(maker: Maker) -> bool:
    """Whether a maker counts as known hardware: a declared rule with proof and source."""
    return any(rule.grade == "declared" for rule in maker.rule)
