"""What a report says of things that it knows from others, or from frames alone: whose word it is, and no other maker's model."""

from __future__ import annotations

from model.holes import holes
from model.report import Finding
from tests.model.test_gate import report as plain
from tests.review.test_judging import LISTED_MAC, at


def said(one: Finding, *others: Finding) -> tuple[str, str]:
    (found,) = (hole for hole in holes(plain(findings=(one, *others))) if hole.subject == one.device)
    return found.text, found.step


def test_an_inventory_is_no_neighbour() -> None:
    row = Finding("dev-2", "unseen", maker="axis", names=("cam",), origins=("inv.csv#cam",))
    assert said(row)[0] == "cam is named in inv.csv#cam as axis, and never answered"


def test_a_neighbour_is_called_by_its_name() -> None:
    row = Finding("dev-2", "unseen", addresses=("10.0.0.9",), witnesses=("dev-3",))
    switch = Finding("dev-3", "clear", maker="cisco", names=("core-1",))
    assert said(row, switch)[0] == "10.0.0.9 is named by core-1, and never answered"


def test_who_was_only_heard_did_not_answer_and_is_asked_at_no_mac() -> None:
    text, step = said(Finding("dev-2", "unknown", macs=("00:40:8c:11:22:33",)))
    assert "answered" not in text and "credential" not in step and "scan the subnet" in step


def test_the_model_that_an_inventory_gives_another_maker_is_not_the_accused_one_s() -> None:
    row = [("neighbor:inventory", "mac.address", LISTED_MAC), ("neighbor:inventory", "ip.address", "10.0.0.9")]
    words = [("neighbor:inventory", "inventory.model", "P1375"), ("neighbor:inventory", "inventory.firmware", "11.2")]
    named = [*row, *words, ("neighbor:inventory", "inventory.manufacturer", "Axis")]
    found = at("10.0.0.9", {"10.0.0.1": named})
    assert (found.outcome, found.maker, found.model, found.firmware) == ("suspect", "hikvision", "", "")
    assert at("10.0.0.9", {"10.0.0.1": [*row, *words]}).model == "P1375", "nobody else is named"


def test_what_no_device_tells_of_has_an_origin() -> None:
    heard = {"": [(f"station:{LISTED_MAC}", "ip.address", "10.0.0.9")]}
    found = at("10.0.0.9", heard)
    assert (found.outcome, found.witnesses, found.origins) == ("suspect", (), ("desk/eth0",))
