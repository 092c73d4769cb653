"""Services that persons named as covered: a sheet each. A scan sees no service, at most the way to it."""

from collections.abc import Iterable, Iterator

from model.filing import Filing
from model.regime import Item, Regime
from reporters._document import Block, Field, Fields, Heading, Paragraph
from reporters.forms import _contracts


def services(filing: Filing, regime: Regime, items: Iterable[Item], word: str) -> Iterator[Block]:
    """The fields `items` of each service that an answer to one of them names; one blank sheet where nobody named any."""
    kept = tuple(items)
    yield Paragraph(
        f"Services are named by persons: the answer to {COVERED}, or one with service = NAME, opens a sheet. {_heard(filing)}"
    )
    for name in named(filing, kept) or ("",):
        yield Heading(f"{word}: {name or 'blank, for one that a person names'}", 3)
        yield Fields(tuple(_field(filing, regime, item, name) for item in kept))


COVERED = "covered-services"  # a question of the entity: names of covered services, parted by semicolons, or none


def named(filing: Filing, items: Iterable[Item]) -> tuple[str, ...]:
    """Services that a person listed as covered, and those that an answer to one of the fields names."""
    keys = {item.key for item in items}
    return tuple(
        dict.fromkeys(
            [*listed(filing), *(a.service for a in filing.answers.answer if a.service and a.question in keys)]
        )
    )


def told(filing: Filing) -> tuple[str, ...]:
    """Services that any answer names, those listed first."""
    return tuple(dict.fromkeys([*listed(filing), *(a.service for a in filing.answers.answer if a.service)]))


def listed(filing: Filing) -> tuple[str, ...]:
    """The services that a person listed as covered."""
    said = filing.answers.said(COVERED)
    names = [name.strip() for name in said.text.replace("\n", ";").split(";")] if said else []
    return tuple(dict.fromkeys(name for name in names if name and name.casefold() != "none"))


def _heard(filing: Filing) -> str:
    """Whose way outside the reports heard: a person says who provides it and with whose equipment."""
    ways = list(dict.fromkeys(one.name for held in filing.reports for one in held.report.services))
    if not ways:
        return "The reports heard the way to none."
    return f"The reports heard the way to {', '.join(ways)}; who provides it, with whose equipment, is for a person to say."


def _field(filing: Filing, regime: Regime, item: Item, name: str) -> Field:
    """A person's answer about this service; else, for contract and order, the entity file; else blank with its key."""
    contract = filing.contract.number if filing.contract else ""
    label = f"{item.cite} {item.label}"
    said = filing.answers.said(item.key, contract=contract, service=name) if name else None
    if said:
        return Field(label, said.text, f"answered by {said.by}, {said.date}")
    value, whence = _contracts.known(filing, regime).get(item.key, ("", ""))
    return Field(label, value or None, whence if value else f"key: {item.key}, with the service's name")
