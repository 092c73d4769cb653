"""The page of the register: brought as CSV, whole or not at all, every line that is refused told by its number."""

import csv
import io
from typing import Any

from litestar import Response

from collector.desk import Desk
from collector.people.register import COLUMNS, checked
from collector.views.sites import brought
from collector.web.forms import Files, text, upload
from collector.web.route import get, post
from collector.web.show import page
from model.trouble import Trouble

SAID = {
    "site": "the id that reports bear: letters, digits and . _ -",
    "name": "as people call it",
    "entity": "the legal entity that has it; made if it is new",
    "uei": "the entity's code in SAM, for this site",
    "cage": "its CAGE code",
    "contract": "contract numbers, with ; between several",
    "country": "two capital letters, as ISO 3166 has them",
    "region": "as you divide the country",
    "supply_category": "categories, with ; between several",
    "due": "the day by which it reports: 2027-01-31",
}
SHOWN = 200  # lines that are told; a file of more is the wrong file
LARGEST = 4 * 1024 * 1024


def refusals(words: str) -> list[tuple[str, str, str]]:
    """(line, what, remedy) of every line that cannot be meant."""
    found = []
    try:
        for number, row in enumerate(csv.DictReader(io.StringIO(words.lstrip("\ufeff")), strict=True), 2):
            try:
                checked(row, str(number))
            except Trouble as fault:
                found.append((fault.where, fault.what, fault.remedy))
    except csv.Error:
        return found
    return found[:SHOWN]


def _page(desk: Desk, **more: Any) -> Response[bytes]:
    values = {"taken": None, "refused": (), "text": "", **more}
    return page(
        desk,
        "register.html",
        title="Register",
        here="/register",
        columns=[(one, SAID[one]) for one in COLUMNS],
        **values,
    )


@get("/register", role="admin")
def show(desk: Desk) -> Response[bytes]:
    """The form."""
    return _page(desk)


@post(
    "/register",
    role="admin",
    status_code=200,
    request_max_body_size=LARGEST,
)
def bring(desk: Desk, data: Files) -> Response[bytes]:
    """Take it, or tell what is wrong with it."""
    body, _ = upload(data, "file")
    words = body.decode("utf-8", "replace") or text(data, "csv")
    try:
        return _page(desk, taken=brought(desk, words))
    except Trouble as fault:
        told = refusals(words) if ":" in fault.where else [("1", fault.what, fault.remedy)]
        return _page(desk, status=400, refused=told, text=words[:100_000])


HANDLERS = [show, bring]
