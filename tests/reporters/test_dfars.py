"""Section 1656's forms: every field of the three texts, its own findings alone, no tick and no gate of a scan's, never called 889."""

import re
from types import ModuleType

import msgspec
import pytest

from model.answers import Answer, Answers, Choice, ClockWord
from model.clocks import Candidate, Due, Moment
from model.entity import Contract
from model.filing import Filing
from model.gate import refused
from reporters.forms import dfars_252_204_7016 as annual
from reporters.forms import dfars_252_204_7017 as offer
from reporters.forms import dfars_252_204_7018_first as first
from reporters.forms import dfars_252_204_7018_follow_up as follow_up
from reporters.forms import flow_down
from reporters.forms._dfars import makers
from reporters.forms._flow_down import LAW as DOWN
from reporters.regimes import regime, regimes
from tests.reporters import sample
from tests.reporters.pages import Page, pages_of

FORMS = (annual, offer, first, follow_up)
BY, DAY = "A. Officer", "2026-11-23"
CORE = "dev-5e72f422ec34"
DOES, DOES_NOT = (Choice("c", one, BY, DAY, annual.ID) for one in ("does", "does-not"))
NUMBER = "W912-26-C-0009"
CLAUSED = Contract(NUMBER, "Department of Defense", ("252.204-7018",), dod=True, orders=("F-001", "F-002"))


def text_of(form: ModuleType, filing: Filing) -> str:
    page = Page(form.render(filing, "text/html"))
    assert page.faults == []
    return page.text


def claused() -> Filing:
    entity = msgspec.structs.replace(sample.ENTITY, contract=(*sample.ENTITY.contract, CLAUSED))
    return sample.filing(entity=entity)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.ID)
def test_every_field_of_the_clause_is_asked(form: ModuleType) -> None:
    law = regime(form.LAW.id)
    keys = {*form.CONTRACT, *form.PRODUCT} if form in (first, follow_up) else {item.key for item in law.field}
    text = text_of(form, sample.filing())
    for item in law.field:
        if item.key in keys:
            assert f"{item.cite} {item.label}" in text, item.key


def test_both_reports_together_ask_every_field_of_the_clause() -> None:
    asked = {*first.CONTRACT, *first.PRODUCT, *follow_up.CONTRACT, *follow_up.PRODUCT}
    assert asked == {item.key for item in regime("dfars-252.204-7018").field}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.ID)
def test_an_answer_fills_each_field_and_names_who_gave_it(form: ModuleType) -> None:
    law = form.LAW
    keys = {*form.CONTRACT, *form.PRODUCT} if form in (first, follow_up) else {item.key for item in law.field}
    items = [item for item in law.field if item.key in keys]
    said = tuple(
        Answer(
            item.key, f"said of {item.key} {item.per}", BY, DAY, service="radio link" if item.per == "service" else ""
        )
        for item in items
    )
    text = text_of(form, sample.filing(Answers(answer=said)))
    for item in items:
        assert re.search(rf"said of {item.key} {item.per} answered by A\. Officer, 2026-11-23", text), item.key
    assert ("Service: radio link" in text) == (form is offer)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.ID)
def test_the_findings_are_its_own_alone(form: ModuleType) -> None:
    text = text_of(form, sample.filing())
    table = text.partition("Devices and parts whose maker Section 1656 names")[2].partition(
        "2 other devices and parts"
    )[0]
    assert "core-2 covered Huawei" in table and "OPT777" in table
    assert "Dahua" not in table and "Hikvision" not in table and table
    assert "matters of FCC covered list, Section 889, not of this paper" in text
    assert "Hangzhou" not in text.partition("Holes")[2].partition("Scope and method")[0]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.ID)
def test_no_far_exception_and_no_use_ban_stand_in_it(form: ModuleType) -> None:
    text = text_of(form, sample.filing())
    assert "route or redirect" not in text and "backhaul" not in text
    assert "Part B" not in text and "does not use" not in text.lower()
    assert "Section 889" in text.partition("What this form is not")[2]  # as what it is not, and what other findings are
    assert "889" not in form.TITLE + "".join(form.CITES)
    assert "compliant" not in text.lower() and "clean" not in text.lower()


def test_the_texts_are_dated_and_the_countries_and_missions_quoted() -> None:
    dated = {one.id: one.dated for one in regimes().values() if one.authority == "section-1656"}
    assert dated == {
        "dfars-252.204-7016": "Dec 2019",
        "dfars-252.204-7017": "May 2021",
        "dfars-252.204-7018": "Jan 2023",
    }
    text = text_of(first, sample.filing())
    assert "The Russian Federation" in text and "The nuclear deterrence mission of DoD" in text
    periods = [(one.count, one.unit, one.after) for one in regime("dfars-252.204-7018").deadline]
    assert periods == [(3, "business-days", "trigger"), (30, "business-days", "first")]


@pytest.mark.parametrize(
    ("form", "key", "answers"), [(annual, "c", ("does", "does-not")), (offer, "d", ("will", "will-not"))]
)
def test_a_scan_neither_ticks_nor_gates_a_provide_box(form: ModuleType, key: str, answers: tuple[str, str]) -> None:
    assert refused(sample.filing().holds) and form.LAW.box[key].gated == ""
    blank = text_of(form, sample.filing())
    assert blank.count("[ ]") == 2 and "[X]" not in blank and f"Key: {key}." in blank
    for answer in answers:
        said = text_of(form, sample.filing(Answers(choice=(Choice(key, answer, BY, DAY),))))
        assert said.count("[X]") == 1 and f"[X] {form.LAW.box[key].answers[answer]}" in said
    nobody = text_of(form, sample.filing(Answers(choice=(Choice(key, answers[1], "", DAY),))))
    assert "[X]" not in nobody and "the choice names no person" in nobody


def test_the_offer_is_asked_only_of_whoever_said_does() -> None:
    assert "Nobody has said here what 252.204-7016(c) represents" in text_of(offer, sample.filing())
    assert "(d) is to be completed" in text_of(offer, sample.filing(Answers(choice=(DOES,))))
    assert "(d) is not required" in text_of(offer, sample.filing(Answers(choice=(DOES_NOT,))))
    both = text_of(offer, sample.filing(Answers(choice=(DOES, DOES_NOT))))
    assert "Nobody has said here" in both and "is not required" not in both.replace("The Offeror is not required", "")


def test_a_report_names_the_contract_its_orders_and_its_clock() -> None:
    word = ClockWord("dfars-252.204-7018", CORE, "yes", BY, DAY, "found in the rack")
    moments = (Moment("answered", "2026-11-01T10:00:00.000000Z"),)
    due = Due("first", "first report", "3 business days", "2026-11-05T04:59:59.000000Z")
    later = Due("follow-up", "follow-up", "30 business days", "2026-12-18T04:59:59.000000Z")
    open_ = Candidate("dfars-252.204-7018", CORE, "hq", "core-2", "covered", "identifies", moments, (due, later))
    other = msgspec.structs.replace(open_, clause="far-52.204-25", about="another clock")
    filing = msgspec.structs.replace(claused(), clocks=(open_, msgspec.structs.replace(open_, word=word), other))
    text = text_of(first, filing)
    assert NUMBER in text and "F-001, F-002" in text and "W000-26-R-0001" not in text.partition("The report of")[2]
    assert "first report (3 business days): 2026-11-05 04:59 UTC nobody" in text
    assert "accepted by A. Officer, 2026-11-23: found in the rack" in text
    assert "another clock" not in text and "30 business days): 2026" not in text
    assert "follow-up (30 business days): 2026-12-18" in text_of(follow_up, filing)


def test_a_product_that_no_report_knows_can_be_told_all_the_same() -> None:
    quiet = sample.report(tuple(fact for fact in sample.FACTS if fact[0] == sample.LOREX))
    said = Answer("brand", "ZTE ZXR10", BY, DAY)
    text = text_of(first, sample.filing(Answers(answer=(said,)), quiet))
    assert "Product 1: one that no report knows" in text and "ZTE ZXR10" in text


def test_an_answer_about_one_unit_is_told_of_that_unit() -> None:
    facts = [(f"10.0.0.{n}", "self", key, value) for n in (2, 9) for key, value in HUAWEIS]
    report = sample.report(tuple(facts))
    one = report.findings[0]
    text = text_of(
        first, sample.filing(Answers(answer=(Answer("supplier-name", "Shop", BY, DAY, one.device),)), report)
    )
    assert len(report.findings) == 2 and f"{one.addresses[0]}: Shop" in text


HUAWEIS = (
    (sample.DESCR, "Huawei Versatile Routing Platform Software VRP (R) software"),
    ("entity.model_name", "S5720"),
)


def test_parts_are_reached_by_the_makers_the_data_names() -> None:
    assert {"huawei", "zte", "hisilicon"} <= makers()
    assert not {"hikvision", "dahua", "hytera", "cisco"} & makers()


@pytest.mark.needs("py:typst")
@pytest.mark.parametrize("form", [offer, follow_up], ids=lambda form: form.ID)
def test_the_pdf_says_the_same(form: ModuleType) -> None:
    pages = pages_of(form.render(claused(), "application/pdf"))
    said = re.sub(r"[\s\u200b]+", "", "".join(pages))
    for words in ("Findings under Section 1656", "core-2", "OPT777", "210235TEST01", "Example Marine LLC"):
        assert words.replace(" ", "") in said, words


def test_a_certificate_tells_duties_from_requests() -> None:
    text = text_of(flow_down, sample.filing())
    assert "excluding paragraph (b)(2)" in text and "but excluding subparagraphs (d)(1) and (i)(1)" in text
    assert re.search(r"FAR 52\.204-25 \(b\)\(2\) NO", text) and re.search(r"FAR 52\.240-91 \(d\)\(1\) NO", text)
    duties, requests = text.split("What the prime requests beyond the clauses")
    assert "Request of the prime" not in duties and "fd-use" not in duties
    assert "A request, not a duty" in requests and "in this form's own words" in requests and "[X]" not in text
    for item in DOWN.field:
        assert f"{item.cite} {item.label}" in text, item.key


@pytest.mark.shared
def test_the_certificate_quotes_word_for_word(shared: object) -> None:
    from pathlib import Path

    held = re.sub(
        r"[\W_]+", "", " ".join(path.read_text() for path in (Path(str(shared)) / "facts" / "clauses").iterdir())
    )
    words = [one.text for one in DOWN.quote.values()] + [item.words for item in DOWN.field]
    for part in (part for text in words for part in text.split("[...]")):
        assert re.sub(r"[\W_]+", "", part) in held, part


def test_a_subcontractor_answers_for_itself_and_use_is_gated() -> None:
    sub = Contract(
        "SUB-7", kind="subcontract", prime="Prime Works Inc", clauses=("52.204-25",), supply_category="switches"
    )
    entity = msgspec.structs.replace(sample.ENTITY, contract=(*sample.ENTITY.contract, sub))
    said = (Choice("fd-use", "does-not", BY, DAY), Choice("fd-provide", "will-not", BY, DAY))
    text = text_of(flow_down, sample.filing(Answers(choice=said), entity=entity))
    for words in ("SUB-7", "Prime Works Inc", "switches", "52.204-25 from the entity file"):
        assert words in text, words
    assert text.count("[X]") == 1 and "[X] will not provide" in text
    assert "The answer given for fd-use is not entered" in text
