"""Which clauses a contract or offer is likely to carry, and why: proposed from what the entity file says, for a person to confirm."""

import re
from datetime import date

import msgspec

from model.entity import Contract
from model.regime import Regime
from reporters.regimes import regimes

NUMBER = re.compile(r"(?<!\d)\d{2,3}\.\d{3}-\d+(?![\d])")
UNCONFIRMED = "not confirmed: whoever read the contract writes confirmed_by and confirmed_on"
OWN_DATE = (
    "the Department of Defense turned on {}; other agencies have days of their own, and a modification may bring it in"
)
PART_B = date(2020, 8, 13)  # FAR 52.204-24(b)(2)
BEFORE_PART_B = (
    "its prohibition of use (Part B) is about contracts entered into, extended or renewed on or after 13 August 2020: "
    "read whether this one, dated {}, was extended, renewed or modified since"
)
NOBODY_SAID = "it binds offices of the Department of Defense, and nobody said whether this one is (dod = true or false)"


class Proposal(msgspec.Struct, frozen=True):
    """One clause for one contract. `standing`: `listed` (the entity file says that it carries it), `proposed`, or `possible`."""

    regime: str
    clause: str
    title: str
    standing: str
    why: str


def bare(text: str) -> str:
    """A clause's bare number out of `FAR 52.204-25 (Nov 2021)`; what holds no number is given back trimmed."""
    found = NUMBER.search(text)
    return found[0] if found else text.strip()


def proposed(contract: Contract) -> tuple[Proposal, ...]:
    """Every clause known to us that the contract lists, should carry, or may carry; in that order, then by number."""
    given = {bare(text) for text in contract.clauses}
    found = []
    for one in regimes().values():
        if one.clause in given:
            found.append(_made(one, "listed", f"the entity file lists it: {one.why}{_before_part_b(one, contract)}"))
        elif one.role == "clause" or contract.kind == "offer":  # a provision stands in solicitations alone
            found += _fits(one, contract)
    return tuple(sorted(found, key=lambda p: (("listed", "proposed", "possible").index(p.standing), p.regime)))


def _fits(one: Regime, contract: Contract) -> list[Proposal]:
    """Agency and date: one proposal, or none where either rules the clause out."""
    if one.binds == "dod" and contract.dod is not True:
        return [] if contract.dod is False else [_made(one, "possible", f"{one.why}; {NOBODY_SAID}")]
    at = day(contract.date)
    if at is None:
        return [_made(one, "possible", f"{one.why}; the entity file gives no day, so its edition is open")]
    since, until = day(one.since), day(one.until)
    if (not since or at >= since) and (not until or at < until):
        said = f"{one.why}; dated {contract.date}{_flows(one, contract)}{_before_part_b(one, contract)}"
        return [_made(one, "proposed", said)]
    turn = _turn(one, at)
    if turn and contract.dod is not True:
        return [_made(one, "possible", f"{one.why}; {OWN_DATE.format(turn)}")]
    return []


def _before_part_b(one: Regime, contract: Contract) -> str:
    """What to read in a contract older than Part B; an offer or a day that nobody gave leaves nothing to say."""
    at = day(contract.date)
    if one.authority != "section-889" or at is None or at >= PART_B or contract.kind == "offer":
        return ""
    return "; " + BEFORE_PART_B.format(contract.date)


def _turn(one: Regime, at: date) -> str:
    """The day of the FAR overhaul, where that alone rules the clause out: other agencies turned on days of their own."""
    since, until = day(one.since), day(one.until)
    if one.edition == "legacy" and until and at >= until:
        return one.until
    return one.since if one.edition == "overhaul" and since and at < since else ""


def _flows(one: Regime, contract: Contract) -> str:
    parts = ", without the paragraphs that it keeps from subcontracts" if "flow_down" in one.quote else ""
    return f"; flows down from the prime contract{parts}" if contract.kind == "subcontract" else ""


def _made(one: Regime, standing: str, why: str) -> Proposal:
    return Proposal(one.id, one.clause, one.title, standing, why)


def unknown(contract: Contract) -> tuple[str, ...]:
    """Clauses that the entity file lists and no regime of ours is: nothing is drafted for them."""
    known = {one.clause for one in regimes().values()}
    return tuple(text for text in contract.clauses if bare(text) not in known)


def confirmed(contract: Contract) -> str:
    """Who read the contract and on which day, or that nobody did: a name without a day is nobody's word."""
    if contract.confirmed_by.strip() and day(contract.confirmed_on):
        return f"confirmed by {contract.confirmed_by}, {contract.confirmed_on}"
    return UNCONFIRMED


def carries(contract: Contract, clause: str) -> bool:
    """Whether the entity file lists the clause, however it is written."""
    return clause in {bare(text) for text in contract.clauses}


def day(text: str) -> date | None:
    """The day of an ISO date, None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
