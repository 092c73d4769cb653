"""A person's word is refused by name where it is none; what is written can be read again, whatever stands in it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.answering import entered, identity, nouns, toml, withdrawn, word
from model.answers import Answer, Answers, Choice, Class, Disposition, Signer, parsed
from model.asked import Ask
from model.trouble import Trouble

TODAY = date(2026, 11, 24)
SIGNED = {"by": "A. Officer", "date": "2026-11-23"}
ASKS = {
    "answer": Ask("q", "?", "answer", {"question": "purpose", "device": "dev-1"}, ("text", "by", "date"), "g"),
    "class": Ask(
        "c",
        "?",
        "disposition",
        {"of.vlan": "30"},
        ("whose", "used", "reason", "until", "by"),
        "g",
        {"used": ("yes", "no")},
    ),
    "clock": Ask("k", "?", "clock", {"clause": "x", "device": "d"}, ("accept", "moment", "reason", "by", "date"), "g"),
    "look": Ask("l", "?", "look", {"what": "sam-exclusions"}, ("words", "saved", "by", "date"), "g"),
    "removal": Ask(
        "r", "?", "removal", {"device": "d"}, ("purpose", "start", "end", "cost", "currency", "by", "date"), "g"
    ),
    "waiver": Ask(
        "w", "?", "waiver", {"devices": "d"}, ("authority", "status", "part", "end", "approval", "by", "date"), "g"
    ),
}
GOOD = {
    "answer": {"text": "A car park.", **SIGNED},
    "class": {"whose": "visitors", "used": "no", "reason": "guests", "until": "2027-01-01", "by": "A. Officer"},
    "clock": {"accept": "yes", "moment": "2026-11-20T09:00:00-05:00", "reason": "the letter came", **SIGNED},
    "look": {"words": "searched for the five", "saved": "sha256:" + "a" * 64, **SIGNED},
    "removal": {"purpose": "branch", "start": "2027-01-01", "end": "2027-02-01", "cost": "1250.00", "currency": "USD", **SIGNED},
    "waiver": {"authority": "dni", "status": "sought", **SIGNED},
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_a_word_that_says_all_is_taken(kind: str) -> None:
    said = word(ASKS[kind], GOOD[kind], TODAY)
    assert isinstance(said, nouns()[ASKS[kind].noun])
    assert entered(Answers(), ASKS[kind].noun, said) == parsed(toml(entered(Answers(), ASKS[kind].noun, said)), "x")


@pytest.mark.parametrize(
    ("kind", "change", "named"),
    [
        ("answer", {"by": ""}, "q, by: no answer: name the person"),
        ("answer", {"text": " "}, "q, text: no answer"),
        ("answer", {"date": "2026-02-30"}, "q, date: '2026-02-30' is no day"),
        ("answer", {"date": "2026-11-25"}, "q, date: 2026-11-25 is not yet"),
        ("answer", {"date": "1926-11-25"}, "q, date: 1926-11-25 cannot be meant"),
        ("answer", {"colour": "red"}, "q, colour: the question has no such field"),
        ("class", {"used": "perhaps"}, "c, used: 'perhaps' is none of its answers"),
        ("class", {"until": "soon"}, "c, until: 'soon' is no day"),
        ("clock", {"moment": "2026-11-20T09:00:00"}, "k, moment: '2026-11-20T09:00:00' is no moment with its zone"),
        ("clock", {"moment": ""}, "k: a clock that started has a moment"),
        ("look", {"saved": "deadbeef"}, "l, saved: 'deadbeef' is no digest"),
        ("removal", {"cost": "about 5"}, "r, cost: 'about 5' is no amount"),
        ("removal", {"currency": "dollars"}, "r, currency: 'dollars' is no currency"),
        ("removal", {"end": "2026-12-31"}, "r: it would end on 2026-12-31, before it starts"),
        ("waiver", {"status": "granted"}, "w: it is said to be granted, and no written approval"),
        ("waiver", {"authority": "agency-head", "part": "A", "end": "2027-01-01"}, "w: a waiver under"),
    ],
)
def test_what_is_no_word_is_refused_by_name(kind: str, change: dict[str, str], named: str) -> None:
    with pytest.raises(Trouble) as refused:
        word(ASKS[kind], GOOD[kind] | change, TODAY)
    assert str(refused.value).startswith(named), str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_later_word_about_the_same_thing_takes_the_place_of_the_earlier() -> None:
    first = word(ASKS["answer"], GOOD["answer"], TODAY)
    second = word(ASKS["answer"], GOOD["answer"] | {"text": "A gate."}, TODAY)
    other = Answer("purpose", "Elsewhere.", "B", "2026-11-23", "dev-2")
    held = entered(entered(entered(Answers(), "answer", first), "answer", other), "answer", second)
    assert held.answer == (other, second)
    assert withdrawn(held, "answer", first).answer == (other,)


def test_every_table_of_the_answers_has_an_identity() -> None:
    for name, kind in nouns().items():
        blank = {"signer": Signer(), "choice": Choice("b", "a", "x", "d")}.get(name)
        assert blank is None or isinstance(identity(name, blank), tuple)
        assert name in __import__("model.answering", fromlist=["SAME"]).SAME, (name, kind)


TEXT = st.text(max_size=60) | st.sampled_from(
    ["\u202e=cmd()", "\x00\x07", '"""', "a\nb\r\nc", "\ud800", "x" * 10_000, "'''\\"]
)


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT, st.booleans())
def test_whatever_is_said_can_be_written_and_read(text: str, name: str, random: bool) -> None:
    said = Answers(
        reports=("sha256:" + "0" * 64,),
        signer=Signer(name, "", ""),
        disposition=(Disposition(text, "no", name, "2027-01-01", text, of=Class(vlan=text, random_mac=random)),),
        answer=(Answer("q", text, name, "2026-11-23"),),
    )
    back = parsed(toml(said), "answers.toml")
    assert toml(back) == toml(said)
    if not any("\ud800" <= sign <= "\udfff" for sign in text + name) and "\r" not in text + name:
        assert back.answer == said.answer
