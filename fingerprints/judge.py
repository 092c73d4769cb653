"""judge: what the claims about one device, or one part, come to. The table of docs/outcomes.md, row by row."""

from collections.abc import Iterable, Iterator

import msgspec

from fingerprints.covered_format import Affiliate, Relabelled
from fingerprints.pack import Pack
from fingerprints.recog import PREFIX
from model.claims import Claim
from model.report import RANK, Outcome, Relabel


class Verdict(msgspec.Struct, frozen=True):
    """Outcome, the maker it is about, the claims that say so, and the relabel or claimed affiliation behind it.

    `others`: the other listed producers that some of the claims accuse it of, weaker words though they be.
    """

    outcome: Outcome
    maker: str | None
    because: tuple[Claim, ...]
    relabel: Relabel | None = None
    affiliate: Affiliate | None = None
    others: frozenset[str] = frozenset()

    @property
    def accused(self) -> str:
        """The listed producer at the end of the chain."""
        return (self.affiliate.of if self.affiliate else self.relabel.factory if self.relabel else self.maker) or ""


def judge(claims: Iterable[Claim], pack: Pack, seen: bool) -> Verdict:
    """The verdict on a device. `claims`: its own and those of its witnesses, its parts left out. More evidence never lowers a suspect."""
    held = sorted(set(claims))
    declared = [claim for claim in held if claim.grade == "declared"]
    found = [
        verdict
        for verdict in (
            _declared(declared, pack),
            *_told(held, pack),
            *_hints(held, pack),
            *_weak(held, pack, declared),
            *_suspicions([claim for claim in held if third_party(claim)], pack),
        )
        if verdict
    ]
    best = max(found, key=lambda verdict: RANK[verdict.outcome], default=None)
    if best is not None and RANK[best.outcome] > 0:
        return _with_others(best, found)
    return next((v for v in found if v.outcome == "clear"), None) or _third(held, seen) or _nameless(held, pack, seen)


def _with_others(best: Verdict, found: Iterable[Verdict]) -> Verdict:
    """The verdict with what accuses the device of another listed producer: no law that one brings is taken away by words about another."""
    # Those about the same producer, too: a verdict that is headed otherwise tomorrow goes on citing what it cited today.
    more = [v for v in found if RANK[v.outcome] > 0 and v is not best]
    because = dict.fromkeys(claim for v in (best, *more) for claim in v.because)
    others = frozenset(v.accused for v in more) - {best.accused}
    return msgspec.structs.replace(best, because=tuple(because), others=others) if more else best


def third_party(claim: Claim) -> bool:
    """Whether a rule of an extra pack speaks: one that nobody here has reviewed."""
    return claim.rule.partition("/")[2].startswith(PREFIX)


def _third(claims: list[Claim], seen: bool) -> Verdict | None:
    """Where nothing else names the maker of something that was seen, what a third party's pattern calls it. A listed one is suspect."""
    found = [claim for claim in claims if third_party(claim)]
    maker = _first(found, {claim.maker for claim in found})
    return Verdict("clear", maker, _of(found, maker)) if seen and maker else None


def _declared(claims: list[Claim], pack: Pack) -> Verdict | None:
    listed = {claim.maker for claim in claims if claim.maker in pack.listed}
    others = {claim.maker for claim in claims} - listed
    brands = {maker: one for maker in others for one in pack.brands.get(maker, ()) if one.factory in listed}
    if listed:
        strangers = others - set(brands) - {maker for maker in others if maker in pack.affiliates}
        maker = _first(claims, listed)
        if strangers or len(listed) > 1:
            return Verdict("conflict", maker, tuple(claims))
        brand = min(brands, default=None)
        because = tuple(claim for claim in claims if claim.maker in listed | set(brands))
        return Verdict("covered", maker, because, _relabel(brands[brand], True) if brand else None)
    for claim in claims:
        if claim.maker in pack.affiliates:
            return Verdict("suspect", claim.maker, _of(claims, claim.maker), affiliate=pack.affiliates[claim.maker])
    named = [
        (claim, one)
        for claim in claims
        for one in pack.brands.get(claim.maker, ())
        if _by_name(one, claims, claim.maker)
    ]
    if named:
        claim, one = named[0]
        return Verdict("suspect", one.factory, _of(claims, claim.maker), _relabel(one, False))
    maker = _first(claims, others)
    return Verdict("clear", maker, _of(claims, maker)) if maker else None


def _by_name(one: Relabelled, claims: list[Claim], maker: str) -> bool:
    kinds = {claim.kind for claim in claims if claim.maker == maker and claim.kind}
    return one.by_name and (not one.kinds or bool(kinds & set(one.kinds)))


def _told(claims: list[Claim], pack: Pack) -> Iterator[Verdict]:
    """A witness names a covered maker, or an affiliate or brand of one."""
    return _suspicions([claim for claim in claims if claim.grade == "witnessed"], pack)


def _suspected(claims: list[Claim], pack: Pack, by_oui: bool = False) -> Verdict | None:
    return next(_suspicions(claims, pack, by_oui), None)


def _suspicions(claims: list[Claim], pack: Pack, by_oui: bool = False) -> Iterator[Verdict]:
    """One for each maker that is listed, then for each that is an affiliate or a brand of one."""
    makers = dict.fromkeys(claim.maker for claim in claims)
    for maker in makers:
        if maker in pack.listed:
            yield Verdict("suspect", maker, _of(claims, maker))
    for maker in makers:
        if maker in pack.affiliates:
            yield Verdict("suspect", maker, _of(claims, maker), affiliate=pack.affiliates[maker])
        for one in pack.brands.get(maker, ()):
            if one.oui if by_oui else _by_name(one, claims, maker):
                yield Verdict("suspect", one.factory, _of(claims, maker), _relabel(one, False))


def _hints(claims: list[Claim], pack: Pack) -> Iterator[Verdict]:
    """Two independent hints at one covered maker: different keys of different evidence."""
    by_maker: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.grade == "hint" and claim.maker in pack.listed:
            by_maker.setdefault(claim.maker, []).append(claim)
    for maker, hints in sorted(by_maker.items()):
        if any(one.key != two.key and one.evidence != two.evidence for one in hints for two in hints):
            yield Verdict("suspect", maker, tuple(hints))


def _weak(claims: list[Claim], pack: Pack, declared: list[Claim]) -> Iterator[Verdict]:
    """A covered part (its OUI) while nothing is declared. Once the box names its maker, the part alone is suspect (decision 0003)."""
    if not declared:
        yield from _suspicions([claim for claim in claims if claim.grade == "component"], pack, by_oui=True)


def _nameless(claims: list[Claim], pack: Pack, seen: bool) -> Verdict:
    if seen:
        return Verdict("unknown", None, tuple(claim for claim in claims if claim.grade in ("component", "hint")))
    told = [claim for claim in claims if claim.grade == "witnessed" and claim.maker]
    maker = _first(told, {claim.maker for claim in told})
    return Verdict("unseen", maker, _of(told, maker) if maker else tuple(claims))


def part(claims: Iterable[Claim], pack: Pack, box: Verdict) -> Verdict:
    """The verdict on a component: a covered part is suspect, or covered as the box is when the box is its maker's own."""
    held = sorted(set(claims))
    # A label names its maker; a MAC block names its registrant, and only some brands' blocks say who builds for them.
    named = [claim for claim in held if claim.key != "mac.registrant"]
    found = _suspected(named, pack) or _suspected([c for c in held if c not in named], pack, by_oui=True)
    if found is not None:
        own = box.outcome == "covered" and box.maker == found.maker
        return msgspec.structs.replace(found, outcome="covered") if own else found
    makers = {claim.maker for claim in held if claim.maker and claim.grade != "hint"}
    maker = _first(held, makers)
    return Verdict("clear" if maker else "unknown", maker, _of(held, maker) if maker else tuple(held))


def _first(claims: list[Claim], makers: set[str]) -> str | None:
    """Of several unlisted makers, the one most claims name; words of the device before numbers that an OEM may have left in."""
    if not makers:
        return None
    worth = {m: (sum(c.key != "enterprise.registrant" for c in claims if c.maker == m), m) for m in makers}
    return min(makers, key=lambda maker: (-worth[maker][0], maker))


def _of(claims: list[Claim], maker: str | None) -> tuple[Claim, ...]:
    return tuple(claim for claim in claims if claim.maker == maker)


def _relabel(one: Relabelled, proved: bool) -> Relabel:
    return Relabel(
        one.brand or one.brand_name,
        one.factory,
        proved,
        one.proof,
        one.question,
        since=one.since,
        until=one.until,
        sold=one.sold,
        sources=one.sources,
        mark=one.mark,
    )
