"""The FAR's six forms: every field of the clause is there or asked for, every answer lands, reports go where the clause says."""

import re
from types import ModuleType

import msgspec
import pytest

from model.answers import Answer, Answers, Choice, Look
from model.clocks import Candidate, Due, Moment
from model.entity import Contract
from model.filing import Filing
from model.gate import refused
from model.regime import Item
from reporters.forms import far_52_204_24 as offer
from reporters.forms import far_52_204_25_first as first
from reporters.forms import far_52_204_25_follow_up as follow_up
from reporters.forms import far_52_204_26 as annual
from reporters.forms import far_52_240_90 as provision
from reporters.forms import far_52_240_91 as clause
from reporters.forms._asked import LISTS
from reporters.forms._looks import later
from reporters.regimes import quote
from reporters.regimes._propose import UNCONFIRMED, day
from tests.reporters import sample
from tests.reporters.pages import Page, pages_of

FORMS = (offer, first, follow_up, annual, provision, clause)
BY, DAY = "A. Officer", "2026-11-20"
HELD = Contract("N-1", "Example Agency", tuple(form.LAW.clause for form in FORMS), office="Office 7", dod=False)


def text_of(form: ModuleType, made: Filing) -> str:
    page = Page(form.render(made, "text/html"))
    assert page.faults == []
    return page.text


def filing(answers: Answers = sample.SILENT, contract: Contract = HELD, **fields: object) -> Filing:
    entity = msgspec.structs.replace(sample.ENTITY, contract=(contract,))
    return msgspec.structs.replace(sample.filing(answers, entity=entity), **fields)


def own(form: ModuleType) -> tuple[Item, ...]:
    """The fields of the form's regime that its own paragraph asks for; the two reports of 52.204-25(d) share one regime."""
    others = {first: "(d)(2)(ii)", follow_up: "(d)(2)(i)"}.get(form, "none")
    return tuple(item for item in form.LAW.field if not item.cite.startswith(others))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.ID)
def test_every_field_of_the_clause_is_there_or_asked_for(form: ModuleType) -> None:
    text = text_of(form, filing())
    for item in own(form):
        asked = item.ask if item.per == "entity" else f"{item.cite} {item.label}"
        assert asked in text or f"{item.cite} {item.label}" in text, item.key
        if not item.known and item.key not in LISTS:
            assert f"key: {item.key}" in text, item.key


def test_both_reports_together_have_every_field_of_the_clause() -> None:
    assert {item.key for item in (*own(first), *own(follow_up))} == {item.key for item in first.LAW.field}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.ID)
def test_every_answer_lands_in_its_field_with_who_gave_it(form: ModuleType) -> None:
    given = [Answer(item.key, f"value of {item.key}.", BY, DAY) for item in own(form) if item.per != "service"]
    given += [Answer(item.key, f"service {item.key}.", BY, DAY, service="Monitoring") for item in own(form)]
    seen = tuple(Look(name, BY, DAY, f"looked at {name}.", f"sha256:{'5' * 64}") for name in LISTS)
    text = text_of(form, filing(Answers(answer=tuple(given), look=seen)))
    for item in own(form):
        if item.key in LISTS:
            assert f"looked at {item.key}." in text and f"sha256:{'5' * 64}" in text
        else:
            word = "service" if item.per == "service" else "value of"
            assert f"{word} {item.key}. answered by {BY}, {DAY}" in text, item.key
    if form is not annual:
        assert ": Monitoring" in text


@pytest.mark.parametrize("form", (first, provision, clause), ids=lambda form: form.ID)
def test_a_service_has_every_field_of_a_product(form: ModuleType) -> None:
    given = tuple(Answer(item.key, f"service {item.key}.", BY, DAY, service="Monitoring") for item in form.ITEMS)
    text = text_of(form, filing(Answers(answer=given)))
    for item in form.ITEMS:
        assert f"service {item.key}." in text, item.key


def test_an_answer_about_a_device_does_not_speak_for_a_part_in_it() -> None:
    switch = next(one for one in sample.report().findings if one.components and one.outcome == "clear")
    part = switch.components[0].component
    said = (
        Answer("functionality", "routes everything.", BY, DAY, switch.device),
        Answer("alternatives", "another optic.", BY, DAY, f"{switch.device} {part}"),
    )
    text = text_of(provision, filing(Answers(answer=said)))
    assert "another optic. answered by" in text and "routes everything. answered by" not in text


def test_the_laws_words_for_a_parts_kind_stand_on_its_sheet() -> None:
    text = text_of(provision, filing(Answers()))
    assert "Kind in the law's words telecommunications equipment" in " ".join(text.split())


def test_what_decides_stands_on_the_sheet_once_a_person_has_answered() -> None:
    device = next(one.device for one in sample.report().findings if one.maker == "hikvision")
    said = (Answer("purpose", "watches a public car park.", BY, DAY, device),)
    text = text_of(first, filing(Answers(answer=said)))
    assert text.count("What decides: Is it used for public safety") == 1
    assert f"watches a public car park. answered by {BY}, {DAY}" in text
    assert "What decides" not in text_of(first, filing()) and "Can it route or redirect" in text_of(first, filing())


def test_an_answer_stands_beside_what_the_evidence_says() -> None:
    device = next(one for one in sample.report().findings if one.maker == "huawei" and one.names)
    text = text_of(
        clause, filing(Answers(answer=(Answer("producer-name", "Somebody Else Ltd", BY, DAY, device.device),)))
    )
    assert f"Somebody Else Ltd answered by {BY}, {DAY}; the evidence says: {device.producer}" in text


def test_an_answer_for_one_contract_comes_before_one_for_all_and_stays_there() -> None:
    said = (Answer("efforts-made", "for all.", BY, DAY), Answer("efforts-made", "for N-1.", BY, DAY, contract="N-1"))
    other = msgspec.structs.replace(HELD, number="N-2")
    assert "for all. answered by" in text_of(follow_up, filing(Answers(answer=said)))
    assert "for N-1. answered by" in text_of(follow_up, of(said, HELD))
    assert "for all. answered by" in text_of(follow_up, of(said, other))


def of(said: tuple[Answer, ...], contract: Contract) -> Filing:
    return msgspec.structs.replace(filing(Answers(answer=said), contract), contract=contract)


DIBNET = "https://dibnet.dod.mil"
ORDERS = {"indefinite_delivery": True, "orders": ("F0001", "F0002")}


@pytest.mark.parametrize("form", (first, follow_up, provision, clause), ids=lambda form: form.ID)
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"dod": False},
            f"N-1 contract, no day given Example Agency, Office 7 none {UNCONFIRMED} the Contracting Officer, Office 7 ",
        ),
        (
            {"dod": False, **ORDERS},
            "the Contracting Officer, Office 7, for the indefinite delivery contract; and the Contracting Officer of each "
            "affected order (F0001, F0002)",
        ),
        ({"dod": True}, f"Office 7 none {UNCONFIRMED} {DIBNET} "),
        (
            {"dod": True, **ORDERS},
            f"{DIBNET}; name the indefinite delivery contract and every affected order in the report",
        ),
        (
            {"dod": None},
            f"nobody said whether the office is one of the Department of Defense (dod): if it is, {DIBNET};",
        ),
    ],
    ids=["officer", "both officers", "dibnet", "dibnet with orders", "nobody said"],
)
def test_it_is_reported_where_the_clause_says(form: ModuleType, fields: dict[str, object], words: str) -> None:
    text = text_of(form, filing(contract=msgspec.structs.replace(HELD, **fields)))
    assert words in text
    if fields.get("orders"):
        assert "F0001, F0002" in text


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.ID)
def test_the_set_of_clauses_is_printed_and_who_confirmed_it(form: ModuleType) -> None:
    text = text_of(form, filing())
    assert "not confirmed: whoever read the contract writes confirmed_by" in text and "the entity file lists it" in text
    said = msgspec.structs.replace(HELD, confirmed_by="B. Reader", confirmed_on=DAY, clauses=(*HELD.clauses, "H-9"))
    text = text_of(form, filing(contract=said))
    assert f"confirmed by B. Reader, {DAY}" in text and "H-9 not known" in text and "not confirmed:" not in text
    bare = msgspec.structs.replace(said, clauses=(form.LAW.clause,))
    assert "it is not in the set that was confirmed" in text_of(form, filing(contract=bare))
    stranger = Contract("S-1", clauses=("52.212-4",))
    made = msgspec.structs.replace(filing(contract=stranger), contract=stranger)
    assert f"does not list {form.LAW.clause} among the clauses of S-1" in text_of(form, made)


RECORD = (("on-record-c1", "d1", "(d)(1)"), ("on-record-c2", "d2", "(d)(2)"))


@pytest.mark.parametrize(("key", "box", "paragraph"), RECORD)
def test_what_is_on_record_is_a_persons_word_and_skips_nothing_by_itself(key: str, box: str, paragraph: str) -> None:
    def told(text: str, by: str = BY, *choices: Choice) -> str:
        return text_of(offer, filing(Answers(answer=(Answer(key, text, by, DAY),), choice=choices)))

    may = f"{paragraph} may be one that shall not be completed"
    assert may not in text_of(offer, filing()) and f"whether {paragraph} shall be completed is open" in text_of(
        offer, filing()
    )
    said = told("does-not")
    assert may in said and f'{BY} read on {DAY} that "does not" is on record' in said
    assert "a person skips it, not this program" in said and f"Key: {box}." in said  # the box is left
    assert ("Holds stand on this paper that speak against" in said) == (box == "d2")
    answer = next(iter(offer.LAW.box[box].answers))
    both = told("does-not", BY, Choice(box, answer, BY, DAY))
    assert f"A choice for {box} is given in the answers file all the same" in both
    for text in ("does", "none"):
        assert may not in told(text) and f"{paragraph} is to be completed" in told(text)
    for text, by in (("perhaps", BY), ("does-not", " ")):
        assert may not in told(text, by) and f"The answer given for {key} does not count" in told(text, by)


def test_52_212_3_is_cited_and_not_quoted() -> None:
    text = text_of(offer, filing())
    assert "52.212-3(v)(2)(i)" in text and "52.212-3(v)(2)(ii)" in text
    assert "Quotation: FAR 52.212-3" not in text


@pytest.mark.parametrize(
    ("looks", "words"),
    [
        ((), "No review on record: the clause asks for one at least every 3 months"),
        (("2026-08-22",), "The latest review, of 2026-08-22, is older than 3 months: one was due by 2026-11-22"),
        (("2026-08-23",), "The latest review is of 2026-08-23; the next is due by 2026-11-23"),
        (("2026-01-05", "2026-10-01"), "The latest review is of 2026-10-01; the next is due by 2027-01-01"),
        (("2026-12-01",), "No review on record"),
        (("lately",), "No review on record"),
    ],
)
def test_the_review_of_fascsa_orders_has_an_age(looks: tuple[str, ...], words: str) -> None:
    found = tuple(Look("fascsa-orders", BY, date, "the phrase FASCSA order; nothing new") for date in looks)
    assert words in text_of(clause, filing(Answers(look=found)))


def test_a_review_without_name_or_words_does_not_count() -> None:
    found = (Look("fascsa-orders", "", DAY, ""),)
    text = text_of(clause, filing(Answers(look=found)))
    assert "No review on record" in text and "no: it lacks name and words" in text and "not saved" in text


def test_three_months_are_months_of_the_calendar() -> None:
    for at, months, then in (
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
    ):
        start = day(at)
        assert start and later(start, months) == day(then)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.ID)
def test_a_form_says_what_it_is_not_and_quotes_its_clause(form: ModuleType) -> None:
    text = text_of(form, filing())
    for sentence in form.LAW.is_not:
        assert sentence in text, sentence
    shared = {
        "far-52.204-25": ("covered", "country", "inquiry", "component", "exception_25", "connection_25"),
        "far-52.204-24": ("exception_24", "connection_24"),
        "far-52.240-91": ("critical", "subsidiary"),
    }
    for id, names in shared.items():
        for name in names:
            assert quote(id, name).text.replace("\n", " ") in text, name
    mine = {
        first: "first",
        follow_up: "follow_up",
        offer: "skip",
        annual: "review",
        clause: "quarterly",
        provision: "fascsa",
    }
    assert quote(form.LAW.id, mine[form]).text in text


@pytest.mark.parametrize("form", (first, follow_up, clause, provision), ids=lambda form: form.ID)
def test_a_report_has_no_box_and_says_that_holds_make_it_partial(form: ModuleType) -> None:
    made = filing(Answers(choice=(Choice("c2", "does-not", BY, DAY, form.ID),)))
    text = text_of(form, made)
    assert "[ ]" not in text and "[X]" not in text and refused(made.holds)
    assert f"{len(refused(made.holds)):,} holds stand" in text


@pytest.mark.parametrize("form", (first, follow_up, clause, provision), ids=lambda form: form.ID)
def test_clock_candidates_of_its_own_clause_are_printed_and_no_other(form: ModuleType) -> None:
    moment = Moment("assessed", "2026-11-19T10:00:00.000000Z")
    due = Due("x", "a report", "72 hours", "2026-11-22T10:00:00.000000Z")
    mine = Candidate(form.LAW.id, "dev-1", "hq", "core-7", "covered", "a trigger", (moment,), (due,))
    other = msgspec.structs.replace(mine, clause="dfars-252.204-7018", about="core-8")
    text = text_of(form, filing(clocks=(mine, other)))
    assert "core-7 [dev-1]" in text and "2026-11-22 10:00 UTC" in text and "core-8" not in text


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.ID)
def test_a_site_without_findings_leaves_one_blank_sheet(form: ModuleType) -> None:
    from tests.reporters.test_far_gate import QUIET

    text = text_of(form, sample.filing(made=QUIET))
    if form is not annual:
        assert text.count("1: blank, for a product that the scans do not show") == 1
    for item in own(form):
        assert f"{item.cite} {item.label}" in text or item.ask in text, item.key


def running(form: ModuleType, page: str) -> str:
    """A page without what every page bears at its head and foot, which may stand in the midst of a sentence."""
    return re.sub(rf"Prepared [^.]* by laydown.*?Page \d+ of \d+|^{form.ID} Example Marine LLC", "", page)


@pytest.mark.needs("py:typst")
@pytest.mark.parametrize("form", (offer, first, clause), ids=lambda form: form.ID)
def test_the_pdf_has_the_same_words(form: ModuleType) -> None:
    pages = [running(form, page) for page in pages_of(form.render(filing(), "application/pdf"))]
    text = "".join("".join(pages).split()).replace("\u200b", "")
    for item in own(form):
        asked = (f"{item.cite} {item.label}", item.ask)
        assert any("".join(words.split()) in text for words in asked), item.key
