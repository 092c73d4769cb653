"""The laydown and its plan: categories, what hangs on a thing, words that cannot stand, sums, bars; the inquiry record."""

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.answers import Answer, Answers, Look, Removal
from model.entity import Contract, EntitySite
from model.filing import Filing, Held
from model.gate import refused
from reporters._document import Bar, Document, Gantt, Table
from reporters._gantt import MOST, charted
from reporters.forms import inquiry_record, laydown
from reporters.forms._hangs import hanging
from reporters.forms._phase_out import faults, plans, sums
from reporters.media import html, pdf
from tests.reporters import sample
from tests.reporters.pages import Page, pages_of

BY, DAY = "A. Officer", "2026-11-23"
CORE, RECORDER, LOREX, CAMERA = "dev-5e72f422ec34", "dev-c186dde93fc8", "dev-5135e53cf0cd", "dev-dae0ba33c625"
SWITCH = "dev-69050d68b320"  # clear itself, with an optic that is not
WORD = Removal(CORE, BY, DAY, "core switch", "Model B", "2027-01-10", "2027-03-01", "12500.50")


def word(device: str = CORE, **changed: str) -> Removal:
    return msgspec.structs.replace(WORD, device=device, **changed)


def planned(*words: Removal) -> Filing:
    return sample.filing(Answers(removal=words))


def text_of(filing: Filing) -> str:
    page = Page(laydown.render(filing, "text/html"))
    assert page.faults == []
    return page.text


def summed(filing: Filing) -> Table:
    return sums(filing, plans(filing))


def group(filing: Filing, by: str) -> dict[tuple[str, str], str]:
    return {(row[1], row[2]): row[3] for row in summed(filing).rows if row[0] == by}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (word(start="2027-02-30"), "its start '2027-02-30' is no day that can be"),
        (word(end="next May"), "its end 'next May' is no day that can be"),
        (word(end="0027-03-01"), "its end '0027-03-01' is no day that can be"),
        (word(date=""), "its date '' is no day that can be"),
        (word(end="2027-01-09"), "it would end on 2027-01-09, before it starts on 2027-01-10"),
        *(
            (word(cost=one), f"its cost {one!r} is no number")
            for one in ("1,250", "12e3", "NaN", "-5", "about 9", "=1+1", "١٢", "1" * 40)
        ),
        (word(currency="dollars"), "its currency 'dollars' is no code"),
        (word(by=""), "nobody is named"),
    ],
)
def test_a_word_that_cannot_stand_is_named_and_in_no_sum_and_no_bar(wrong: Removal, why: str) -> None:
    assert [one for one in faults(wrong) if why in one] and len(faults(wrong)) <= 2
    filing = planned(wrong, word(RECORDER, cost="100", currency="USD"))
    assert group(filing, "everything") == {("all plans", "USD"): "100"}
    text = text_of(filing)
    assert f"{CORE} (core-2): {why}" in text
    assert "core-2 (hq)" not in text.partition("When it is replaced")[2]


def test_a_word_without_days_or_cost_is_asked_and_no_fault() -> None:
    bare = word(start="", end="", cost="")
    assert faults(bare) == ()
    filing = planned(bare)
    assert "asked to asked asked A. Officer" in text_of(filing)
    assert [row[2:] for row in summed(filing).rows if row[0] == "everything"] == [("-", "no cost given", "0", "1")]


def test_two_words_for_one_thing_cancel_each_other_unless_contracts_part_them() -> None:
    both = planned(word(), word(cost="1"))
    assert summed(both).rows == () and "2 words on it for the same contract" in text_of(both)
    parted = planned(word(contract="W1", cost="1"), word(contract="W2", cost="2"))
    assert group(parted, "contract") == {("W1", "USD"): "1", ("W2", "USD"): "2"}


def test_a_plan_about_nothing_accused_is_said_and_not_summed() -> None:
    filing = planned(word("dev-nobody"), word("dev-f2a1ef72fcb6"))
    assert summed(filing).rows == ()
    assert text_of(filing).count("it is about nothing that the reports accuse") == 2


def test_each_currency_is_summed_by_itself_and_exactly() -> None:
    said = [word(one, cost="0.10") for one in (CORE, RECORDER, LOREX)]
    filing = planned(*said, word(CAMERA, cost="7", currency="EUR"))
    assert group(filing, "everything") == {("all plans", "USD"): "0.30", ("all plans", "EUR"): "7"}


def test_sums_go_by_site_region_contract_and_supply_category() -> None:
    entity = msgspec.structs.replace(
        sample.ENTITY,
        site=(EntitySite("hq", region="Gulf Coast"),),
        contract=(Contract("W1", supply_category="switching"),),
    )
    said = (
        word(contract="W1", cost="1000"),
        word(RECORDER, cost="200", supply_category="video"),
        word(LOREX, cost="3"),
    )
    filing = sample.filing(Answers(removal=said), entity=entity)
    assert group(filing, "site") == {("hq", "USD"): "1,203"}
    assert group(filing, "region") == {("Gulf Coast", "USD"): "1,203"}
    assert group(filing, "contract") == {("W1", "USD"): "1,000", ("no contract named", "USD"): "203"}
    assert group(filing, "supply category") == {
        ("switching", "USD"): "1,000",
        ("video", "USD"): "200",
        ("no category named", "USD"): "3",
    }


def test_two_reports_of_one_device_cost_it_once() -> None:
    filing = planned(word())
    again = msgspec.structs.replace(
        filing, reports=(*filing.reports, Held(filing.reports[0].report, "sha256:" + "0" * 64))
    )
    assert group(again, "everything") == group(filing, "everything")


@given(st.lists(st.decimals(0, 10**9, places=2), max_size=4))
def test_the_sum_is_the_sum(costs: list[Decimal]) -> None:
    things = (CORE, RECORDER, LOREX, CAMERA)
    filing = planned(*(word(one, cost=f"{cost:f}") for one, cost in zip(things, costs, strict=False)))
    said = group(filing, "everything").get(("all plans", "USD"), "0").replace(",", "")
    assert Decimal(said) == sum(costs, Decimal())


def test_parts_go_with_their_device_or_have_a_plan_of_their_own() -> None:
    text = text_of(planned(word(RECORDER), word(f"{SWITCH} 1001", replacement="another optic")))
    assert "goes with 10.0.0.3" in text and "another optic" in text
    alone = planned(
        word(SWITCH, replacement="new switch")
    )  # the device is clear: the word is about its one accused part
    assert [plan.unit.name for plan in plans(alone) if plan.counted] == ["part 1001 of sw-hq-1"]
    assert text_of(planned()).count("NO PLAN: nobody has spoken") == 6


def test_what_hangs_on_a_device_comes_from_the_tables() -> None:
    found = hanging(sample.filing())["hq", SWITCH]
    assert dict(found.ports)["port Gi0/7, VLAN 10"] == (sample.FORMULA,)
    assert set(dict(found.ports)["port Gi0/12, VLAN 20"]) == {sample.STRAY, sample.RANDOM}
    assert found.networks == ("subnet 10.0.9.0/24", "vlan 10", "vlan 20", "vlan 30") and found.neighbours == ()
    assert found.short() == "4 things at 3 ports, 4 networks"
    text = text_of(planned())
    assert "4 things at 3 ports, 4 networks" in text and "port Gi0/8, VLAN 20" in text
    assert hanging(sample.filing()).keys() == {("hq", SWITCH)}


def test_presences_are_told_by_category_of_equipment_and_of_system() -> None:
    said = (
        Answer("laydown-system", "video surveillance", BY, DAY, RECORDER),
        Answer("laydown-equipment", "core switch", BY, DAY, CORE),
        Answer("laydown-justification", "The vendor ships in May.", BY, DAY),
        Answer("purpose", "Records the quay.", BY, DAY, RECORDER),
    )
    text = text_of(sample.filing(Answers(answer=said)))
    assert "recorder video surveillance hq covered 1" in text and "core switch asked hq covered 1" in text
    assert (
        "nic video surveillance hq suspect 1" in text
        and "The vendor ships in May." in text
        and "Records the quay." in text
    )


def test_it_says_what_it_is_modelled_on_and_that_nothing_requires_it() -> None:
    text = text_of(sample.filing())
    assert "modelled on former FAR 4.2104(a)" in text and "No authority is known to us that requires" in text
    assert "13 August 2021 (Part A)" in text and "13 August 2022 (Part B)" in text
    for key, question in laydown.QUESTIONS:
        assert f"key: {key}" in text and question in text
    assert "6 devices and parts without a plan that can stand" in text
    assert "compliant" not in text.lower() and "clean" not in text.lower()


ISO = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(st.lists(st.tuples(ISO, ISO).map(sorted), min_size=1, max_size=8))
def test_bars_stand_where_their_days_are(days: list[list[date]]) -> None:
    made = charted(Gantt("g", tuple(Bar(str(n), str(a), str(b)) for n, (a, b) in enumerate(days))))
    for bar, (start, end) in zip(made.bars, days, strict=True):
        assert 0 <= bar.at < 1 and bar.width > 0 and bar.at + bar.width <= 1 + 1e-9
        assert (bar.start, bar.end) == (str(start), str(end))
    order = sorted(zip((start for start, _ in days), (bar.at for bar in made.bars), strict=True))
    assert all(a[1] <= b[1] for a, b in pairwise(order))
    assert 1 <= len(made.ticks) <= MOST + 1 and all(0 <= tick.at < 1 for tick in made.ticks)
    assert all(a.at < b.at for a, b in pairwise(made.ticks))


BARS = Gantt("When", (Bar("<b>core</b>-2", "2027-01-10", "2027-03-01"), Bar("x" * 90, "2027-02-01", "2027-02-01")))


def document(block: Gantt) -> Document:
    return Document("id", "t", "s", "e", sample.PREPARED, False, "test", (block,))


def test_a_gantt_is_a_table_whose_last_column_is_drawn() -> None:
    page = Page(html.write(document(BARS), sample.filing()))
    assert page.faults == []
    rects = page.all("rect")
    assert (
        len(rects) == 2 and rects[0]["x"] == "10.0%" and rects[0]["width"] == "56.67%"
    )  # day 10 to 60 of the 90 of a quarter
    assert all(one["aria-hidden"] == "true" for one in page.all("svg"))
    assert "<b>core</b>-2 2027-01-10 2027-03-01" in page.text
    assert {one.get("scope") for one in page.all("th")} == {"col", "row"}
    empty = Page(html.write(document(Gantt("When", (), "nothing is planned")), sample.filing()))
    assert "When: nothing is planned." in empty.text and not empty.all("svg")


def test_other_media_have_its_table() -> None:
    assert BARS.table().rows[0] == ("<b>core</b>-2", "2027-01-10", "2027-03-01")


@pytest.mark.needs("py:typst")
def test_a_gantt_is_drawn_in_the_pdf_beside_its_words() -> None:
    made = pdf.write(document(BARS), sample.filing())
    said = re.sub(r"[\s\u200b]+", "", "".join(pages_of(made)))
    assert "<b>core</b>-22027-01-102027-03-01" in said and "x" * 90 in said and "2027-01" in said
    assert len(pages_of(pdf.write(document(Gantt("When", ())), sample.filing()))) == 1
    many = Gantt("When", tuple(Bar(f"device-{n:03}", "2027-01-10", "2027-03-01") for n in range(200)))
    pages = pages_of(pdf.write(document(many), sample.filing()))
    assert len(pages) > 3 and all(f"device-{n:03}" in "".join(pages) for n in range(200))


@pytest.mark.needs("py:typst")
def test_the_laydown_is_a_pdf_with_its_plan() -> None:
    made = laydown.render(planned(word()), "application/pdf")
    said = re.sub(r"[\s\u200b]+", "", "".join(pages_of(made)))
    for words in ("Phase-out plan", "12,500.50", "Model B", "core-2(hq)2027-01-102027-03-01", "Whatitdoes"):
        assert words.replace(" ", "") in said, words


SAVED = "sha256:" + "5a" * 32


def test_the_inquiry_record_names_who_looked_where_and_what_is_left() -> None:
    looks = (
        Look("sam-exclusions", BY, DAY, "searched for the five producers", SAVED),
        Look("fascsa-orders", "", "soon", "", "file"),
    )
    said = tuple(Answer(key, f"said of {key}", BY, DAY) for key, _ in inquiry_record.QUESTIONS)
    filing = sample.filing(Answers(look=looks, answer=said))
    page = Page(inquiry_record.render(filing, "text/html"))
    assert page.faults == []
    for key, question in inquiry_record.QUESTIONS:
        assert f"said of {key}" in page.text and question in page.text
    report = filing.reports[0].report
    for words in (
        SAVED,
        filing.reports[0].digest,
        report.inputs.evidence,
        report.inputs.pack,
        "P. Porter",
        "Coverage ledger OPEN",
    ):
        assert words in page.text, words
    assert f"A. Officer 2026-11-23 {SAVED} nothing" in page.text and "file name, day, words, saved result" in page.text
    left = page.text.partition("What was not looked at")[2].partition("Findings that matter")[0]
    for hold in refused(filing.holds):
        if hold.kind in ("site", "network", "coverage", "mac"):
            assert hold.text in left, hold.text
    assert "[X]" not in page.text and "[ ]" not in page.text
