"""What else runs on the same data: nmap's service probes, Recog's own patterns, the enterprise number alone."""

from __future__ import annotations

from collections.abc import Iterable

from fingerprints.pack import Pack
from tests.accuracy import answers, number
from tests.accuracy.corpus import BUILT_BY, LISTED, Banner, Recording
from tests.accuracy.measure import Tally, told
from tests.accuracy.nmap_probes import Probes
from tests.accuracy.ours import ACCUSING, Report
from tests.accuracy.recog import Recog


def ours(banners: Iterable[Banner], report: Report) -> Tally:
    """The program on banners: each is a device of its own."""
    of = {one.id: report.by_origin[one.id][0] for one in banners if report.by_origin[one.id]}
    accused = {key: str(f["maker"]) for key, f in of.items() if f["outcome"] in ACCUSING}
    return told(banners, accused, {key for key, f in of.items() if f["outcome"] == "clear"})


def askable(banners: Iterable[Banner]) -> tuple[int, int]:
    """How many banners are part of an answer that nmap's service probes ask for; how many of them are covered."""
    found = [one for one in banners if answers.answer(one.field, one.text)]
    return len(found), sum(one.covered is True for one in found)


def nmap(banners: Iterable[Banner], probes: Probes) -> Tally:
    """nmap on the banners that it could be given.

    It names no makers: a product, an operating system or an identifier that holds a listed maker's name counts as that maker.
    """
    accused, named = {}, set()
    for one in banners:
        given = answers.answer(one.field, one.text)
        hit = probes.identify(*given) if given else None
        if hit and hit.info:
            named.add(one.id)
            accused[one.id] = listed(" ".join(hit.info.values()))
    return told(banners, {key: maker for key, maker in accused.items() if maker}, named)


def recog(banners: Iterable[Banner], prints: Recog) -> Tally:
    """Recog on its fields."""
    found = {one.id: prints.vendors(one.field, one.text) for one in banners}
    accused = {key: maker for key, said in found.items() if (maker := listed(" ".join(said.values())))}
    return told(banners, accused, {key for key, said in found.items() if said.get("hw.vendor")})


def listed(text: str) -> str:
    """The listed maker whose name, or a builder's brand, stands in a text."""
    words = text.lower()
    return next((maker for maker in LISTED if maker in words), "") or next(
        (maker for brand, maker in BUILT_BY.items() if brand in words), ""
    )


def enterprise(recordings: Iterable[Recording], pack: Pack) -> Tally:
    """The number of the sysObjectID looked up, nothing else read."""
    tally = Tally()
    for one in recordings:
        if not one.rated:
            continue
        maker, name = number.registrant(one.path, pack.registry)
        if one.covered:
            tally.put(one.name, "covered", "found" if maker == one.vendor else "missed")
        else:
            tally.put(one.name, "other", *(["accused"] if maker else ["named"] if name else []))
    return tally
