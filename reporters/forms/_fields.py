"""Fields a clause asks for: filled by a person's answer, else by what is known, else blank with the key that fills it."""

from collections.abc import Iterable, Iterator, Mapping

from model.filing import Filing
from model.regime import Item, Regime
from reporters._document import Field, Fields

Known = Mapping[str, tuple[str, str]]  # {key: (value, whence it is known)}


def fields(filing: Filing, regime: Regime, per: str, known: Known | None = None, **about: str) -> Fields:
    """Every field of `regime` asked once `per` entity, contract, product, service or device.

    `about`: device, service: what the answers are looked up under; the filing's contract is tried before an answer for all.
    """
    return Fields(tuple(_rows(filing, (one for one in regime.field if one.per == per), known or {}, about)))


def _rows(filing: Filing, items: Iterable[Item], known: Known, about: Mapping[str, str]) -> Iterator[Field]:
    contract = filing.contract.number if filing.contract else ""
    for item in items:
        said = filing.answers.said(item.key, contract=contract, **about)
        value, whence = known.get(item.key, ("", ""))
        label = f"{item.cite} {item.label}"
        if said:
            yield Field(label, said.text, f"answered by {said.by}, {said.date}")
        else:
            yield Field(label, value or None, whence if value else f"key: {item.key}")
