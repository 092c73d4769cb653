"""The contracts that a paper is about: where each is reported, which clauses it carries or should, and who confirmed that."""

from collections.abc import Iterator

from model.entity import Contract
from model.filing import Filing
from model.regime import Regime
from reporters._document import Block, Heading, Notice, Table
from reporters.regimes._propose import UNCONFIRMED, carries, confirmed, proposed, unknown

DIBNET = "https://dibnet.dod.mil"


def carrying(filing: Filing, *clauses: str) -> tuple[Contract, ...]:
    """The one contract that the paper is about, or every one of the entity's whose list names one of the clauses."""
    if filing.contract:
        return (filing.contract,)
    return tuple(one for one in filing.entity.contract if any(carries(one, clause) for clause in clauses))


def contracts(filing: Filing, regime: Regime, where: bool = False) -> Iterator[Block]:
    """Contracts, offices and orders; `where`: to whom the clause has it reported; then each one's set of clauses."""
    found = carrying(filing, regime.clause)
    yield Heading("Contracts and offers")
    if filing.contract and not carries(filing.contract, regime.clause):
        title = f"The entity file does not list {regime.clause} among the clauses of {filing.contract.number}"
        yield Notice("warning", title, ("Read the contract: this paper is owed only under a clause that it carries.",))
    rows = tuple((*_known(one), *((reported_to(one),) if where else ())) for one in found)
    last = ("Where it is reported",) if where else ()
    head = ("Number", "Kind and day", "Agency and office", "Orders", "Set of clauses", *last)
    none = f"the entity file lists no contract or offer that carries {regime.clause}"
    yield Table("Contracts and offers that this paper is about", head, rows, (3, 3, 4, 2, 4, 6)[: len(head)], none)
    if found:
        yield _sets(found)


def _known(one: Contract) -> tuple[str, ...]:
    orders = ", ".join(one.orders) or ("not given" if one.indefinite_delivery else "none")
    kind = ", ".join((one.kind, one.date or "no day given"))
    return one.number, kind, ", ".join(filter(None, (one.agency, one.office))) or "not given", orders, confirmed(one)


def reported_to(one: Contract) -> str:
    """By the clause's own rule: DIBNet for the Department of Defense, else the contracting officer; for orders, both offices."""
    if one.dod is None:
        return (
            f"nobody said whether the office is one of the Department of Defense (dod): if it is, {DIBNET}; "
            f"else {_officers(one)}"
        )
    if not one.dod:
        return _officers(one)
    both = "; name the indefinite delivery contract and every affected order in the report"
    return f"{DIBNET}{both if one.indefinite_delivery else ''}"


def _officers(one: Contract) -> str:
    first = f"the Contracting Officer{f', {one.office}' if one.office else ''}"
    if not one.indefinite_delivery:
        return first
    orders = ", ".join(one.orders) or "none of which is given"
    return (
        f"{first}, for the indefinite delivery contract; and the Contracting Officer of each affected order ({orders})"
    )


def _sets(found: tuple[Contract, ...]) -> Table:
    """Listed, proposed and possible clauses; nothing is confirmed by being proposed."""
    rows = []
    for one in found:
        beyond = "" if confirmed(one) == UNCONFIRMED else "; it is not in the set that was confirmed"
        rows += [
            (one.number, p.clause, p.standing, p.why + (beyond if p.standing != "listed" else ""))
            for p in proposed(one)
        ]
        rows += [(one.number, text, "not known", "this program drafts nothing for it") for text in unknown(one)]
    head = ("Contract", "Clause", "Standing", "Why")
    return Table("Clauses: listed by the entity file, proposed, or possible", head, tuple(rows), (3, 3, 2, 9))


def known(filing: Filing, regime: Regime) -> dict[str, tuple[str, str]]:
    """Contract and order numbers for the fields that ask for them: {key: (value, whence)}."""
    found = carrying(filing, regime.clause)
    values = {
        "contract-number": ", ".join(one.number for one in found),
        "order-numbers": ", ".join(order for one in found for order in one.orders),
    }
    return {key: (value, "from the entity file") for key, value in values.items() if value}
