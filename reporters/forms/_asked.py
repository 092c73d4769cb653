"""Which fields of a regime a paper asks where: once for the entity, once a contract, once a product or service."""

import msgspec

from model.filing import Filing
from model.regime import Item, Regime
from reporters._document import Fields
from reporters.forms import _contracts
from reporters.forms._fields import fields

LISTS = ("sam-exclusions", "fascsa-orders")  # reviews of lists: a person's [[look]], not an answer


def item(regime: Regime, key: str) -> Item:
    """The field `key`."""
    return next(one for one in regime.field if one.key == key)


def questions_of(regime: Regime, *apart: str) -> tuple[tuple[str, str], ...]:
    """(key, question) of what is asked once for the entity, but for reviews of lists and what is printed `apart`."""
    return tuple((one.key, one.ask) for one in regime.field if one.per == "entity" and one.key not in (*LISTS, *apart))


def within(regime: Regime, cite: str, *per: str) -> tuple[Item, ...]:
    """The fields that a paragraph asks for, `cite` being the beginning of theirs, and `per` once for which thing."""
    return tuple(one for one in regime.field if one.per in per and one.cite.startswith(cite))


def contract_fields(filing: Filing, regime: Regime, items: tuple[Item, ...]) -> Fields:
    """Fields asked once a contract, with the contract's own numbers where the entity file has them."""
    only = msgspec.structs.replace(regime, field=items)
    return fields(filing, only, "contract", _contracts.known(filing, regime))
