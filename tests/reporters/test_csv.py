"""The CSV reads back whole, row for finding and part, and nothing in it runs in a spreadsheet."""

import csv as dialect
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporters import csv
from reporters._cells import safe
from tests.reporters import sample


def rows(data: bytes) -> list[dict[str, str]]:
    return list(dialect.DictReader(StringIO(data.decode("utf-8"), newline=""), strict=True))


def test_one_row_a_device_and_one_a_component() -> None:
    report = sample.report()
    read = rows(csv.render(report))
    devices = [row for row in read if row["row"] == "device"]
    parts = [row for row in read if row["row"] == "component"]
    assert sorted(row["device"] for row in devices) == sorted(one.device for one in report.findings)
    assert len(parts) == sum(len(one.components) for one in report.findings) == 2
    optic = next(row for row in parts if row["serial"] == "OPT777")
    assert (optic["outcome"], optic["maker"], optic["model"]) == ("suspect", "huawei", "OPTIC-1")
    assert optic["in_law"] == "telecommunications equipment"


def test_what_a_row_says() -> None:
    by_address = {row["addresses"]: row for row in rows(csv.render(sample.report()))}
    lorex, camera = by_address[sample.LOREX], by_address[sample.CAMERA]
    assert (lorex["outcome"], lorex["maker"]) == ("covered", "dahua")
    assert lorex["relabel"].startswith("Sold as Lorex, built by Dahua")
    assert "section-889: purpose" in lorex["open_questions"]
    assert (camera["switch"], camera["port"], camera["vlan"]) == ("sw-hq-1", "Gi0/7", "10")
    assert camera["plugged_in"] == "sw-hq-1, port Gi0/7, VLAN 10"
    assert all(row["evidence"].startswith("sha256:") for row in (lorex, camera))
    assert all(date in lorex["report_registry"] for date in sample.report().inputs.registry)


def test_lines_end_and_quote_as_rfc_4180_says() -> None:
    data = csv.render(sample.report())
    assert data.count(b"\n") == data.count(b"\r\n") == len(sample.report().findings) + 2 + 1
    assert data.endswith(b"\r\n") and not data.startswith(b"\xef\xbb\xbf")


def test_a_device_named_like_a_formula_stays_text() -> None:
    names = [row["names"] for row in rows(csv.render(sample.report())) if "HYPERLINK" in row["names"]]
    assert names == ["'" + sample.FORMULA]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\uff1d1+1", "\n=1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe(text).startswith("'")


@pytest.mark.parametrize("text", ["", "sw-1", "10.0.0.1", "a=b", "'quoted"])
def test_what_it_would_not_run_stays(text: str) -> None:
    assert safe(text) == text


@given(st.text(st.characters(), max_size=30))
def test_no_cell_begins_a_formula_or_hides_anything(text: str) -> None:
    cell = safe(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    assert cell.isprintable() or all(one.isspace() for one in cell if not one.isprintable())


def test_no_findings_leave_the_header() -> None:
    assert csv.render(sample.report((), run=False)) == (",".join(csv.COLUMNS) + "\r\n").encode()
