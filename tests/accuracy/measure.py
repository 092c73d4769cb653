"""Verdicts held against labels: what was found, missed, accused, named, and which model."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.accuracy.corpus import Banner, Recording, alike
from tests.accuracy.ours import ACCUSING, Finding, Report
from tests.accuracy.share import Share

BESIDE = ("neighbour-oui", "own-oui", "hard-negative")  # covered gear is visible inside or beside these


@dataclass
class Tally:
    """Names of recordings, or ids of banners, by what became of them."""

    of: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def put(self, name: str, *keys: str) -> None:
        """`name` counts under every one of `keys`."""
        for key in keys:
            self.of[key].append(name)

    def share(self, hits: str, asked: str) -> Share:
        """How many of `asked` are also under `hits`."""
        return Share(len(self.of[hits]), len(self.of[asked]))


def recorded(all_of_them: Iterable[Recording], report: Report) -> Tally:
    """Keys: `covered`, `found`, `missed`, `other`, `accused`, `named`, `unnamed`, `otherwise`, `model asked`, `model right` ..."""
    tally = Tally()
    for one in all_of_them:
        findings = report.by_origin[one.name]
        if not one.rated:
            tally.put(one.name, "unrated")
            continue
        _models(tally, one, findings)
        (_covered if one.covered else _other)(tally, one, findings)
        if any(flag in one.flags for flag in BESIDE):
            tally.put(one.name, "beside")
    return tally


def _covered(tally: Tally, one: Recording, findings: list[Finding]) -> None:
    outcomes = {finding["outcome"] for finding in findings}
    makers = {finding["maker"] for finding in findings if finding["outcome"] in ACCUSING}
    right = bool(outcomes & {"covered", "conflict"}) and one.vendor in makers
    tally.put(one.name, "covered", f"covered: {one.vendor}", "found" if right else "missed")
    if right:
        tally.put(one.name, f"found: {one.vendor}")
    elif "clear" in outcomes:
        tally.put(one.name, "cleared")


def _other(tally: Tally, one: Recording, findings: list[Finding]) -> None:
    outcomes = {finding["outcome"] for finding in findings}
    tally.put(one.name, "other", f"other: {one.vendor}")
    if outcomes & ACCUSING:
        tally.put(one.name, "accused")
        return
    makers = sorted({str(f["maker"]) for f in findings if f["outcome"] == "clear" and f["maker"]})
    if not makers:
        tally.put(one.name, "unnamed")
        return
    tally.put(one.name, "named", f"named: {one.vendor}")
    if not any(same(one.vendor, maker) for maker in makers):
        tally.put(one.name, "otherwise", f"otherwise: {one.vendor} -> {'/'.join(makers)}")


def _models(tally: Tally, one: Recording, findings: list[Finding]) -> None:
    group = "covered" if one.covered else "other"
    if one.models:
        given = [str(finding["model"]) for finding in findings]
        right = any(alike(wanted, model) for wanted in one.models for model in given)
        tally.put(one.name, f"{group} model asked", *([f"{group} model right"] if right else []))
        if any(given) and not right:
            tally.put(one.name, f"{group} model otherwise")


def same(label: str, maker: str) -> bool:
    """Whether a label's word and a maker's id are one word, or one holds the other."""
    one, other = _letters(label), _letters(maker)
    return bool(one and other) and (one in other or other in one)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def pairs(tally: Tally) -> Counter[str]:
    """{`label -> maker`: how many recordings are named otherwise than their label}."""
    found = {key: len(names) for key, names in tally.of.items() if key.startswith("otherwise: ")}
    return Counter({key.removeprefix("otherwise: "): count for key, count in found.items()})


def told(all_of_them: Iterable[Banner], accused_of: dict[str, str], named: set[str]) -> Tally:
    """The banners' tally of any tool. `accused_of`: {banner: the listed maker that the tool names}; `named`: any maker."""
    tally = Tally()
    for one in all_of_them:
        if one.covered is None:
            tally.put(one.id, "unrated")
            continue
        maker = accused_of.get(one.id, "")
        if one.covered:
            right = maker in one.vendors
            tally.put(
                one.id, "covered", "found" if right else "missed", *(["wrong maker"] if maker and not right else [])
            )
            continue
        tally.put(one.id, "other", *(["accused"] if maker else []))
        if one.hardware:
            tally.put(one.id, "hardware", *(["named"] if one.id in named and not maker else []))
    return tally
