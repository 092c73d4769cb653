"""A product line proves itself, as a rule does: rules check says which does not."""

from __future__ import annotations

import pytest

from fingerprints.check import faults
from fingerprints.pack import load
from model.trouble import Trouble
from tests.fingerprints.small_pack import pack

LINE = "[[line]]\nproduct='box'\nkind='switch'\nmodel='^BX[0-9]'\nmatches=['BX1']\nmisses=['AX1']\nsource='test'\n"


def found(text: str, name: str = "plain") -> list[str]:
    held = pack()
    held._take(f"products/{name}.toml", text.encode())
    return [fault for fault in faults(held) if fault.startswith("products/")]


def test_a_sound_line_has_no_fault() -> None:
    assert found("source='x'\n" + LINE) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (LINE.replace("matches=['BX1']", "matches=['BX1', 'CX1']"), "does not take its own example 'CX1'"),
        (LINE.replace("misses=['AX1']", "misses=['BX2']"), "matches its near-miss 'BX2'"),
        (LINE.replace("source='test'", "source=' '"), "needs kind, matches, misses and a source"),
        (LINE.replace("misses=['AX1']", "misses=[]"), "needs kind, matches, misses and a source"),
        (LINE.replace("^BX[0-9]", "^BX[0-9"), "not an RE2 pattern"),
        (LINE + LINE.replace("'box'", "'other'").replace("^BX[0-9]", "^BX1.?"), "does not take its own example 'BX1'"),
    ],
)
def test_a_line_that_does_not_prove_itself_is_named(text: str, fault: str) -> None:
    assert any(fault in one for one in found("source='x'\n" + text)), found("source='x'\n" + text)


def test_a_file_without_a_maker_or_a_source_is_named() -> None:
    assert found("source='x'\n" + LINE, "nobody") == [
        "products/nobody.toml: needs a rules file of that name and a source"
    ]
    assert found("source=''\n" + LINE) == ["products/plain.toml: needs a rules file of that name and a source"]


def test_a_field_that_is_none_is_one_line() -> None:
    with pytest.raises(Trouble, match=r"products/plain\.toml"):
        found("source='x'\n[object_id]\n'1.3.6.1.4.1.5' = { produkt = 'box' }\n")


@pytest.mark.parametrize("stem", sorted(load().products))
def test_every_node_is_found_by_itself_and_not_by_its_neighbour(stem: str) -> None:
    held = load().products[stem]
    for oid, product in held.object_id.items():
        assert held.by_object_id(f"{oid}.1") is not None
        assert held.by_object_id(oid) == product
        assert held.by_object_id(f"{oid}0000") != product
