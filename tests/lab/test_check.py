"""The comparison of a report with the truth finds each kind of error, and no error where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from lab import check, reading, strip, truth

TRUTH = truth.expected(reading.site())


def finding(row: truth.Expected, outcome: str, maker: str | None = None) -> dict[str, Any]:
    maker = row.maker or None if maker is None else maker
    return {
        "device": row.device,
        "outcome": outcome,
        "maker": maker,
        "addresses": [*row.addresses],
        "macs": [*row.macs],
    }


def report(**changed: str) -> dict[str, Any]:
    """A right report, but for the outcomes of the devices named (`_` for `-`)."""
    outcomes = {row.device: changed.get(row.device.replace("-", "_"), row.outcomes[0]) for row in TRUTH}
    return {"findings": [finding(row, outcomes[row.device]) for row in TRUTH], "unexplained_macs": []}


def test_a_right_report_is_right() -> None:
    assert list(check.wrong(report(), TRUTH)) == []


@pytest.mark.parametrize(
    ("device", "outcome"),
    [
        ("router_huawei", "clear"),
        ("router_huawei", "suspect"),
        ("core_switch", "suspect"),
        ("switch_h3c", "covered"),
        ("linux_ssh", "clear"),
        ("camera_amcrest", "clear"),
        ("camera_asleep", "clear"),
        ("controller_building", "clear"),
    ],
)
def test_each_wrong_verdict_is_told(device: str, outcome: str) -> None:
    [line] = check.wrong(report(**{device: outcome}), TRUTH)
    assert line.startswith(device.replace("_", "-")) and outcome in line


def test_a_witness_beside_a_covered_device_is_no_error() -> None:
    whole = report()
    row = next(row for row in TRUTH if row.device == "router-huawei")
    whole["findings"] += [finding(row, "unseen"), finding(row, "suspect")]
    assert list(check.wrong(whole, TRUTH)) == []


def test_a_suspicion_beside_an_ordinary_device_is_one() -> None:
    whole = report()
    whole["findings"].append(finding(next(row for row in TRUTH if row.device == "ups-apc"), "suspect"))
    assert len(list(check.wrong(whole, TRUTH))) == 1


def test_a_missing_device_is_told_unless_its_mac_is_listed_unexplained() -> None:
    whole = report()
    whole["findings"] = [each for each in whole["findings"] if each["device"] not in ("ups-apc", "camera-asleep")]
    assert [line.split(":")[0] for line in check.wrong(whole, TRUTH)] == ["camera-asleep", "ups-apc"]
    whole["unexplained_macs"] = [{"mac": "B8:27:EB:5D:70:01"}]
    assert [line.split(":")[0] for line in check.wrong(whole, TRUTH)] == ["ups-apc"]


def test_a_carriers_box_need_not_be_told_of() -> None:
    whole = report()
    whole["findings"] = [each for each in whole["findings"] if each["device"] not in ("ont-carrier", "carrier-far")]
    assert list(check.wrong(whole, TRUTH)) == []


def test_a_wrong_maker_and_an_invented_device_are_told() -> None:
    whole = report()
    next(each for each in whole["findings"] if each["device"] == "switch-zte")["maker"] = "huawei"
    whole["findings"].append({"device": "dev-1", "outcome": "covered", "maker": "zte", "addresses": [], "macs": []})
    assert [line.split(":")[0] for line in check.wrong(whole, TRUTH)] == ["switch-zte", "dev-1"]


def test_nothing_may_be_clear_in_an_anonymous_site() -> None:
    bare = truth.expected(strip.anonymous(reading.site()))
    whole = {"findings": [finding(row, "clear") for row in bare], "unexplained_macs": []}
    assert len(list(check.wrong(whole, bare))) == len(bare)
