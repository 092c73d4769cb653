"""What differs between two packs, in one line each: makers, rules, products, law, relabels, registries, third-party folders."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fingerprints.pack import Pack
from fingerprints.products_format import Products


def differences(old: Pack, new: Pack) -> list[str]:
    """Empty when both say the same; each line begins with `+`, `-` or `~` and names file and entry."""
    found = [*_makers(old, new), *_products(old, new), *_law(old, new), *_relabels(old, new), *_registries(old, new)]
    rest = sorted(name for name in old.parts.keys() | new.parts.keys() if name.startswith(("proofs/", "recog/")))
    found += [line for name in rest for line in _bytes(name, old, new)]
    return found


def _bytes(name: str, old: Pack, new: Pack) -> Iterator[str]:
    if old.parts.get(name) != new.parts.get(name):
        yield f"{'+' if name not in old.parts else '-' if name not in new.parts else '~'} {name}"


def _makers(old: Pack, new: Pack) -> Iterator[str]:
    for stem in sorted(old.makers.keys() | new.makers.keys()):
        one, two = old.makers.get(stem), new.makers.get(stem)
        file = f"rules/{stem}.toml"
        if one is None or two is None:
            held = one or two
            yield f"{'-' if two is None else '+'} {file}: {held.name if held else ''}, {len(held.rule) if held else 0} rules"
            continue
        yield from _fields(file, _plain(one, "rule"), _plain(two, "rule"))
        yield from _keyed(file, {rule.id: rule for rule in one.rule}, {rule.id: rule for rule in two.rule})


def _products(old: Pack, new: Pack) -> Iterator[str]:
    for stem in sorted(old.products.keys() | new.products.keys()):
        one, two = old.products.get(stem), new.products.get(stem)
        yield from _keyed(f"products/{stem}.toml", _lines(one), _lines(two))


def _lines(held: Products | None) -> dict[str, Any]:
    return {**held.object_id, **{line.product: line for line in held.line}} if held else {}


def _law(old: Pack, new: Pack) -> Iterator[str]:
    one, two = ({a.id: a for a in pack.authorities} for pack in (old, new))
    for name in sorted(one.keys() | two.keys()):
        file, before, after = f"covered/{name}", one.get(name), two.get(name)
        if before is None or after is None:
            yield f"{'-' if after is None else '+'} {file}"
            continue
        yield from _fields(file, _plain(before, "entry", "affiliate"), _plain(after, "entry", "affiliate"))
        for what in ("entry", "affiliate"):
            keyed = [
                {f"{one.maker} {getattr(one, 'part', '')}".strip(): one for one in getattr(held, what)}
                for held in (before, after)
            ]
            yield from _keyed(file, keyed[0], keyed[1])


def _relabels(old: Pack, new: Pack) -> Iterator[str]:
    one, two = ({f"{r.brand or r.brand_name} <- {r.factory}": r for r in pack.relabels} for pack in (old, new))
    yield from _keyed("relabels", one, two)


def _registries(old: Pack, new: Pack) -> Iterator[str]:
    one, two = old.registry, new.registry
    for name in sorted(one.dates.keys() | two.dates.keys()):
        if one.dates.get(name) != two.dates.get(name):
            yield f"~ registry {name}: {one.dates.get(name, 'none')} -> {two.dates.get(name, 'none')}"
    for bits in (24, 28, 36):
        rows = getattr(one, f"by_{bits}"), getattr(two, f"by_{bits}")
        counts = _counts(*rows)
        if any(counts):
            yield "~ registry, {}-bit blocks: {:,} added, {:,} gone, {:,} renamed".format(bits, *counts)
    numbers = [dict(enumerate(held.enterprises)) for held in (one, two)]
    if any(counts := _counts(*numbers)):
        yield "~ registry, enterprise numbers: {:,} added, {:,} gone, {:,} renamed".format(*counts)


def _counts(one: Mapping[int, str], two: Mapping[int, str]) -> tuple[int, int, int]:
    renamed = sum(one[key] != two[key] for key in one.keys() & two.keys())
    return len(two.keys() - one.keys()), len(one.keys() - two.keys()), renamed


def _keyed(file: str, one: Mapping[str, Any], two: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(one.keys() | two.keys()):
        if name not in one or name not in two:
            yield f"{'+' if name not in one else '-'} {file} [{name}]"
        else:
            yield from _fields(f"{file} [{name}]", _plain(one[name]), _plain(two[name]))


def _plain(held: Any, *without: str) -> dict[str, Any]:
    return {key: value for key, value in msgspec.to_builtins(held).items() if key not in without}


def _fields(name: str, one: Mapping[str, Any], two: Mapping[str, Any]) -> Iterator[str]:
    """One line an entry: which of its fields differ, the short ones with both values."""
    told = [_field(key, one.get(key), two.get(key)) for key in one.keys() | two.keys() if one.get(key) != two.get(key)]
    if told:
        yield f"~ {name}: {'; '.join(sorted(told))}"


def _field(key: str, one: Any, two: Any) -> str:
    short = all(isinstance(value, str) and len(value) < 80 for value in (one, two))
    return f"{key} {one!r} -> {two!r}" if short else key
