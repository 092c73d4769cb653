"""Clock candidates of the sample site: which open, in whose words, when they are due, and what a person's word does."""

from __future__ import annotations

import msgspec
import pytest

from agent.federal import ZONE, days_off
from model.answers import Answer, Answers, ClockWord
from model.clocks import Candidate, Moment
from model.entity import Contract
from model.filing import Filing
from model.report import Component
from reporters._calendar import render
from reporters._clockwork import Calendar, candidates, state
from reporters.forms import far_52_240_91
from tests.reporters import sample

CALENDAR = Calendar(days_off(range(2025, 2029)), ZONE)
CLAUSES = ("52.204-25", "52.240-90", "52.240-91", "252.204-7018")
WORD = ClockWord("far-52.240-91", "", "yes", "A. Officer", "2026-11-03", "the letter came", "2026-11-02T09:00:00-05:00")


def filing(answers: Answers | None = None, clauses: tuple[str, ...] = CLAUSES) -> Filing:
    made = sample.filing(answers or Answers())
    entity = msgspec.structs.replace(made.entity, contract=(Contract("C-1", clauses=clauses),))
    return msgspec.structs.replace(made, entity=entity)


def found(answers: Answers | None = None, moments: tuple[Moment, ...] = ()) -> list[Candidate]:
    return list(candidates(filing(answers), moments, CALENDAR))


def test_each_accused_device_and_part_opens_one_under_each_clause_that_is_carried() -> None:
    rows = [one for _, one in filing().findings() if one.outcome in ("covered", "conflict", "suspect")]
    accused = [(one.device, reach.id) for one in rows for reach in one.authorities]
    opened = found()
    for clause, authority in (("far-52.240-91", "section-889"), ("dfars-252.204-7018", "section-1656")):
        devices = {one.device for one in opened if one.clause == clause and " " not in one.device}
        assert devices == {device for device, reach in accused if reach == authority}, clause
    assert any(" " in one.device for one in opened), "the covered optic inside the switch"
    only = candidates(filing(clauses=("52.204-26",)), (), CALENDAR)
    assert only == ()


def test_a_part_of_another_maker_than_its_box_asks_under_the_law_that_the_box_does_not() -> None:
    def opened(maker: str) -> set[str]:
        part = Component("entity.9", "suspect", maker=maker, kind="optic")
        box = next(one for _, one in filing().findings() if one.maker == "hikvision")
        assert "section-1656" not in {reach.id for reach in box.authorities}
        report = sample.report()
        mine = msgspec.structs.replace(report, findings=(msgspec.structs.replace(box, components=(part,)),))
        held = msgspec.structs.replace(filing().reports[0], report=mine)
        opened = candidates(msgspec.structs.replace(filing(), reports=(held,)), (), CALENDAR)
        return {one.clause for one in opened if " " in one.device}

    assert opened("huawei") - opened("hikvision") == {"dfars-252.204-7018"}


def test_due_times_count_from_the_earliest_moment_until_a_person_names_another() -> None:
    one = next(c for c in found() if c.clause == "far-52.240-91")
    assert one.moments[0].kind == "answered" and one.word is None
    assert one.moments[0].at == "2026-11-01T10:00:00.000000Z" and one.dues[0].at == "2026-11-04T10:00:00.000000Z"
    word = msgspec.structs.replace(WORD, device=one.device)
    told = next(c for c in found(Answers(clock=(word,))) if (c.clause, c.device) == (one.clause, one.device))
    assert told.word == word and told.dues[0].at == "2026-11-05T14:00:00.000000Z"
    assert state(told, "2026-11-06T00:00:00.000000Z") == "accepted, overdue"


def test_a_follow_up_counts_from_the_submission() -> None:
    one = next(c for c in found() if c.clause == "far-52.204-25")
    assert [due.at[:10] for due in one.dues] == ["2026-11-03", "2026-11-18"]  # Sunday, 1 November; Veterans Day between
    sent = Answer("submitted-52.204-25-first", "2026-11-04T12:00:00-05:00", "A", "2026-11-04")
    told = found(Answers(answer=(sent,)))
    assert {c.dues[1].at[:10] for c in told if c.clause == "far-52.204-25"} == {"2026-11-20"}
    assert {c.dues[1].at[:10] for c in told if c.clause == "dfars-252.204-7018"} == {
        c.dues[1].at[:10] for c in found() if c.clause == "dfars-252.204-7018"
    }, "a report under one clause is none under another"


def test_what_was_submitted_is_no_longer_overdue_and_leaves_the_calendar() -> None:
    one = next(c for c in found() if c.clause == "far-52.240-91")
    word = msgspec.structs.replace(WORD, device=one.device)
    sent = Answer("submitted-52.240-91-report", "2026-11-04T12:00:00-05:00", "A", "2026-11-04", one.device)
    made = found(Answers(clock=(word,), answer=(sent,)))
    told = next(c for c in made if (c.clause, c.device) == (one.clause, one.device))
    assert told.dues[0].submitted == "2026-11-04T17:00:00.000000Z"
    assert state(told, "2030-01-01T00:00:00.000000Z") == "accepted, reported"
    left = [c for c in made if c.clause == "far-52.240-91" and not c.dues[0].submitted]
    assert len(left) == sum(c.clause == "far-52.240-91" for c in found()) - 1, "nobody spoke of the others"
    unsigned = msgspec.structs.replace(sent, by=" ")
    assert not any(c.dues[0].submitted for c in found(Answers(clock=(word,), answer=(unsigned,))) if c.dues)


@pytest.mark.parametrize("device", ["letter of Example Supplier, 20 November", "dev-000000000000"])
def test_a_notice_and_a_device_that_is_gone_are_counted_on_a_persons_word(device: str) -> None:
    word = msgspec.structs.replace(WORD, device=device)
    told = next(c for c in found(Answers(clock=(word,))) if c.device == device)
    assert told.moments == (Moment("told", "2026-11-02T14:00:00.000000Z"),)
    assert told.dues[0].at == "2026-11-05T14:00:00.000000Z" and told.outcome == "told by a person"
    for change in ({"accept": "no", "moment": ""}, {"by": ""}, {"moment": "2026-11-02T09:00:00"}, {"clause": "far-9"}):
        lacking = msgspec.structs.replace(word, **change)
        assert device not in {c.device for c in found(Answers(clock=(lacking,)))}, change
    made = msgspec.structs.replace(filing(), clocks=tuple(found(Answers(clock=(word,)))))
    assert device in far_52_240_91.render(made, "text/html").decode()


@pytest.mark.parametrize(
    "change",
    [
        {"by": " "},
        {"reason": ""},
        {"date": "2026-02-30"},
        {"moment": "2026-11-02T09:00:00"},
        {"moment": ""},
        {"accept": "perhaps"},
    ],
)
def test_a_word_that_lacks_something_leaves_the_candidate_open(change: dict[str, str]) -> None:
    one = next(c for c in found() if c.clause == "far-52.240-91")
    word = msgspec.structs.replace(WORD, device=one.device, **change)
    told = next(c for c in found(Answers(clock=(word,))) if (c.clause, c.device) == (one.clause, one.device))
    assert told.word is None and told.dues == one.dues


def test_two_words_for_one_candidate_count_for_nothing_and_a_rejected_one_is_never_due() -> None:
    one = next(c for c in found() if c.clause == "far-52.240-91")
    word = msgspec.structs.replace(WORD, device=one.device)
    no = msgspec.structs.replace(word, accept="no", moment="")
    both = next(c for c in found(Answers(clock=(word, no))) if (c.clause, c.device) == (one.clause, one.device))
    assert both.word is None
    gone = next(c for c in found(Answers(clock=(no,))) if (c.clause, c.device) == (one.clause, one.device))
    assert gone.dues == () and state(gone, "2030-01-01T00:00:00.000000Z") == "rejected"


def test_moments_on_record_are_those_of_the_report() -> None:
    digest = filing().reports[0].digest
    read = Moment("read", "2026-11-02T00:00:00.000000Z", digest)
    other = Moment("read", "2026-11-02T00:00:00.000000Z", "sha256:" + "0" * 64)
    assert all(read in one.moments and other not in one.moments for one in found(moments=(read, other)))


def test_the_paper_prints_open_candidates_with_due_times_and_the_assumption() -> None:
    made = msgspec.structs.replace(filing(), clocks=tuple(found()))
    text = far_52_240_91.render(made, "text/html").decode()
    assert "OPEN, OVERDUE" in text and "our assumption" in text and "2026-11-04 10:00" in text


@pytest.mark.needs("py:icalendar")
def test_the_calendar_has_each_due_time_once_and_is_the_same_each_time() -> None:
    from icalendar import Calendar as Read

    made = msgspec.structs.replace(filing(), clocks=tuple(found()))
    data = render(made)
    assert data == render(made) and sample.FORMULA.encode() not in data[:0]
    events = Read.from_ical(data).walk("VEVENT")
    assert len(events) == len({str(one["uid"]) for one in events}) == sum(len(c.dues) for c in made.clocks) > 4
    assert {one["dtstart"].dt.strftime("%Y-%m-%d") for one in events} >= {"2026-11-04", "2026-11-03"}
