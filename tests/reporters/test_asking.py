"""What review asks: parts like devices, what nothing else says, services by name, lists again when old, any form by its id."""

from __future__ import annotations

import msgspec
import pytest

from model.answering import entered, table_of, word
from model.answers import Answer, Answers, ClockWord, Look
from model.asked import Ask
from model.clocks import Candidate
from model.entity import Contract
from model.filing import Filing
from model.trouble import UsageTrouble
from reporters._clockwork import candidates
from reporters._review_page import device_of
from reporters.asking import asked
from reporters.forms import far_52_240_91, laydown
from reporters.forms._disclosure import units
from reporters.forms._matters import _open
from tests.reporters import sample
from tests.reporters.pages import Page
from tests.reporters.test_clocks import CALENDAR

BY, DAY = "A. Officer", "2026-11-20"
SAVED = "sha256:" + "5a" * 32


def filing(answers: Answers | None = None, **of: object) -> Filing:
    contract = Contract("C-1", clauses=("52.240-91", "52.204-25", "252.204-7018"))
    entity = msgspec.structs.replace(sample.ENTITY, contract=(msgspec.structs.replace(contract, **of),))
    return sample.filing(answers or Answers(), entity=entity)


def asks(made: Filing, *forms: str) -> dict[str, Ask]:
    return {one.key: one for one in asked(made, forms)}


def filled(one: Ask) -> dict[str, str]:
    """A word for each blank of a question."""
    said = {"by": BY, "date": DAY, "text": "TEXT OF " + one.key.upper(), "reason": "seen", "route": "no", "see": "no"}
    return {name: text for name, text in said.items() if name in one.blanks}


def test_what_is_asked_of_a_part_lands_on_the_part() -> None:
    part = next(one for one in units(filing()) if " " in one.subject)
    mine = [one for key, one in asks(filing()).items() if part.subject in (one.fixed.get("device"), key)]
    assert {"essential-component", "producer-uei", "supplier-name"} <= {one.fixed.get("question") for one in mine}
    assert {"exception", "answer", "removal"} <= {one.noun for one in mine}
    answers = Answers()
    for one in (one for one in mine if one.noun in ("answer", "exception")):
        made = word(one, filled(one))
        answers = entered(answers, table_of(made), made)
    text = Page(far_52_240_91.render(filing(answers), "text/html")).text
    for key in ("PRODUCER-UEI", "FUNCTIONALITY", "ESSENTIAL-COMPONENT"):
        assert key in text, key
    left = {one.key for one in asks(filing(answers)).values() if not one.said}
    assert not left & {one.key for one in mine if one.noun in ("answer", "exception")}


def test_a_hold_is_about_what_people_call_it() -> None:
    """A device's id says nothing to whoever is asked."""
    held = [one for key, one in asks(filing()).items() if key.startswith(("hold:device:", "hold:component:"))]
    assert held and not any(one.about.startswith("dev-") for one in held)
    named = {one.subject: one.name for one in units(filing())}
    accused = [one for one in held if one.fixed["subject"] in named]
    assert accused and all(one.about == named[one.fixed["subject"]] for one in accused)
    assert all(device_of(one) == one.fixed["subject"] for one in held), "the page leads to all questions about it"


def test_an_exceptions_word_answers_its_question_on_the_paper() -> None:
    device = next(one.subject for one in units(filing()) if " " not in one.subject)
    assert any(f"[{device}]" in devices for _, _, devices in _open(filing()))
    one = asks(filing())[f"device:{device}:user-data"]
    said = entered(Answers(), "exception", word(one, filled(one)))
    left = {key: devices for _, key, devices in _open(filing(said))}
    assert f"[{device}]" not in left["user-data"] and not left["user-data"].startswith("the same")
    assert f"[{device}]" in " ".join(devices for key, devices in left.items() if key != "user-data")


def test_a_waiver_that_nobody_sought_leaves_nothing_waiting() -> None:
    held = asks(filing())
    waivers = [one for one in held.values() if one.noun == "waiver"]
    assert waivers and not any(one.waits for one in waivers)
    assert all(one.waits for one in held.values() if one.noun != "waiver" and not one.said)


def test_what_the_finding_does_not_say_is_asked_and_what_it_says_is_not() -> None:
    held = asks(filing())
    for unit in units(filing()):
        if unit.thing.model:
            assert f"field:model:device={unit.subject}" not in held
    bare = [one.subject for one in units(filing()) if not one.thing.model]
    assert any(f"field:model:device={subject}" in held for subject in bare)


def test_contract_and_orders_are_asked_where_the_entity_file_is_silent() -> None:
    assert not any(":contract-number" in key or ":order-numbers" in key for key in asks(filing()))
    placed = asks(filing(indefinite_delivery=True))
    assert "field:order-numbers:contract=C-1" in placed and "field:contract-number:contract=C-1" not in placed
    nobody = msgspec.structs.replace(filing(), entity=msgspec.structs.replace(sample.ENTITY, contract=()))
    assert {"field:contract-number", "field:order-numbers"} <= asks(nobody, "far-52.204-25").keys()


def test_a_service_that_is_listed_is_asked_about_and_gets_its_sheet() -> None:
    said = Answers(answer=(Answer("covered-services", "Radio link; Guest Wi-Fi ;none", BY, DAY),))
    held = asks(filing(said))
    assert {"field:functionality:service=Radio link", "field:functionality:service=Guest Wi-Fi"} <= held.keys()
    text = Page(far_52_240_91.render(filing(said), "text/html")).text
    assert "Service: Radio link" in text and "Service: Guest Wi-Fi" in text and "Service: none" not in text


@pytest.mark.parametrize(("day", "open"), [("2026-08-23", False), ("2026-08-22", True), ("2025-01-01", True)])
def test_fascsa_orders_are_asked_again_after_three_months(day: str, open: bool) -> None:
    one = asks(filing(Answers(look=(Look("fascsa-orders", BY, day, "nothing", SAVED),))))["look:fascsa-orders"]
    assert bool(one.said) is not open and (("older than 3 months" in one.why) is open)


def test_section_1656s_lists_are_reviews_with_a_saved_result() -> None:
    held = asks(filing(), "dfars-252.204-7016", "dfars-252.204-7017")
    for key in ("defense-sam-exclusions", "defense-sam-providing"):
        assert held[f"look:{key}"].noun == "look" and f"field:{key}" not in held


def test_a_form_without_a_clause_is_asked_for_by_its_id_and_a_strange_one_refused() -> None:
    held = asks(filing(), "laydown", "flow-down", "inquiry-record", "far-52.204-24")
    assert {f"field:{key}" for key, _ in laydown.QUESTIONS} <= held.keys()
    assert {f"field:{laydown.SYSTEM}:device={one.subject}" for one in units(filing())} <= held.keys()
    assert {"field:walked", "field:fd-report", "box:flow-down:fd-use:", "field:on-record-c1"} <= held.keys()
    assert held["field:on-record-c1"].options == {"text": ("does-not", "does", "none")}
    with pytest.raises(UsageTrouble, match="--form nonsense"):
        asks(filing(), "nonsense")


def test_an_accepted_clock_asks_for_its_submission_and_takes_a_moment_alone() -> None:
    made = filing()
    first: Candidate = next(one for one in candidates(made, (), CALENDAR) if one.clause == "far-52.204-25")
    yes = ClockWord(first.clause, first.device, "yes", BY, DAY, "letter", "2026-11-19T09:00:00-05:00")
    said = filing(Answers(clock=(yes,)))
    held = asks(msgspec.structs.replace(said, clocks=candidates(said, (), CALENDAR)))
    one = held[f"submitted-52.204-25-first:{first.device}"]
    with pytest.raises(Exception, match="no moment with its zone"):
        word(one, {"text": "last week", "by": BY, "date": DAY})
    assert (
        word(one, {"text": "2026-11-20T09:00:00-05:00", "by": BY, "date": DAY}).question == "submitted-52.204-25-first"
    )
