"""Answers: which word counts for a question, and which are none."""

from model.answers import Answer, Answers


def said(*given: tuple[str, str], contract: str = "") -> Answers:
    """Answers to one question: (text, by) each."""
    return Answers(answer=tuple(Answer("purpose", text, by, "2026-11-23", "dev-1", contract) for text, by in given))


def test_two_answers_that_differ_are_none_and_the_same_one_twice_is_one() -> None:
    assert said(("car park", "A. Officer"), ("dock", "B. Buyer")).said("purpose", "dev-1") is None
    twice = said(("car park", "A. Officer"), ("car park ", "B. Buyer")).said("purpose", "dev-1")
    assert twice is not None and twice.by == "A. Officer"


def test_what_nobody_says_or_says_nothing_is_no_answer() -> None:
    assert said(("car park", " "), (" ", "A. Officer")).said("purpose", "dev-1") is None
    found = said(("car park", ""), ("dock", "B. Buyer")).said("purpose", "dev-1")
    assert found is not None and found.text == "dock"


def test_two_for_a_contract_are_not_settled_by_one_for_all() -> None:
    every, mine = said(("dock", "C. Clerk")), said(("car park", "A. Officer"), ("dock", "B. Buyer"), contract="W1")
    both = Answers(answer=(*mine.answer, *every.answer))
    assert both.said("purpose", "dev-1", "W1") is None and both.said("purpose", "dev-1", "W2") is not None
