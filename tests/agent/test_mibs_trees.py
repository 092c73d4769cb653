"""Makers' private trees speak where the object id names nobody, and only there."""

from __future__ import annotations

import pytest

from agent.mibs import _all, private_trees
from tests.agent.reading import said, walk

OBJECT_ID = "1.3.6.1.2.1.1.2.0"


def trees(object_id: str | None, *objects: str) -> set[str]:
    lines = [f"1.3.6.1.4.1.{name}|4|x" for name in objects]
    if object_id is not None:
        lines.append(f"{OBJECT_ID}|6|{object_id}")
    table = walk("\n".join(lines).encode())
    found = said(private_trees.read(table, table.evidence_of))
    assert all((about, key) == ("self", "snmp.private_tree") for about, key, _ in found)
    return {value for _, _, value in found}


@pytest.mark.parametrize(
    "object_id",
    [
        None,
        "1.3.6.1.4.1.8072.3.2.10",
        ".1.3.6.1.4.1.8072.3.2.10",
        "1.3.6.1.4.1",
        "1.3.6.1.2.1.33",
        "1.3.6.1.4.1.10002.1",
    ],
)
def test_each_tree_is_told_once_where_the_object_id_names_nobody(object_id: str | None) -> None:
    assert trees(object_id, "41112.1.4.1.0", "41112.1.6.1.0", "890.1.0", "8072.1.0", "2021.4.5.0") == {"41112", "890"}


@pytest.mark.parametrize("object_id", ["1.3.6.1.4.1.25506.1.578", "1.3.6.1.4.1.2011.2.23", ".1.3.6.1.4.1.80720.1"])
def test_a_named_box_is_not_told_of_other_makers_trees(object_id: str) -> None:
    assert trees(object_id, "2011.5.25.31.1.0", "41112.1.0") == set()


def test_a_box_of_many_trees_is_bounded() -> None:
    assert len(trees(None, *(f"{number}.1.0" for number in range(100, 400)))) == 64


def test_a_branch_is_read_from_files_and_never_asked_for() -> None:
    assert private_trees.ENTERPRISES_TREE in _all.branches()
    assert not {*_all.roots(), *_all.scalars()} & set(_all.branches())
