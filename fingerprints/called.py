"""What a box and its parts are called: by whom made, model, serial, firmware, kind; and whose word decides."""

from collections.abc import Iterable
from typing import NamedTuple

from fingerprints.judge import Verdict
from fingerprints.pack import Pack
from fingerprints.products_format import NONE, Product
from model.claims import Claim, Fact

BOX_MODEL, BOX_SERIAL, BOX_FIRMWARE = "entity.model_name", "entity.serial", "entity.firmware"
MADE = {
    BOX_MODEL: "maker.model",
    BOX_SERIAL: "maker.serial",
    BOX_FIRMWARE: "maker.firmware",
}  # what other makers' own objects call them
STANDARD = {
    BOX_MODEL: ("ups.model", "printer.model", "dot11.product"),
    BOX_SERIAL: ("printer.serial",),
    BOX_FIRMWARE: ("ups.firmware",),
}  # what a standard MIB of one kind of device calls them
TOLD = {
    BOX_MODEL: "lldp.model_name",
    BOX_SERIAL: "lldp.serial",
    BOX_FIRMWARE: "lldp.firmware",
}  # what LLDP-MED calls them
TYPED = {
    BOX_MODEL: "cli.model",
    BOX_SERIAL: "cli.serial",
    BOX_FIRMWARE: "cli.firmware",
}  # what a device prints at its terminal
LISTED = {
    BOX_MODEL: "inventory.model",
    BOX_SERIAL: "inventory.serial",
    BOX_FIRMWARE: "inventory.firmware",
}  # what an inventory says of it
CALLED = frozenset(key for names in (MADE, TOLD, TYPED, LISTED) for pair in names.items() for key in pair)
CALLED |= {key for keys in STANDARD.values() for key in keys}


class Called(NamedTuple):
    """What a box is called; "" where nobody says."""

    producer: str
    kind: str
    model: str
    serial: str
    firmware: str


def called(
    own: list[Fact], told: list[Fact], found: list[Claim], disputed: bool, verdict: Verdict, pack: Pack
) -> Called:
    """`own`, `told`: its own facts and others' of it; `found`: the claims for its maker.

    `disputed`: the box, or an inventory, names somebody else too: its words are then about that one's product.
    """
    words = _words(own), _words(told)
    model = _model(own, found, pack, verdict, "" if disputed else _word(words, BOX_MODEL))
    return Called(
        producer=producer_of(verdict, pack),
        kind=_kind(own, found, pack, verdict.maker, model),
        model=model,
        serial=_word(words, BOX_SERIAL) or pick(found, "serial"),
        firmware=pick(found, "firmware") or ("" if disputed else _word(words, BOX_FIRMWARE)),
    )


def _word(words: Iterable[dict[str, str]], key: str) -> str:
    """Its own word; where it has none, that of its controller or switch."""
    names = (key, MADE[key], *STANDARD[key], TYPED[key], TOLD[key], LISTED[key])
    return next((word for known in words for name in names if (word := known.get(name))), "")


def producer_of(verdict: Verdict, pack: Pack) -> str:
    """The legal name that the claims give, else that of the maker's rules."""
    named = {claim.producer for claim in verdict.because if claim.maker == verdict.maker and claim.producer}
    return min(named) if named else pack.producer(verdict.maker)


def pick(found: list[Claim], field: str) -> str:
    """The best given value: declared before witnessed, then the longest, then the alphabet: free of order."""
    worth = ("declared", "witnessed", "component", "hint")
    given = [(worth.index(c.grade), -len(value), value) for c in found if (value := str(getattr(c, field)))]
    return min(given)[2] if given else ""


def _words(facts: Iterable[Fact]) -> dict[str, str]:
    """{key: its first value in the alphabet}, of the keys that a box may be called by."""
    found: dict[str, str] = {}
    for fact in facts:
        if fact.key in CALLED and fact.value:
            found[fact.key] = min(found.get(fact.key, fact.value), fact.value)
    return found


def _model(own: list[Fact], found: list[Claim], pack: Pack, verdict: Verdict, own_words: str) -> str:
    """`own_words`: what the box says of itself, "" where whose they are is disputed; `found`: the claims for its maker."""
    line, product = _product(own, pack, verdict.maker).product, pick(found, "product")
    more = line.startswith(product)  # the object id may know more than a rule's word for the whole family
    given = pick(found, "model")
    more_of_it = own_words.removeprefix(given)
    if given and own_words.startswith(given) and not more_of_it.startswith(" "):
        # The entity table says more of the same model than a description does; a word behind a blank is no more of it.
        given = own_words
    return given or own_words or (line if more else product)


def _product(own: list[Fact], pack: Pack, maker: str | None) -> Product:
    """The product line whose sysObjectID subtree is the longest that holds the device's."""
    lines = pack.products.get(maker or "", NONE)
    oids = sorted({fact.value for fact in own if fact.key == "snmp.sys_object_id"})
    return next((found for oid in oids if (found := lines.by_object_id(oid))), Product(product=""))


def _kind(own: list[Fact], found: list[Claim], pack: Pack, maker: str | None, model: str) -> str:
    """The kind of its product line by model; else what a rule says; else that of its object id's line."""
    line = pack.products.get(maker or "", NONE).by_model(model) if model else None
    return line.kind if line else pick(found, "kind") or _product(own, pack, maker).kind
