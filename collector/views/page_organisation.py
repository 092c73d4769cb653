"""The page of the organisation: what it decides for itself, and the head of its chain of receipts."""

from litestar import Response

from collector.desk import Desk
from collector.lists import Word
from collector.refused import Refused
from collector.settings import CLASSES
from collector.views.people import Decided, decided, own
from collector.views.reports import head_of
from collector.web.forms import Form, lines, number
from collector.web.route import get, post
from collector.web.show import led, page
from collector.web.words import DONE

DAYS = {"current_days": "days that a report is current", "silent_days": "days that an agent may say nothing"}


@get("/organisation")
def show(desk: Desk, done: Word = "") -> Response[bytes]:
    """As it stands."""
    return page(
        desk,
        "organisation.html",
        title="Organisation",
        here="/organisation",
        org=own(desk),
        head=head_of(desk),
        classes=CLASSES,
        done=DONE.get(done, ""),
    )


@post("/organisation", role="admin")
def decide(desk: Desk, data: Form) -> Response[bytes]:
    """Decide anew."""
    markings = tuple("" if one.lower() == "unmarked" else one[:200] for one in lines(data, "markings")) or ("",)
    days = {name: _between(number(data, name, words), 0, 36_500, words) for name, words in DAYS.items()}
    fell = _between(number(data, "fell", "thousandths"), 1, 1000, "thousandths")
    keep = {
        one: _between(number(data, f"keep_{one}", f"days for {one}"), 0, 36_500, f"days for {one}") for one in CLASSES
    }
    decided(
        desk,
        Decided(
            markings,
            days["current_days"],
            days["silent_days"],
            fell,
            {name: value for name, value in keep.items() if value},
        ),
    )
    return led("/organisation?done=saved")


def _between(value: int, least: int, most: int, what: str) -> int:
    if not least <= value <= most:
        raise Refused(
            400, "number", f"{what}: {value} cannot be meant", f"a number from {least} to {most:,}", final=True
        )
    return value


HANDLERS = [show, decide]
