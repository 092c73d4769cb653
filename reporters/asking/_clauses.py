"""Fields that the clauses of the entity's contracts, and forms named, ask for: once for the entity, a contract, a product, a service."""

from collections.abc import Iterable, Iterator
from typing import Any

from model.asked import Ask
from model.filing import Filing
from model.folder import modules
from model.regime import Item, Regime
from model.trouble import UsageTrouble
from reporters.asking._words import SIGNED, said
from reporters.forms import _dfars, _on_record
from reporters.forms._disclosure import Unit, known_of, products, units
from reporters.forms._services import told
from reporters.regimes import regime, regimes
from reporters.regimes._propose import bare

ANNUAL = "far-52.204-26"  # asked of every entity, whatever its contracts carry
LISTS = (
    "sam-exclusions",
    "fascsa-orders",
    "defense-sam-exclusions",
    "defense-sam-providing",
)  # reviews are words of their own
OPTIONS: dict[str, dict[str, tuple[str, ...]]] = {key: {"text": _on_record.SAID} for key, _, _ in _on_record.RULES}


def carried(filing: Filing, forms: Iterable[str] = ()) -> tuple[Regime, ...]:
    """The regimes that the filing's contracts carry, those of `forms`, and without any the annual representation."""
    clauses = {bare(text) for one in filing.contracts() for text in one.clauses}
    named = [law for form in forms for law in _laws(form)]
    found = [one for one in regimes().values() if one.clause in clauses or one in named]
    found += {one.id: one for one in named if one.id not in regimes()}.values()  # a certificate's, which is no clause
    return tuple(found) or (regime(ANNUAL),)


def _forms() -> dict[str, Any]:
    return {found.ID: found for found in modules("reporters.forms").values()}


def _laws(form: str) -> list[Regime]:
    """What a form or clause named by its id asks the fields of; UsageTrouble for an id of neither."""
    if form in regimes():
        return [regime(form)]
    known = _forms()
    if form not in known:
        raise UsageTrouble(f"--form {form}", "no such form", f"one of: {', '.join([*known, *regimes()])}")
    law = getattr(known[form], "LAW", None)
    return [law] if law else []


def questions(filing: Filing, forms: Iterable[str]) -> Iterator[Ask]:
    """Questions of forms that no clause prescribes (laydown, inquiry record): of the entity, and of each device and part."""
    known = _forms()
    for form in (known[one] for one in dict.fromkeys(forms) if one in known):
        for key, text in getattr(form, "QUESTIONS", ()):
            yield _plain(filing, form.ID, key, text, {}, "the entity")
        for key, text in getattr(form, "OF_EACH", ()):
            for unit in units(filing):
                yield _plain(filing, form.ID, key, text, {"device": unit.subject}, unit.name)


def _plain(filing: Filing, form: str, key: str, text: str, about: dict[str, str], name: str) -> Ask:
    fixed, open = {"question": key, **about}, ("text", *SIGNED)
    return Ask(
        key=_key(key, about),
        text=text,
        noun="answer",
        fixed=fixed,
        blanks=open,
        group=f"Questions of the {form.replace('-', ' ')}",
        about=name,
        why=f"the {form.replace('-', ' ')} prints it; no clause prescribes it",
        said=said(filing, "answer", fixed, open),
    )


def _key(key: str, about: dict[str, str]) -> str:
    return ":".join(("field", key, *(f"{name}={value}" for name, value in about.items())))


def fields(filing: Filing, laws: Iterable[Regime]) -> Iterator[Ask]:
    """What only a person can say; what the finding or the entity file says is asked only where it is not known."""
    for law in laws:
        for item in law.field:
            if item.key not in LISTS and item.known != "entity" and not _in_file(filing, law, item):
                yield from _asks(filing, law, item)


def _in_file(filing: Filing, law: Regime, item: Item) -> bool:
    """Whether the entity file says it of every contract that carries the clause: orders are asked where they are placed and not listed."""
    carry = [one for one in filing.contracts() if law.clause in map(bare, one.clauses)]
    if item.known != "contract" or not carry:
        return False
    return item.key != "order-numbers" or all(one.orders or not one.indefinite_delivery for one in carry)


def _asks(filing: Filing, law: Regime, item: Item) -> Iterator[Ask]:
    group = f"Fields of {law.clause}"
    if item.per == "entity":
        yield _ask(filing, law, item, group, {}, "the entity")
    elif item.per == "contract":
        numbers = [one.number for one in filing.contracts() if law.clause in map(bare, one.clauses)]
        for number in numbers or [""]:
            about = {"contract": number} if number else {}
            yield _ask(filing, law, item, group, about, f"contract {number}" if number else "the contract")
    elif item.per in ("product", "device"):
        for held in products(filing):
            if _reached(law, held) and not (item.known == "finding" and known_of(held[0]).get(item.key, ("", ""))[0]):
                yield _ask(filing, law, item, group, {"device": held[0].subject}, _called(held))
    if item.per == "service" or (item.per == "product" and not any(one.per == "service" for one in law.field)):
        # A clause without fields of its own for services asks of a service what it asks of a product.
        for service in told(filing):
            yield _ask(filing, law, item, group, {"service": service}, f"the service {service}")


def _reached(law: Regime, held: list[Unit]) -> bool:
    """Section 1656's papers have their own products; the FAR's have all."""
    return law.authority != _dfars.AUTHORITY or any(_dfars.reached(one) for one in held)


def _called(held: list[Unit]) -> str:
    return f"{held[0].name}{f' and {len(held) - 1} more like it' if len(held) > 1 else ''}"


def _ask(filing: Filing, law: Regime, item: Item, group: str, about: dict[str, str], name: str) -> Ask:
    fixed = {"question": item.key, **about}
    open = ("text", *SIGNED)
    return Ask(
        key=_key(item.key, about),
        text=item.ask,
        noun="answer",
        fixed=fixed,
        blanks=open,
        options=OPTIONS.get(item.key, {}),
        group=group,
        about=name,
        why=f"{law.clause} asks for it: {law.title}",
        cite=f"{law.clause}{item.cite} ({law.dated})",
        said=said(filing, "answer", fixed, open),
    )
