"""Every HTML page this floor writes: well formed, self-contained, readable without eyes, colour, mouse or script."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from model.answers import Answers
from model.report import Report
from reporters import html, walk_sheet
from reporters.forms import far_52_204_26, far_52_240_90
from tests.reporters import sample
from tests.reporters.pages import Page


def _pages() -> Iterator[tuple[str, bytes]]:
    yield "report", html.render(sample.report())
    yield "report of nothing", html.render(sample.report((), run=False))
    yield "walk sheet", walk_sheet.render(sample.report())
    yield "walk sheet of nothing", walk_sheet.render(sample.report((), run=False))
    for form in (far_52_204_26, far_52_240_90):
        yield form.ID, form.render(sample.filing(), "text/html")
        yield f"{form.ID}, sample", form.render(sample.filing(Answers(sample=True)), "text/html")


PAGES = dict(_pages())


@pytest.fixture(params=PAGES, scope="module")
def page(request: pytest.FixtureRequest) -> Page:
    return Page(PAGES[request.param])


def test_it_is_well_formed(page: Page) -> None:
    assert page.faults == []


def test_ids_are_unique_and_point_somewhere(page: Page) -> None:
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    pointed = [attrs[name] for _, attrs in page.tags for name in ("aria-labelledby", "for") if name in attrs]
    pointed += [attrs["href"].removeprefix("#") for attrs in page.all("a")]
    assert set(pointed) <= set(ids)


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    for tag, attrs in page.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "video", "audio", "base")
        for name in ("src", "href", "action", "data", "srcset", "poster", "background"):
            assert attrs.get(name, "#").startswith("#"), (tag, attrs)
        assert not [name for name in attrs if name.startswith("on")], (tag, attrs)


def test_its_policy_lets_nothing_else_run_or_load(page: Page) -> None:
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy


def test_style_asks_nobody() -> None:
    for data in PAGES.values():
        style = data.decode().split("<style>")[1].split("</style>")[0]
        assert "url(" not in style and "@import" not in style and "&#" not in style


def test_every_header_cell_has_its_scope_and_every_table_its_caption(page: Page) -> None:
    assert all(attrs.get("scope") in ("col", "row") for attrs in page.all("th"))
    evidence = [a for a in page.all("div") if a.get("aria-label") == "Evidence"]  # its heading is the summary above it
    assert len(page.all("caption")) == len(page.all("table")) - len(evidence)


def test_headings_go_down_by_one_step_and_there_is_one_title(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_landmarks_language_title_and_a_way_past_the_navigation(page: Page) -> None:
    for tag in ("header", "main", "footer", "title"):
        assert len(page.all(tag)) == 1, tag
    assert page.all("html")[0]["lang"] == "en"
    assert page.all("a")[0]["href"] == "#main"


@pytest.mark.parametrize("word", ["compliant", "clean"])
def test_no_page_says_that_all_is_well(page: Page, word: str) -> None:
    assert word not in page.text.lower()


def test_what_a_device_calls_itself_stays_text() -> None:
    for name, data in PAGES.items():
        assert b'<script>alert("x")' not in data, name
        assert "\u202e" not in data.decode(), name
    assert '<script>alert("x")</script>\\u{202e}&\\u{7}' in Page(PAGES["report"]).text
    assert len(Page(PAGES["report"]).all("script")) == 1
    assert Page(PAGES["walk sheet"]).all("script") == []


def test_outcomes_are_words_and_never_colour_alone() -> None:
    page = Page(PAGES["report"])
    tags = [a["class"].split()[1] for a in page.all("span") if a.get("class", "").startswith("tag ")]
    assert tags
    for outcome in set(tags):
        assert f'<span class="tag {outcome}">{outcome}</span>' in PAGES["report"].decode()


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


PAIRS = "ink/#ffffff soft/#ffffff soft/pale blue/#ffffff #ffffff/red #ffffff/#5c1111 ink/yellow ink/pale #ffffff/navy"
MORE = "ink/redpale ink/yellowpale ink/bluepale red/#ffffff #dfe1e2/navy blue/pale soft/redpale blue/#dfe1e2"


@pytest.mark.parametrize("pair", f"{PAIRS} {MORE}".split())
def test_text_stands_out_as_wcag_aa_asks(pair: str) -> None:
    style = PAGES["report"].decode().split("<style>")[1].split("@media")[0]
    variables = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})[;\s]", style))
    light, dark = sorted(
        (_luminance(variables.get(name, name)) for name in pair.split("/")),
        reverse=True,
    )
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _at(report: Report, text: str) -> int:
    found = Page(html.render(report)).text.find(text)
    assert found >= 0, text
    return found


def test_the_holes_come_first_then_the_outcomes_then_the_accused() -> None:
    report = sample.report()
    order = (
        "What this report did not see",
        "3 unexplained MAC addresses",
        "3 networks not examined",
        "devices, by outcome",
    )
    places = [_at(report, text) for text in (*order, "Findings to look at (5)", "All devices (9)")]
    assert places == sorted(places)


def test_each_hole_comes_with_its_next_step() -> None:
    from model.holes import holes

    text = Page(PAGES["report"]).text
    for hole in holes(sample.report()):
        if hole.kind in ("coverage", "mac", "network"):
            assert hole.text in text and hole.step in text


def test_every_reason_of_every_verdict_is_there_with_its_evidence() -> None:
    text = Page(PAGES["report"]).text
    report = sample.report()
    reasons = [why for one in report.findings for found in (one, *one.components) for why in found.why]
    assert len(reasons) > 8
    for why in reasons:
        assert why.rule in text and why.evidence in text and why.key in text


def test_relabels_places_questions_and_authorities_apart() -> None:
    text = Page(PAGES["report"]).text
    assert "Sold as Lorex, built by Dahua: " in text
    assert "sw-hq-1, port Gi0/7, VLAN 10" in text
    for authority in ("Section 889", "Section 1656", "FCC covered list"):
        assert authority in text
    for one in sample.report().findings:
        for reach in one.authorities:
            assert all(" ".join(question.text.split()) in text for question in reach.open_questions)


@pytest.mark.parametrize("name", ["report", "report of nothing", "walk sheet", "far-52.204-26", "far-52.240-90"])
def test_registry_dates_and_digests_are_printed(name: str) -> None:
    inputs = sample.report().inputs
    text = Page(PAGES[name]).text
    assert inputs.pack in text and all(date in text for date in inputs.registry)
    assert len(inputs.registry) >= 3


def test_the_walk_sheet_has_one_row_for_each_thing_that_needs_a_look() -> None:
    page = Page(PAGES["walk sheet"])
    wanted = [one for one in sample.report().findings if one.outcome != "clear" or one.components]
    rows = [attrs for attrs in page.all("th") if attrs["scope"] == "row"]
    assert len(rows) == len(wanted) == 9
    assert all(one.device in page.text for one in wanted)
    assert (
        page.text.find("Gi0/7") < page.text.find("Gi0/8") < page.text.find("Gi0/12") < page.text.find("Place not known")
    )


def test_same_report_same_bytes() -> None:
    assert html.render(sample.report()) == PAGES["report"]
    assert walk_sheet.render(sample.report()) == PAGES["walk sheet"]


def test_a_page_prints_what_a_browser_opens_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sample.report()
    accused = PAGES["report"].decode().count('<article class="finding')
    monkeypatch.setattr(html, "MOST_ARTICLES", 1)
    monkeypatch.setattr(html, "MOST_ROWS", 2)
    page = html.render(found).decode()
    assert page.count('<article class="finding') == 1 < accused
    assert (
        f"{accused - 1} more are in report.json" in page
        and f"{len(found.findings) - 2} more are in report.json" in page
    )
    assert '<a href="#f2">' not in page, "no link leads nowhere"
    assert "more are in report.json" not in PAGES["report"].decode()
