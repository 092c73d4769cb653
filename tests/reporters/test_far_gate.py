"""Each refusal of the gate, one by one, over every gated box of every form; each reason not to enter a choice, over every box."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any

import msgspec
import pytest

from model.answers import Answers, Choice, Disposition
from model.canonical import digest
from model.entity import Entity, EntitySite
from model.filing import Filing, Held
from model.folder import modules
from model.gate import Hold, holds, refused
from model.report import Component, Network, Report, StrayMac
from reporters import json
from tests.reporters import sample
from tests.reporters.pages import Page
from tests.reporters.test_forms import quiet

FORMS = [form for form in modules("reporters.forms").values() if hasattr(form, "LAW")]
BOXES = [(form, key) for form in FORMS for key in form.LAW.box]
GATED = [(form, key) for form, key in BOXES if form.LAW.box[key].gated]
BY, DAY = "A. Officer", "2026-11-23"
ONE = Entity(name="Example Marine LLC", site=(EntitySite("hq"),))
QUIET = quiet()


@dataclass(frozen=True)
class Case:
    """What stands in the way, made by one change: of reports, or of the entity."""

    kind: str
    name: str
    reports: tuple[Report, ...] = (QUIET,)
    entity: Entity = ONE


def changed(**fields: Any) -> tuple[Report, ...]:
    return (msgspec.structs.replace(QUIET, **fields),)


def finding(**fields: Any) -> tuple[Report, ...]:
    first, *others = QUIET.findings
    return changed(findings=(msgspec.structs.replace(first, **fields), *others))


def row(**fields: Any) -> tuple[Report, ...]:
    return changed(coverage=(msgspec.structs.replace(QUIET.coverage[0], **fields),))


OLD = "2026-01-05T09:00:00.000000Z"
HIDDEN = msgspec.structs.replace(QUIET, site=msgspec.structs.replace(QUIET.site, id="hidden"))
CASES = (
    *(Case("device", outcome, finding(outcome=outcome)) for outcome in ("covered", "conflict", "suspect")),
    *(Case("device", outcome, finding(outcome=outcome)) for outcome in ("unknown", "unseen")),
    *(
        Case(
            "component",
            outcome,
            finding(components=(Component("9", outcome, kind="optic", model="SFP-9", serial="S9"),)),
        )
        for outcome in ("covered", "conflict", "suspect", "unknown")
    ),
    Case("mac", "unexplained", changed(unexplained_macs=(StrayMac("00:11:22:33:44:55"),))),
    *(Case("coverage", status, row(status=status)) for status in ("incomplete", "not-run", "unreadable")),
    *(Case("coverage", word, row(**{word: 1})) for word in ("refused", "excluded")),
    Case("coverage", "no ledger", changed(coverage=())),
    Case("coverage", "fault", changed(faults=("line 7",))),
    *(
        Case("network", status, changed(networks=(*QUIET.networks, Network("10.9.0.0/24", "subnet", status))))
        for status in ("not examined", "excluded")
    ),
    Case("network", "none examined", changed(networks=())),
    Case("site", "missing", entity=msgspec.structs.replace(ONE, site=(*ONE.site, EntitySite("annex")))),
    Case("site", "stale", changed(started_at=OLD)),
    Case("site", "unlisted", (QUIET, HIDDEN)),
    Case("site", "none listed", entity=msgspec.structs.replace(ONE, site=())),
    Case("network", "silent", changed(networks=(*QUIET.networks, Network("10.9.0.0/24", "subnet", "in scope")))),
    Case(
        "identity",
        "nothing identified",
        changed(findings=tuple(msgspec.structs.replace(one, maker=None) for one in QUIET.findings)),
    ),
)


def filing(case: Case, answers: Answers) -> Filing:
    held = tuple(Held(report, digest(json.render(report))) for report in case.reports)
    bound = msgspec.structs.replace(answers, reports=tuple(one.digest for one in held))
    found = holds(case.reports, case.entity, bound, sample.TODAY)
    return Filing("x", case.entity, held, bound, tuple(found), sample.PREPARED)


def text_of(form: ModuleType, made: Filing) -> str:
    page = Page(form.render(made, "text/html"))
    assert page.faults == []
    return page.text


def lifted(hold: Hold) -> Disposition:
    return Disposition("another's", "no", BY, "2027-01-01", "told one by one", hold.subject)


def test_the_cases_are_every_kind_of_hold_and_every_gated_box_is_tried() -> None:
    assert {case.kind for case in CASES} == {"device", "component", "mac", "coverage", "network", "site", "identity"}
    assert {(form.ID, key) for form, key in GATED} >= {("far-52.204-26", "c2"), ("far-52.204-24", "d2")}
    assert refused(filing(Case("none", "none"), Answers()).holds) == []


@pytest.mark.parametrize(("form", "key"), GATED, ids=lambda one: getattr(one, "ID", one))
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.name}")
def test_one_hold_refuses_and_the_same_hold_lifted_does_not(case: Case, form: ModuleType, key: str) -> None:
    choice = Choice(key, form.LAW.box[key].gated, BY, DAY)
    stands = filing(case, Answers(choice=(choice,)))
    left = refused(stands.holds)
    assert {hold.kind for hold in left} == {case.kind} and len(left) == 1
    text = text_of(form, stands)
    assert "[X]" not in text and f"The answer given for {key} is not entered: the box stays blank" in text
    assert text.count(left[0].text) >= 2  # beside the box, and in the table of holds or on page 1
    free = text_of(form, filing(case, Answers(choice=(choice,), disposition=(lifted(left[0]),))))
    assert free.count("[X]") == 1 and f"Ticked on the word of {BY}, {DAY}." in free


@pytest.mark.parametrize(("form", "key"), GATED, ids=lambda one: getattr(one, "ID", one))
def test_covered_and_used_is_lifted_by_nobody_and_no_class_lifts_it(form: ModuleType, key: str) -> None:
    from model.answers import Class
    from model.report import Attached

    attached = (Attached(switch="sw", port="1", vlan="20"),)
    case = Case("device", "covered", finding(outcome="covered", attached=attached))
    subject = case.reports[0].findings[0].device
    words = (
        Disposition("the entity's", "yes", BY, "2027-01-01", "in use", subject),
        Disposition("visitors'", "no", BY, "2027-01-01", "guest network", of=Class(vlan="20")),
        Disposition("another's", "no", BY, "2026-11-22", "past its day", subject),
        Disposition("another's", "no", "", "2027-01-01", "nobody's word", subject),
    )
    choice = Choice(key, form.LAW.box[key].gated, BY, DAY)
    for word in words:
        made = filing(case, Answers(choice=(choice,), disposition=(word,)))
        assert "[X]" not in text_of(form, made), word


@pytest.mark.parametrize(("form", "key"), GATED, ids=lambda one: getattr(one, "ID", one))
def test_the_other_answer_is_a_persons_whatever_stands(form: ModuleType, key: str) -> None:
    law = form.LAW.box[key]
    other = next(answer for answer in law.answers if answer != law.gated)
    made = filing(CASES[0], Answers(choice=(Choice(key, other, BY, DAY),)))
    assert refused(made.holds) and text_of(form, made).count("[X]") == 1


Make = Callable[[str, str, str], tuple[Choice, ...]]
NOT_ENTERED: dict[str, tuple[Make, str]] = {
    "two choices": (lambda k, a, b: (Choice(k, a, BY, DAY), Choice(k, b, "B. Other", DAY)), "2 choices are given"),
    "twice the same": (lambda k, a, b: (Choice(k, a, BY, DAY), Choice(k, a, BY, DAY)), "2 choices are given"),
    "unknown answer": (lambda k, a, b: (Choice(k, "perhaps", BY, DAY),), "the answer 'perhaps' is none of this box's"),
    "nobody": (lambda k, a, b: (Choice(k, a, " ", DAY),), "names no person"),
    "no day": (lambda k, a, b: (Choice(k, a, BY, ""),), "names no person, or no day"),
    "no such day": (lambda k, a, b: (Choice(k, a, BY, "2026-02-30"),), "names no person, or no day"),
}


@pytest.mark.parametrize(("form", "key"), BOXES, ids=lambda one: getattr(one, "ID", one))
@pytest.mark.parametrize("name", NOT_ENTERED)
def test_a_choice_that_is_not_whole_is_not_entered(name: str, form: ModuleType, key: str) -> None:
    make, reason = NOT_ENTERED[name]
    first, second, *_ = form.LAW.box[key].answers
    text = text_of(form, filing(Case("none", "none"), Answers(choice=make(key, first, second))))
    assert "[X]" not in text and f"The answer given for {key} is not entered" in text and reason in text


@pytest.mark.parametrize(("form", "key"), BOXES, ids=lambda one: getattr(one, "ID", one))
def test_choices_about_other_reports_or_about_sites_alone_are_not_entered(form: ModuleType, key: str) -> None:
    choice = Choice(key, next(iter(form.LAW.box[key].answers)), BY, DAY)
    whole = filing(Case("none", "none"), Answers(choice=(choice,)))
    assert text_of(form, whole).count("[X]") == 1
    for reports in ((), (f"sha256:{'0' * 64}",), (*whole.answers.reports, f"sha256:{'0' * 64}")):
        bound = msgspec.structs.replace(whole, answers=msgspec.structs.replace(whole.answers, reports=reports))
        text = text_of(form, bound)
        assert "[X]" not in text and "the answers do not name, under `reports`, the digests" in text
    alone = msgspec.structs.replace(whole, entity=msgspec.structs.replace(ONE, site_only=True))
    text = text_of(form, alone)
    assert "[X]" not in text and "the representation is the entity's" in text


@pytest.mark.parametrize(("form", "key"), BOXES, ids=lambda one: getattr(one, "ID", one))
def test_a_choice_for_another_form_or_contract_ticks_nothing_here(form: ModuleType, key: str) -> None:
    answer = next(iter(form.LAW.box[key].answers))
    for choice in (Choice(key, answer, BY, DAY, "another-form"), Choice(key, answer, BY, DAY, "", "ANOTHER-1")):
        text = text_of(form, filing(Case("none", "none"), Answers(choice=(choice,))))
        assert "[X]" not in text and f"Ticked on the word of {BY}" not in text


def test_a_report_is_stale_by_the_day_of_the_paper() -> None:
    assert refused(holds([QUIET], ONE, Answers(), date(2027, 1, 30))) == []
    assert [hold.kind for hold in refused(holds([QUIET], ONE, Answers(), date(2027, 1, 31)))] == ["site"]
