"""Fields that the clauses of the entity's contracts ask for: once for the entity, a contract, a product, a service."""

from collections.abc import Iterable, Iterator

from model.asked import Ask
from model.filing import Filing
from model.regime import Item, Regime
from reporters._text import called
from reporters.asking._words import SIGNED, said
from reporters.forms._disclosure import products
from reporters.regimes import regime, regimes
from reporters.regimes._propose import bare

ANNUAL = "far-52.204-26"  # asked of every entity, whatever its contracts carry
LISTS = ("sam-exclusions", "fascsa-orders")  # reviews of lists are words of their own


def carried(filing: Filing, forms: Iterable[str] = ()) -> tuple[Regime, ...]:
    """The regimes that the filing's contracts carry, those of `forms`, and without any the annual representation."""
    clauses = {bare(text) for one in filing.contracts() for text in one.clauses}
    found = [one for one in regimes().values() if one.clause in clauses or one.id in set(forms)]
    return tuple(found) or (regime(ANNUAL),)


def fields(filing: Filing, laws: Iterable[Regime]) -> Iterator[Ask]:
    """What only a person can say; what the finding or the entity file says is asked only where it is not known."""
    for law in laws:
        for item in law.field:
            if item.key not in LISTS and item.known not in ("contract", "entity"):
                yield from _asks(filing, law, item)


def _asks(filing: Filing, law: Regime, item: Item) -> Iterator[Ask]:
    group = f"Fields of {law.clause}"
    if item.per == "entity":
        yield _ask(filing, law, item, group, {}, "the entity")
    elif item.per == "contract":
        for contract in (one for one in filing.contracts() if law.clause in map(bare, one.clauses)):
            yield _ask(filing, law, item, group, {"contract": contract.number}, f"contract {contract.number}")
    elif item.per in ("product", "device") and item.known != "finding":
        for units in products(filing):
            one = units[0].device
            name = f"{called(one)}{f' and {len(units) - 1} more like it' if len(units) > 1 else ''}"
            yield _ask(filing, law, item, group, {"device": one.device}, name)
    elif item.per == "service":
        for service in dict.fromkeys(a.service for a in filing.answers.answer if a.service):
            yield _ask(filing, law, item, group, {"service": service}, f"the service {service}")


def _ask(filing: Filing, law: Regime, item: Item, group: str, about: dict[str, str], name: str) -> Ask:
    fixed = {"question": item.key, **about}
    open = ("text", *SIGNED)
    return Ask(
        key=":".join(("field", item.key, *(f"{key}={value}" for key, value in about.items()))),
        text=item.ask,
        noun="answer",
        fixed=fixed,
        blanks=open,
        group=group,
        about=name,
        why=f"{law.title}, asks for it",
        cite=f"{law.clause}{item.cite} ({law.dated})",
        said=said(filing, "answer", fixed, open),
    )
