"""The forms say what they must, tick nothing by themselves, and refuse where the gate refuses: in both media."""

import re
from collections.abc import Callable, Sequence
from types import ModuleType

import pytest

from model.answers import Answer, Answers, Choice, Class, Disposition, Signer
from model.entity import Entity, EntitySite
from model.evidence import Evidence
from model.filing import Filing
from model.folder import modules
from model.gate import refused
from model.report import Report
from reporters.forms import far_52_204_26, far_52_240_90
from reporters.regimes import quote, regimes
from tests.reporters import sample
from tests.reporters.pages import Page, pages_of

FORMS = modules("reporters.forms")
DAY = "2026-11-23"
NO_USE = Choice("c2", "does-not", "A. Officer", DAY)
ONE_SITE = Entity(name="Example Marine LLC", uei=sample.SITE.uei, cage=sample.SITE.cage, site=(EntitySite("hq"),))
Read = Callable[[ModuleType, Filing], str]


def html_text(form: ModuleType, filing: Filing) -> str:
    return Page(form.render(filing, "text/html")).text


def pdf_text(form: ModuleType, filing: Filing) -> str:
    return " ".join(pages_of(form.render(filing, "application/pdf")))


@pytest.fixture(params=[html_text, pytest.param(pdf_text, marks=pytest.mark.needs("py:typst"))], ids=["html", "pdf"])
def read(request: pytest.FixtureRequest) -> Read:
    found: Read = request.param
    return found


def told(text: str) -> str:
    """Without spaces: a PDF breaks lines, and long words, where it likes."""
    return re.sub(r"[\s\u200b]+", "", text)


def quiet() -> Report:
    """A site whose holds can all be lifted: two devices of a maker that is not listed, and a full ledger."""
    from fingerprints.assess import assess
    from model.claims import Fact
    from model.run import End, Ledger, Start, noted

    facts = [(f"10.0.0.{n}", "self", sample.DESCR, "Cisco IOS Software") for n in (1, 2)]
    evidence = sample.exchanges(facts)
    start = Start("r", "laydown test", "desk/eth0", sample.SITE, targets=("10.0.0.0/24",))
    ledger = Ledger("r", "t", "10.0.0.0/24", "done", asked=("10.0.0.1", "10.0.0.2"), answered=("10.0.0.1", "10.0.0.2"))
    events = (start, ledger, End("r", "done"))
    notes = [noted(event, "desk/eth0", f"2026-11-20T09:00:0{n}.000000Z") for n, event in enumerate(events)]
    ids = {one.observation.target: one.id for one in evidence}

    def known(found: Sequence[Evidence]) -> list[Fact]:
        given = {one.id for one in found}
        return [Fact(ids[target], *rest) for target, *rest in facts if ids[target] in given]

    return assess([*notes, *evidence], {"t": known}, sample.pack(), "test")  # type: ignore[dict-item]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_says_what_it_is(name: str) -> None:
    form = FORMS[name]
    assert re.sub(r"[^0-9a-z]", "_", form.ID.lower()) == name
    assert form.TITLE and form.CITES and set(form.MEDIA) >= {"text/html", "application/pdf"}


def test_no_box_is_ticked_without_a_persons_word(read: Read) -> None:
    for report in (sample.report(), quiet()):
        text = read(far_52_204_26, sample.filing(made=report, entity=ONE_SITE))
        assert text.count("[ ]") == 4 and "[X]" not in text
        assert "Nobody has answered" in text


def test_does_not_use_is_refused_while_a_hold_stands(read: Read) -> None:
    filing = sample.filing(Answers(choice=(NO_USE,)))
    text = read(far_52_204_26, filing)
    assert refused(filing.holds)
    assert "[X]" not in text
    assert '"Does not use" is refused' in text
    assert "The answer given for c2 is not entered" in text
    for hold in refused(filing.holds):
        if "\u202e" not in hold.text:
            assert told(text).count(told(hold.text)) >= 2, hold.text  # as the reason, and in the table of holds


def test_does_not_use_is_ticked_on_a_persons_word_once_no_hold_stands(read: Read) -> None:
    filing = sample.filing(Answers(choice=(NO_USE,)), quiet(), ONE_SITE)
    text = read(far_52_204_26, filing)
    assert not refused(filing.holds)
    assert text.count("[X]") == 1 and "[X] does not use" in text
    assert "Ticked on the word of A. Officer, 2026-11-23" in text
    assert "is refused" not in text


@pytest.mark.parametrize(
    "choices",
    [
        (Choice("c2", "does-not", "", DAY),),
        (Choice("c2", "does-not", "A. Officer", ""),),
        (Choice("c2", "does-not", "A. Officer", "yesterday"),),
        (Choice("c2", "never", "A. Officer", DAY),),
        (NO_USE, Choice("c2", "does", "B. Other", DAY)),
    ],
    ids=["nobody", "no day", "no such day", "no such answer", "two answers"],
)
def test_a_choice_that_is_not_whole_ticks_nothing(choices: tuple[Choice, ...]) -> None:
    text = html_text(far_52_204_26, sample.filing(Answers(choice=choices), quiet(), ONE_SITE))
    assert "[X]" not in text and "The answer given for c2 is not entered" in text


def test_does_use_and_provide_are_a_persons_alone(read: Read) -> None:
    choices = (Choice("c2", "does", "A. Officer", DAY), Choice("c1", "does-not", "A. Officer", DAY))
    text = read(far_52_204_26, sample.filing(Answers(choice=choices)))
    assert text.count("[X]") == 2 and "[X] does, [ ] does not use" in text and "[X] does not provide" in text
    assert "never derived from a scan" in text


def test_a_choice_for_a_box_that_is_not_there_is_said() -> None:
    text = html_text(far_52_204_26, sample.filing(Answers(choice=(Choice("d1", "will", "A. Officer", DAY),))))
    assert "Choices for boxes that this form does not have d1: will" in text


def test_a_paper_of_sites_answers_for_no_entity(read: Read) -> None:
    alone = Entity(name="Example Marine LLC", site=(EntitySite("hq"),), site_only=True)
    text = read(far_52_204_26, sample.filing(Answers(choice=(NO_USE,)), quiet(), alone))
    assert "[X]" not in text and "the representation is the entity's" in text
    first = pages_of(far_52_204_26.render(sample.filing(made=quiet(), entity=alone), "application/pdf"))[0]
    assert "is not the entity's" in first


@pytest.mark.parametrize("form", [far_52_204_26, far_52_240_90], ids=lambda form: form.ID)
def test_page_1_has_the_entity_and_the_holes(form: ModuleType) -> None:
    first = pages_of(form.render(sample.filing(), "application/pdf"))[0]
    for words in (
        "Example Marine LLC",
        "ABCDEF123456",
        "1AB23",
        "Annex (annex)",
        "NOT EXAMINED: no report",
        "holds stand",
    ):
        assert words in first, words
    for words in ("subnet 10.0.9.0/24 is not examined", "incomplete: the link dropped", "00:11:22:33:44:55"):
        assert words in first, words


@pytest.mark.parametrize("form", [far_52_204_26, far_52_240_90], ids=lambda form: form.ID)
def test_the_record_behind_it_is_whole(form: ModuleType, read: Read) -> None:
    filing = sample.filing()
    text = told(read(form, filing))
    report = filing.reports[0].report
    for words in (filing.reports[0].digest, report.inputs.evidence, report.inputs.pack, *report.inputs.registry):
        assert told(words) in text, words
    for words in (
        "P. Porter, CHG-7, nights",
        "laydown test at desk/eth0",
        "asked = answered + silent + refused + excluded",
    ):
        assert told(words) in text, words
    for words in (
        "OPT777",
        "210235TEST01",
        "sw-hq-1, port Gi0/7, VLAN 10",
        "Sold as Lorex, built by Dahua",
        "Signature",
    ):
        assert told(words) in text, words
    for words in (
        "Section 1656 (2 findings)",
        "Our reading",
        "not legal advice",
        "Nobody has answered anything yet".lower(),
    ):
        assert told(words) in text or told(words) in text.lower(), words
    assert "compliant" not in text.lower() and "clean" not in text.lower()


def test_unanswered_and_answered_questions_are_both_printed(read: Read) -> None:
    device = next(one.device for one in sample.report().findings if one.maker == "hikvision")
    said = Answer("purpose", "Watching the car park.", "A. Officer", DAY, device)
    text = read(far_52_204_26, sample.filing(Answers(answer=(said,))))
    assert "Watching the car park." in text and "A. Officer" in text
    assert ("to be answered by a person" in text or "unanswered; key:" in text) and "user-data" in text


def test_dispositions_are_printed_with_name_day_and_reason_even_if_they_lift_nothing(read: Read) -> None:
    words = (
        Disposition("a guest's telephone", "no", "A. Officer", "2027-01-01", "guest network", of=Class(vlan="20")),
        Disposition("the landlord", "no", "B. Other", "2020-01-01", "long ago", "10.0.9.0/24"),
    )
    text = read(far_52_204_26, sample.filing(Answers(disposition=words)))
    for part in ("class: vlan 20", "a guest's telephone", "A. Officer", "2027-01-01", "6 holds", "guest network"):
        assert part in text, part
    for part in ("the landlord", "B. Other", "long ago", "nothing", "What lifts nothing is past its day"):
        assert part in text, part
    assert "lifted by A. Officer until 2027-01-01" in text


def test_the_law_is_quoted_marked_dated_and_word_for_word(read: Read) -> None:
    text = told(read(far_52_240_90, sample.filing()))
    own = [(far_52_240_90.ID, name) for name in ("submission", "disclose", "where", "later")]
    shared = [("far-52.204-25", "inquiry"), ("far-52.204-24", "exception_24"), ("far-52.204-25", "exception_25")]
    for one in (*own, *shared):
        words = quote(*one)
        assert told(words.text) in text, one
        assert told(f"Quotation: {words.clause} ({words.dated})") in text, one


@pytest.mark.shared
def test_every_quotation_stands_in_the_clauses(shared: object) -> None:
    """The overhaul's text was extracted with `?` for dashes and apostrophes; the quotations have them back."""
    from pathlib import Path

    folder = Path(str(shared)) / "facts" / "clauses"
    # Running heads of the pages that the Defense texts were read from stand in the middle of sentences.
    heads = re.compile(r"Page \d+ of \d+\s+Attachment A1\s+DARS Tracking.*?Part 240\n", re.DOTALL)
    held = re.sub(r"[\W_]+", "", heads.sub("", " ".join(path.read_text() for path in folder.iterdir())))
    texts: list[str] = []
    for regime in regimes().values():
        texts += [words.text for words in regime.quote.values()]
        texts += [part for box in regime.box.values() for part in (box.before, box.after)]
        texts += [item.words for item in regime.field] + [one.trigger for one in regime.deadline]
    for text in texts:
        for part in text.split("[...]"):
            assert re.sub(r"[\W_]+", "", part) in held, part


def test_the_hold_sheet_says_that_submitting_is_representing(read: Read) -> None:
    text = read(far_52_240_90, sample.filing())
    assert "Submitting an offer is the representation" in text
    assert "does not cover paragraphs (d) to (f)" in text
    assert "[ ]" not in text and "[X]" not in text
    assert "72 hours" in text
    for hold in refused(sample.filing().holds):
        if "\u202e" not in hold.text:
            assert told(hold.text) in told(text), hold.text


def test_each_product_is_disclosed_once_with_every_field(read: Read) -> None:
    text = read(far_52_240_90, sample.filing())
    # Lorex, Huawei switch, Hikvision, the suspect camera, the optic, the network interface
    assert len(re.findall(r"Disclosure \d+: ", text)) >= 6 and "6 products below" in text
    for field in ("(i) ", "(ii) ", "(iii) ", "(iv) ", "(v) ", "(vi) ", "(vii) ", "(viii)(A) ", "(viii)(C) ", "(ix) "):
        assert text.count(field) >= 6, field
    assert "W000-26-R-0001" in text and "FASCSA orders, was not examined" in text
    assert "has reason to suspect" in text and "identified: made by a listed producer" in text


def test_units_of_one_model_are_one_product_and_answers_fill_its_fields(read: Read) -> None:
    model = [(t, "self", "entity.model_name", "DS-TEST") for t in ("10.0.0.3", "10.0.0.9")]
    facts = [(t, "self", sample.DESCR, "Hikvision company products") for t in ("10.0.0.3", "10.0.0.9")]
    report = sample.report((*facts, *model))
    first = report.findings[0].device
    said = (
        Answer("functionality", "Records cameras.", "A. Officer", DAY, first),
        Answer("mitigation", "To be replaced.", "B. Other", DAY),
    )
    text = read(far_52_240_90, sample.filing(Answers(answer=said), report))
    assert "1 product below" in text and "DS-TEST" in text
    assert "Records cameras." in text and "answered by A. Officer, 2026-11-23" in text and "To be replaced." in text


def test_signer_is_printed_and_the_signature_left_to_a_hand(read: Read) -> None:
    text = read(far_52_204_26, sample.filing(Answers(signer=Signer("A. Officer", "Compliance officer", DAY))))
    assert "A. Officer" in text and "Compliance officer" in text and "Signature" in text
