"""Makers' private trees speak where the object id names nobody, and only there."""

from __future__ import annotations

import pytest

from agent.ask import Source
from agent.imports import _walks, snmprec
from agent.mibs import _all, entity, others, private_trees, wlan_80211
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


def test_a_box_tells_its_model_in_its_makers_own_objects() -> None:
    lines = b"1.3.6.1.4.1.8741.2.1.1.1.0|4|TZ 400\n1.3.6.1.4.1.8741.2.1.1.2.0|4|0017C5ABCDEF\n1.3.6.1.4.1.318.1.1.26.2.1.8.1|4|AP8853\n"
    table = walk(lines)
    assert said(others.read(table, table.evidence_of)) == {
        ("self", "maker.model", "AP8853"),
        ("self", "maker.serial", "0017C5ABCDEF"),
    }


def test_a_makers_objects_are_asked_of_its_own_boxes_and_of_those_that_keep_the_agents_number() -> None:
    assert _all.fits("1.3.6.1.4.1.8741.2.1.1.1.0", 8741) and not _all.fits("1.3.6.1.4.1.8741.2.1.1.1.0", 9)
    assert not _all.fits("1.3.6.1.4.1.8741.2.1.1.1.0", 8072) and _all.fits("1.3.6.1.4.1.41112.1.5.1.1.0", 8072)
    assert _all.fits("1.3.6.1.4.1.6574.1.5.1.0", 8072), "a file server keeps net-snmp's number"


def test_of_a_branch_a_file_keeps_the_first_object_of_each_number_and_what_is_read() -> None:
    lines = [f"1.3.6.1.4.1.41112.9.{n}.0|4|x" for n in range(1000)] + ["1.3.6.1.4.1.41112.1.5.1.1.0|4|ER-X"]
    source = Source(origin="x.snmprec", data="\n".join(lines).encode(), seen_at="2026-11-01T10:00:00.000000Z")
    kept = _walks.Firsts()
    binds = [*kept.of(snmprec.varbinds(source.data, _walks.wanted()))]
    assert [bind.oid for bind in binds] == ["1.3.6.1.4.1.41112.9.0.0", "1.3.6.1.4.1.41112.1.5.1.1.0"]
    assert ("self", "maker.model", "ER-X") in said(snmprec.read([*snmprec.take(source)]))


@pytest.mark.parametrize(
    ("name", "maker"), [("HISILICON       ", "HISILICON"), ("Ethernet 1/1/24", None), ("HISILICON", None)]
)
def test_an_optics_vendor_field_in_place_of_a_name_is_its_maker(name: str, maker: str | None) -> None:
    rows = f"{entity.CONTAINED}.1|2|0\n{entity.CLASS}.1|2|3\n{entity.NAME}.5|4x|{name.encode().hex()}\n"
    table = walk(rows.encode())
    found = {(about, key): value for about, key, value in said(entity.read(table, table.evidence_of))}
    assert found.get(("component:entity.5", "entity.mfg_name")) == maker


def test_a_radio_station_tells_its_maker_and_product() -> None:
    rows = (
        f"{wlan_80211.RESOURCE}.2.5|4|Example Radios\n{wlan_80211.RESOURCE}.3.5|4|R5\n{wlan_80211.RESOURCE}.3.6|4|R6\n"
    )
    table = walk(rows.encode())
    assert said(wlan_80211.read(table, table.evidence_of)) == {
        ("self", "dot11.manufacturer", "Example Radios"),
        ("self", "dot11.product", "R5"),
    }
