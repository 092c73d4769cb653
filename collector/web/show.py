"""A page: a template filled for one asker, everything escaped, hidden characters written out."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response
from sqlalchemy import select

from collector.desk import Desk
from collector.rows.states import WORDS as STATES
from collector.store.tables import organisation
from collector.web import files, words
from model.report import WORDS as OUTCOMES
from reporters import _text


@cache
def templates() -> Environment:
    """The templates, with the words and filters that all of them use."""
    made = Environment(
        loader=PackageLoader("collector.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
        auto_reload=False,
    )
    made.filters |= {
        "when": when,
        "titled": _text.titled,
        "plural": _text.plural,
        "day": words.day,
        "share": words.share,
    }
    made.filters |= {"number": words.number, "size": words.size, "short": words.short, "place": words.country}
    made.globals |= {"file": files.link, "states": STATES, "outcomes": OUTCOMES, "menu": words.MENU}
    return made


def _visible(value: Any) -> Any:
    return _text.isolated(_text.shown(value)) if type(value) is str else value


def when(text: str) -> str:
    """A written time for people; a dash where nothing happened."""
    return _text.when(text) if text else "—"


def page(desk: Desk, template: str, status: int = 200, **values: Any) -> Response[bytes]:
    """`template` of templates/ filled for who asks."""
    name = desk.tx.execute(select(organisation.c.name).where(organisation.c.id == desk.who.organisation)).scalar_one()
    return plain(template, status, who=desk.who, house=name, now=desk.now, **values)


def plain(template: str, status: int = 200, **values: Any) -> Response[bytes]:
    """A page for whoever asks; without `who`, nobody is signed in."""
    data = templates().get_template(template).render(**{"who": None, "house": "", "now": "", **values}).encode()
    return Response(data, status_code=status, media_type="text/html; charset=utf-8")


def led(path: str) -> Response[bytes]:
    """After a form was taken: the browser asks for this page, so that loading it again sends nothing twice."""
    return Response(b"", status_code=303, headers={"Location": path})
