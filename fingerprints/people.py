"""What people saw, apart from what the wire said; and the chain from a brand to its builder with what this unit showed of it."""

from collections.abc import Iterable

import msgspec

from fingerprints.judge import Verdict
from fingerprints.pack import Pack
from model.claims import Claim, Fact
from model.person import ABOUT, WORDS
from model.report import Seen

MOST_SIGNS = 6
ANSWERS = {
    "dhip": "DHIP answer",
    "sadp": "SADP answer",
    "dvrip": "older Dahua discovery answer",
    "hikvision": "objects of its SNMP tree",
}


def observed(told: Iterable[Fact]) -> tuple[Seen, ...]:
    """All that named persons saw on a device. `told`: facts that others gave about it."""
    held = [fact for fact in told if fact.about.startswith(ABOUT)]
    days = {fact.evidence: fact.value for fact in held if fact.key == "person.on"}
    found = set()
    for fact in held:
        what = fact.key.removeprefix("person.")
        if what in WORDS:
            by = fact.about.removeprefix(ABOUT)
            found.add(Seen(what, fact.value, by, days.get(fact.evidence, ""), fact.evidence))
    return tuple(sorted(found))


def relabelled(verdict: Verdict, pack: Pack, people: Iterable[Seen]) -> Verdict:
    """The verdict, its relabel with names, the listed maker at its end, this unit's signs, and when a person says that it was built."""
    one = verdict.relabel
    if one is None:
        return verdict
    full = msgspec.structs.replace(
        one,
        sold_as=_called(one.brand, pack),
        built_by=_called(one.factory, pack),
        entity=pack.producer(one.factory),
        signs=tuple(_signs(verdict.because, one.factory)) if one.proved else (),
        built=", ".join(sorted({seen.value for seen in people if seen.what == "built"})),
    )
    return msgspec.structs.replace(verdict, relabel=full)


def _called(maker: str, pack: Pack) -> str:
    """What people call a maker: the first of its other names, else its legal one."""
    known = pack.makers.get(maker)
    return (known.aliases or (known.name,))[0] if known else maker


def _signs(because: Iterable[Claim], factory: str) -> list[str]:
    """What this unit sent that is its builder's, protocols it speaks, then serials, then texts."""
    own = [claim for claim in because if claim.maker == factory and claim.grade == "declared"]
    spoken = sorted({ANSWERS[room] for claim in own if (room := claim.key.partition(".")[0]) in ANSWERS})
    serials = sorted({f"serial {claim.value[:60]}" for claim in own if claim.key.endswith("serial")})
    texts = sorted({f"{c.key} {c.value[:60]!r}" for c in own if f"serial {c.value[:60]}" not in serials})
    others = [text for text in texts if text.partition(".")[0] not in ANSWERS]
    return [*spoken, *serials, *others][:MOST_SIGNS]
