"""Words of the trade are explained where a paper, a page or a question is the first to use them, once, and the law's words never."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from agent.review import terminal
from agent.review.store import Store
from model.folder import modules
from reporters import html
from reporters._catalogue import languages, told
from reporters._document import Heading, Paragraph, Quote, Table
from reporters._review_page import Desk, Entry, asking
from reporters._terms import TERMS, Terms
from reporters.asking import asked
from reporters.forms._explained import LEAD, explained
from tests.reporters import sample
from tests.reporters.pages import Page

FORMS = modules("reporters.forms")


def test_a_word_is_explained_once_in_the_form_it_has_and_with_what_its_meaning_uses() -> None:
    terms = Terms()
    assert [word for word, _ in terms.new("Two MACs, and the Probe.")] == ["MAC address", "probe"]
    assert terms.new("A MAC address; probes") == []
    assert [word for word, _ in terms.new("its UEI")] == ["UEI", "SAM"], "what a meaning uses is explained too"
    assert terms.new("sam and a macaroni, unscoped, scoped") == [], "no part of another word, no name of a person"


@pytest.mark.parametrize("lang", languages())
def test_every_term_is_found_by_each_of_its_own_forms(lang: str) -> None:
    for term, meaning in TERMS:
        for form in told(term, lang).split("|"):
            found = Terms(lang).new(f"({form})")
            assert (told(term, lang).split("|")[0], told(meaning, lang)) in found, (lang, form)


def test_a_section_of_a_form_begins_with_the_words_that_it_is_the_first_to_use() -> None:
    law = Quote("roaming", "x", "y", "z")
    blocks = [Paragraph("A hold."), Heading("Second"), law, Table("t", ("VLAN",), (("hold",),)), Heading("deep", 3)]
    front, first, head, words, *rest = explained(blocks)
    assert (front, head, rest) == (blocks[0], blocks[1], blocks[2:])
    assert isinstance(first, Paragraph) and first.text.startswith(f"{LEAD}Hold: ")
    assert isinstance(words, Paragraph) and re.findall(r"(\w+): ", words.text) == ["VLAN"]


@pytest.mark.parametrize("name", FORMS)
def test_each_form_explains_its_words_and_none_twice(name: str) -> None:
    text = Page(FORMS[name].render(sample.filing(form=name), "text/html")).text
    said = [f"{term.split('|')[0]}: {meaning}." for term, meaning in TERMS]
    counts = [text.lower().count(one.lower()) for one in said]
    assert set(counts) <= {0, 1} and sum(counts) >= 12
    for term in ("UEI", "hold", "covered", "MAC address", "digest"):
        assert f" {term}: ".lower() in text.lower(), term


@pytest.mark.parametrize("lang", languages())
def test_a_report_and_a_question_explain_theirs(lang: str) -> None:
    text = Page(html.render(sample.report(), lang)).text
    for term, meaning in TERMS:
        if term in (
            "probe|probes",
            "MAC address|MAC addresses|MACs|MAC",
            "waiver|waivers",
            "UEI|unique entity identifier",
        ):
            assert text.count(" ".join(told(meaning, lang).split())) == 1
    one = next(one for one in asked(sample.filing(), ("far-52.240-91",)) if one.key == "look:fascsa-orders")
    text = Page(asking(Desk("/s/0", "x", lang=lang), [Entry(one)], "token")).text
    assert told(dict(TERMS)["FASCSA"], lang) in text and told(dict(TERMS)["SAM"], lang) in text


def test_the_terminal_explains_a_word_before_it_is_asked_about(tmp_path: Path) -> None:
    asks = asked(sample.filing())

    @click.command()
    def ask() -> None:
        terminal.review(asks, Store(tmp_path / "a.toml", ("x",)), "Q", date(2026, 11, 23), "es")

    said = CliRunner().invoke(ask, input="\n" * 300).output
    meaning = told(dict(TERMS)["hold|holds"], "es")
    assert said.count(f"impedimento: {meaning}") == 1 and said.index(meaning) < said.index("[2 / ")
