"""Clock candidates as an iCalendar file (RFC 5545): an event a due time, named by clause and device, the same bytes for the same filing."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from model.clocks import Candidate, Due
from model.filing import Filing
from model.times import read
from reporters._clockwork import state
from reporters._text import shown


def render(filing: Filing) -> bytes:
    """One event for each due time of each candidate that nobody rejected, unless it was submitted; an alarm a day before."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Laydown//reporting clocks//EN")
    calendar.add("version", "2.0")
    for one in filing.clocks:
        for due in one.dues:
            if not due.submitted:
                calendar.add_component(_event(filing, one, due))
    data: bytes = calendar.to_ical()
    return data


def _event(filing: Filing, one: Candidate, due: Due) -> Any:
    from icalendar import Alarm, Event

    at = read(due.at)
    event = Event()
    name = sha256(f"{one.clause} {one.site} {one.device} {due.key}".encode()).hexdigest()[:32]
    standing = state(one, filing.prepared_at)
    event.add("uid", f"{name}@laydown")
    event.add("dtstamp", read(filing.prepared_at))
    event.add("dtstart", at)
    event.add("dtend", at)
    event.add("summary", f"{one.clause}: {due.name}, {standing}")
    said = "Nobody has accepted or rejected this clock." if one.word is None else f"{standing} by {shown(one.word.by)}."
    event.add(
        "description", f"{shown(one.about)} [{one.device}], site {shown(one.site)}: {one.outcome}. {due.period}. {said}"
    )
    event.add("status", "TENTATIVE" if one.word is None else "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{one.clause}: {due.name}")
    alarm.add("trigger", timedelta(days=-1))
    event.add_component(alarm)
    return event
