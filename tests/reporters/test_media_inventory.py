"""CycloneDX and OSCAL, judged by their own libraries; their figures are the filing's."""

from __future__ import annotations

import gc
import json
import sys
import time
import uuid
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from model.answers import Disposition
from model.filing import Filing
from model.folder import module
from model.gate import holds
from model.report import Report
from model.trouble import Missing
from reporters._uuid import uuid_of
from reporters.forms._write import document
from tests.reporters import sample

FILES = ("cyclonedx", "oscal")
LONG = (
    *sample.FACTS,
    ("10.0.0.77", "self", "snmp.sys_name", "n" * 10_000),
    ("10.0.0.78", "self", "snmp.sys_name", " \u202eback\n\tward "),
    ("10.0.0.78", "self", "entity.serial", "\u00a0 \u00a0"),
)


def made(name: str, filing: Filing) -> bytes:
    head = document(filing, "far-52.204-26", "Covered equipment: a representation", "", ())
    data: bytes = module("reporters.media", name).write(head, filing)
    return data


def second(report: Report) -> Report:
    """The same devices at another site."""
    return msgspec.structs.replace(report, site=msgspec.structs.replace(report.site, id="annex", name="Annex"))


@pytest.fixture(scope="module")
def two() -> Filing:
    """Two sites and one hold that a person disposed of."""
    whole = sample.report(LONG)
    first = sample.filing(made=whole)
    filing = sample.filing(made=second(sample.report([fact for fact in LONG if sample.STRAY not in fact[1]])))
    reports = (*first.reports, *filing.reports)
    word = Disposition("a guest's", "no", "R. Reviewer", "2027-01-01", "seen it", "00:11:22:33:44:55")
    answers = msgspec.structs.replace(first.answers, reports=(), disposition=(word,))
    found = holds([one.report for one in reports], sample.ENTITY, answers, date(2026, 11, 23))
    return msgspec.structs.replace(first, reports=reports, answers=answers, holds=tuple(found))


@pytest.fixture(scope="module")
def bom(two: Filing) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made("cyclonedx", two))
    return found


@pytest.fixture(scope="module")
def results(two: Filing) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made("oscal", two))["assessment-results"]
    return found


def props(of: dict[str, Any], name: str) -> list[str]:
    """Values of one property, in either format."""
    held = of.get("properties") or of.get("props") or []
    return [one["value"] for one in held if one["name"] == name]


@pytest.mark.parametrize("name", FILES)
def test_same_filing_same_bytes_and_another_another(name: str, two: Filing) -> None:
    data = made(name, two)
    assert data == made(name, two) and data.endswith(b"\n")
    other = json.loads(made(name, msgspec.structs.replace(two, prepared_at="2026-11-24T12:00:00.000000Z")))
    first = json.loads(data)
    if name == "oscal":
        assert first["assessment-results"]["uuid"] != other["assessment-results"]["uuid"]
    else:
        assert first["serialNumber"] != other["serialNumber"]


@pytest.mark.parametrize("name", FILES)
def test_what_a_reader_would_not_see_is_written_out(name: str, two: Filing) -> None:
    text = made(name, two).decode()
    assert "\u202e" not in text and "\\\\u{202e}" in text and "n" * 10_000 in text


@pytest.mark.parametrize("name", FILES)
def test_eight_times_the_devices_take_about_eight_times_as_long(name: str) -> None:
    few, many = (sample.filing(made=sample.report(sample.many(count))) for count in (250, 2000))
    made(name, few)  # the library is loaded
    # Relative, for the machine may be slow or busy; what goes through all devices for each would take 64 times.
    assert min(cost(name, many) for _ in range(2)) < 24 * min(cost(name, few) for _ in range(3))
    assert made(name, many).count(b'"device-0') >= 2000


def cost(name: str, filing: Filing) -> float:
    """Seconds of processor, the collector of garbage apart: how often it goes through what others left is chance."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        made(name, filing)
        return time.process_time() - began
    finally:
        gc.enable()


def test_uuids_are_those_of_version_5() -> None:
    space = uuid.uuid5(uuid.NAMESPACE_URL, "laydown.filing/1")
    assert uuid_of("a", "b") == str(uuid.uuid5(space, "a\x1fb"))
    assert uuid_of("a", "b") != uuid_of("a\x1f", "b")


# --- CycloneDX


@pytest.mark.needs("py:cyclonedx", "py:jsonschema")
def test_the_bom_is_valid_1_7_and_read_back_by_the_library(two: Filing) -> None:
    from cyclonedx.model.bom import Bom
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    data = made("cyclonedx", two)
    assert JsonStrictValidator(SchemaVersion.V1_7).validate_str(data.decode()) is None
    read = Bom.from_json(json.loads(data))  # type: ignore[attr-defined]
    assert read.serial_number is not None and read.serial_number.version == 5
    assert len(read.components) == sum(len(held.report.findings) for held in two.reports)
    assert JsonStrictValidator(SchemaVersion.V1_7).validate_str(data.decode().replace('"device"', '"gadget"', 1))


def test_the_boms_figures_are_the_filings(two: Filing, bom: dict[str, Any]) -> None:
    outcomes = Counter(value for one in bom["components"] for value in props(one, "laydown:outcome"))
    assert outcomes == Counter(finding.outcome for _, finding in two.findings())
    assert bom["metadata"]["timestamp"].startswith("2026-11-23T12:00:00")
    for held in two.reports:
        site, summary = held.report.site.id, held.report.summary
        assert props(bom["metadata"], f"laydown:site:{site}:report") == [held.digest]
        for name in summary.__struct_fields__:
            told = props(bom["metadata"], f"laydown:site:{site}:{name.replace('_', '-')}")
            assert told == [str(getattr(summary, name))], name
    assert props(bom["metadata"], "laydown:holds") == [str(sum(hold.disposition is None for hold in two.holds))]


def test_a_device_of_the_bom_has_its_maker_model_serial_and_parts(two: Filing, bom: dict[str, Any]) -> None:
    held = two.reports[0]
    ours = {props(one, "laydown:device")[0]: one for one in bom["components"] if props(one, "laydown:site") == ["hq"]}
    for finding in held.report.findings:
        one = ours[finding.device]
        assert one["type"] == "device" and one["bom-ref"].endswith(finding.device)
        assert one.get("manufacturer", {}).get("name", "") == finding.producer
        assert sorted(props(one, "cdx:device:macAddress")) == sorted(finding.macs)
        assert props(one, "cdx:device:serialNumber") == [finding.serial] * bool(finding.serial.strip())
        parts = one.get("components", [])
        assert sorted(props(part, "laydown:part")[0] for part in parts) == sorted(
            p.component for p in finding.components
        )
        why = [w.evidence for w in finding.why]
        assert all(any(evidence in text for text in props(one, "laydown:why")) for evidence in why)
    optic = [part for one in ours.values() for part in one.get("components", []) if part["name"] == "OPTIC-1"]
    assert props(optic[0], "cdx:device:serialNumber") == ["OPT777"] and props(optic[0], "laydown:outcome") == [
        "suspect"
    ]
    assert props(optic[0], "laydown:in_law") == ["telecommunications equipment"]


def test_without_the_library_the_bom_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch, two: Filing) -> None:
    monkeypatch.setitem(sys.modules, "cyclonedx.model.bom", None)
    with pytest.raises(Missing, match=r"CycloneDX: its library is not installed .*: install the extra `paper`"):
        made("cyclonedx", two)


# --- OSCAL


@pytest.mark.needs("py:trestle")
def test_the_results_are_valid(two: Filing) -> None:
    from trestle.oscal.assessment_results import AssessmentResults

    told = json.loads(made("oscal", two))["assessment-results"]
    read = AssessmentResults(**told)
    assert [len(one.observations or []) for one in read.results] == [len(h.report.findings) for h in two.reports]
    with pytest.raises(ValueError, match="collected"):
        del told["results"][0]["observations"][0]["collected"]
        AssessmentResults(**told)


@pytest.mark.needs("py:trestle")
def test_an_empty_site_is_valid_too() -> None:
    from trestle.oscal.assessment_results import AssessmentResults

    filing = sample.filing(made=sample.report(()[:0], run=False))
    AssessmentResults(**json.loads(made("oscal", filing))["assessment-results"])


def test_the_results_figures_are_the_filings(two: Filing, results: dict[str, Any]) -> None:
    assert results["metadata"]["last-modified"] == two.prepared_at
    for held, told in zip(two.reports, results["results"], strict=True):
        summary = held.report.summary
        for name in summary.__struct_fields__:
            assert props(told, name.replace("_", "-")) == [str(getattr(summary, name))], name
        outcomes = Counter(value for one in told["observations"] for value in props(one, "outcome"))
        assert outcomes == Counter(finding.outcome for finding in held.report.findings)
        assert props(told, "report") == [held.digest]


def test_every_hold_is_a_risk_once(two: Filing, results: dict[str, Any]) -> None:
    risks = [risk for told in results["results"] for risk in told["risks"]]
    assert len(risks) == len(two.holds)
    assert Counter(risk["status"] for risk in risks) == {
        "closed": sum(hold.disposition is not None for hold in two.holds),
        "open": sum(hold.disposition is None for hold in two.holds),
    }
    closed = next(risk for risk in risks if risk["status"] == "closed")
    assert props(closed, "disposed-by") == ["R. Reviewer"]


def test_references_lead_somewhere_and_uuids_are_single(results: dict[str, Any]) -> None:
    """Every UUID is given once, and every one that is referred to is given."""
    given: list[str] = []
    asked: list[str] = [results["import-ap"]["href"].removeprefix("#")]

    def walk(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key == "uuid":
                    given.append(item)
                elif key.endswith("-uuid"):
                    asked.append(item)
                walk(item)

    walk(results)
    tool = results["results"][0]["local-definitions"]["components"][0]["uuid"]
    assert [one for one, count in Counter(given).items() if count > 1] in ([], [tool])
    assert set(asked) <= set(given) and all(uuid.UUID(one).version == 5 for one in given)


def test_no_word_of_compliance(two: Filing) -> None:
    for name in FILES:
        text = made(name, two).decode().lower()
        assert "compliant" not in text and '"satisfied"' not in text


@pytest.mark.parametrize("name", FILES)
def test_a_sample_and_a_marking_are_said(name: str, two: Filing) -> None:
    answers = msgspec.structs.replace(two.answers, sample=True)
    text = made(name, msgspec.structs.replace(two, answers=answers, marking="CUI//SP-PROCURE")).decode()
    assert "SAMPLE" in text and "CUI//SP-PROCURE" in text
    assert "SAMPLE" not in made(name, two).decode()


@pytest.mark.parametrize("name", FILES)
def test_attest_writes_it(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from reporters import json as as_json
    from tests.agent.cli import Shell

    (tmp_path / "report.json").write_bytes(as_json.render(sample.report()))
    suffix = module("reporters.media", name).SUFFIX
    out = tmp_path / f"paper{suffix}"
    told = Shell(capfd)(
        "attest", tmp_path, "--site-only", "--form", "far-52.204-26", "-f", name, "-o", tmp_path / "out"
    )
    assert told.code == 4, told.err
    assert json.loads((tmp_path / "out" / f"far-52.204-26{suffix}").read_bytes())
    told = Shell(capfd)("attest", tmp_path, "--site-only", "--form", "far-52.204-26", "-o", out)
    assert told.code == 4 and json.loads(out.read_bytes()), told.err
