"""Waivers are refused for each thing that is wrong with them, are never shown as more than they are, and lift nothing."""

import re

import msgspec
import pytest

from model.answers import Answers, Excepted, Waiver
from model.gate import refused
from model.waivers import authorities, faults, judged
from reporters.forms import laydown
from reporters.forms._waivers import LIFTS, counts, state
from tests.reporters import sample
from tests.reporters.pages import Page

DIGEST = "sha256:" + "a1" * 32
BY, DAY = "A. Officer", "2026-11-20"
DNI = Waiver("dni", "granted", BY, DAY, start="2026-01-01", end="2027-01-01", approval=DIGEST)
YEAR = Waiver("secdef", "granted", BY, DAY, start="2026-03-01", end="2027-02-28", approval=DIGEST)
HEAD = Waiver("agency-head", "granted", BY, DAY, "A", start="2020-08-13", end="2021-08-13", approval=DIGEST)


def but(waiver: Waiver, **changed: str) -> Waiver:
    return msgspec.structs.replace(waiver, **changed)


@pytest.mark.parametrize(
    "waiver",
    [
        DNI,
        YEAR,
        HEAD,
        but(HEAD, part="B", end="2022-08-13"),
        but(YEAR, start="2028-02-29", end="2029-02-28"),
        but(DNI, status="sought", approval=""),
        but(DNI, start="", end=""),
        Waiver("solicitation", "granted", BY, DAY, "A", approval=DIGEST),
        Waiver("fascsa", "sought", BY, DAY),
    ],
)
def test_what_an_authority_can_grant_is_not_refused(waiver: Waiver) -> None:
    assert faults(waiver) == ()


REFUSED = {
    "unknown authority": (but(DNI, authority="the mayor"), "no such authority 'the mayor'"),
    "unknown status": (but(DNI, status="pending"), "no such status 'pending'"),
    "unknown part": (but(DNI, part="C"), "no such part 'C'"),
    "nobody named": (but(DNI, by=" "), "nobody is named"),
    "no day": (but(DNI, date="yesterday"), "its date 'yesterday' is no day"),
    "no date": (but(DNI, date=""), "its date '' is no day"),
    "no such start": (but(DNI, start="2026-02-30"), "its start '2026-02-30' is no day"),
    "no such end": (but(DNI, end="2026-13-01"), "its end '2026-13-01' is no day"),
    "a week is no day": (but(DNI, start="2026-W01-1"), "its start '2026-W01-1' is no day"),
    "inverted": (but(DNI, end="2025-12-31"), "it would end on 2025-12-31, before it starts on 2026-01-01"),
    "no approval": (but(DNI, approval=""), "no written approval is named by its digest"),
    "approval in words": (but(DNI, approval="letter of May"), "is no digest"),
    "approval too short": (but(DNI, approval=DIGEST[:-1]), "is no digest"),
    "approval in capitals": (but(DNI, approval=DIGEST.upper()), "is no digest"),
    "Part A past its last day": (but(HEAD, end="2021-08-14"), "FAR 4.2104(a), Part A, could not run past 2021-08-13"),
    "Part B past its last day": (but(HEAD, part="B", end="2022-08-14"), "Part B, could not run past 2022-08-13"),
    "Part B's last day for Part A": (but(HEAD, end="2022-08-13"), "Part A, could not run past 2021-08-13"),
    "sought now": (but(HEAD, status="sought", start="2027-01-01", end="2027-06-01"), "could not run past 2021-08-13"),
    "open end": (but(HEAD, end=""), "no end is given"),
    "no part": (but(HEAD, part=""), "no part is given"),
    "more than a year": (but(YEAR, end="2027-03-02"), "longer than the 1 year that DFARS 252.204-7018(b)"),
    "a year without days": (but(YEAR, start="", end=""), "its start and end are needed"),
}


@pytest.mark.parametrize(("waiver", "why"), REFUSED.values(), ids=REFUSED)
def test_a_waiver_is_refused_for_what_is_wrong_with_it(waiver: Waiver, why: str) -> None:
    found = faults(waiver)
    assert len(found) == 1 and why in found[0]
    assert state(waiver, found, sample.PREPARED) == f"REFUSED: {found[0]}"


def test_everything_wrong_is_said_at_once() -> None:
    assert len(faults(Waiver("nobody", "perhaps", "", "", start="x", end="y", approval="z"))) == 7


def test_what_is_granted_once_is_not_granted_twice() -> None:
    again = but(YEAR, start="2027-03-01", end="2028-02-28")
    assert all("allows one" in why[0] for _, why in judged((YEAR, again)))
    assert [why for _, why in judged((YEAR, but(again, contract="W1")))] == [(), ()]
    assert [why for _, why in judged((DNI, DNI))] == [(), ()]
    wrong = but(again, approval="")
    assert [len(why) for _, why in judged((YEAR, wrong))] == [0, 1]


@pytest.mark.parametrize(
    ("waiver", "said"),
    [
        (but(DNI, status="sought", approval=""), "SOUGHT, not granted"),
        (but(DNI, status="sought"), "SOUGHT, not granted"),  # an approval in hand makes nothing granted
        (DNI, "granted, on the word of A. Officer; the approval was not read by this program"),
        (
            but(DNI, end="2026-11-22"),
            "granted, on the word of A. Officer; the approval was not read by this program; ENDED before this paper",
        ),
        (
            but(DNI, start="2026-12-01"),
            "granted, on the word of A. Officer; the approval was not read by this program; not yet begun",
        ),
    ],
)
def test_a_waiver_is_shown_as_what_it_is(waiver: Waiver, said: str) -> None:
    assert state(waiver, faults(waiver), sample.PREPARED) == said


def test_the_paper_tells_sought_granted_and_refused_apart_and_lifts_nothing() -> None:
    said = (
        but(DNI, status="sought", scope="sought-one", approval=""),
        but(DNI, scope="granted-one", devices=("dev-5e72f422ec34",)),  # type: ignore[arg-type]
        but(HEAD, scope="late-one", end="2027-01-01"),
        but(YEAR, scope="other-law"),
    )
    bare, filing = sample.filing(), sample.filing(Answers(waiver=said))
    text = Page(laydown.render(filing, "text/html")).text
    assert len(refused(filing.holds)) == len(refused(bare.holds)) > 0
    assert re.search(r"SOUGHT, not granted every contract; sought-one", text)
    assert re.search(
        r"granted, on the word of A\. Officer; [^;]+ every contract; granted-one; core-2",
        text,
    )
    assert re.search(
        r"REFUSED: a waiver under FAR 4\.2104\(a\), Part A, could not run past 2021-08-13 Part A; every contract; late-one",
        text,
    )
    assert "other-law" not in text and "1 waiver under other authorities (Section 1656)" in text
    assert LIFTS in text


def test_a_waiver_for_another_contract_is_not_this_papers() -> None:
    said = (but(DNI, contract="W000-26-R-0001", scope="ours"), but(DNI, contract="W2", scope="theirs"))
    filing = sample.filing(Answers(waiver=said))
    both = Page(laydown.render(filing, "text/html")).text
    one = Page(laydown.render(msgspec.structs.replace(filing, contract=sample.ENTITY.contract[0]), "text/html")).text
    assert "ours" in both and "theirs" in both
    assert "W000-26-R-0001; ours" in one and "W2; theirs" not in one


NO = Excepted("cannot-see-user-data", "dev-5e72f422ec34", BY, DAY, "data sheet", "no", "no")
SEES = msgspec.structs.replace(NO, see="yes")


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ([NO], "yes, on the word of A. Officer"),
        ([SEES], "no: one of the two is answered with yes"),
        ([msgspec.structs.replace(NO, route="yes")], "no: one of the two is answered with yes"),
        ([msgspec.structs.replace(NO, see="")], "no: not answered with yes or no: see"),
        ([msgspec.structs.replace(NO, route="NO")], "no: not answered with yes or no: route"),
        ([msgspec.structs.replace(NO, by="")], "no: the word lacks a name, a reason or a day"),
        ([msgspec.structs.replace(NO, reason="")], "no: the word lacks a name, a reason or a day"),
        ([msgspec.structs.replace(NO, date="soon")], "no: the word lacks a name, a reason or a day"),
        ([NO, SEES], "no: 2 persons' words, and they must be one"),
        ([], "no: not answered"),
    ],
)
def test_equipment_counts_as_excepted_only_if_both_are_answered_no(said: list[Excepted], counted: str) -> None:
    assert counts(said) == counted


def test_both_texts_and_both_questions_are_printed_and_called_our_reading() -> None:
    connected = Excepted("third-party-connection", "", BY, DAY, "roaming of the carrier")
    text = Page(laydown.render(sample.filing(Answers(exception=(NO, connected))), "text/html")).text
    assert "route or redirect user data traffic or cannot permit visibility" in text
    assert "route or redirect user data traffic or permit visibility" in text
    assert "Our reading, which is the cautious one" in text and "No scan proves either" in text
    assert "core-2 [dev-5e72f422ec34] no no yes, on the word of A. Officer" in text
    silent = text.partition("yes, on the word of A. Officer")[2].partition(
        "asked asked no: not answered nobody has spoken"
    )[0]
    assert silent.count("[dev-") == 5  # three other devices, two parts, in one row
    assert "roaming of the carrier" in text


def test_a_word_about_nothing_accused_or_of_no_such_kind_counts_for_nothing() -> None:
    said = (msgspec.structs.replace(NO, device="dev-none"), msgspec.structs.replace(NO, kind="because"))
    text = Page(laydown.render(sample.filing(Answers(exception=said)), "text/html")).text
    assert "dev-none no no no: about nothing that the reports accuse" in text
    assert "core-2 [dev-5e72f422ec34] no no no: no such kind of exception 'because'" in text


def test_each_authority_says_what_it_waives() -> None:
    found = authorities()
    assert {"agency-head", "dni", "fascsa", "secdef", "solicitation"} == set(found)
    assert found["agency-head"].last == {"A": "2021-08-13", "B": "2022-08-13"}
    assert {one.law for one in found.values()} == {"section-889", "section-1656", "fascsa"}
    assert found["secdef"].years == 1 and found["secdef"].law == "section-1656"
