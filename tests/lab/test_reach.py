"""IPv6 on the wire, routed and on the link; the way out through the carrier's box, and its end inside the lab."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from lab import reading
from lab.topology import wired
from tests.lab import stage

SITE = reading.site()
LOOK = (stage.PYTHON, "-B", "-m", "tests.lab.look")


@pytest.fixture(scope="module", params=stage.WIRED)
def looked(request: pytest.FixtureRequest) -> dict[str, Any]:
    code, site, said, kept = stage.play(request.param, *LOOK)
    shutil.rmtree(kept.parent)
    if "IPv6" in " ".join(site["not_simulated"]):
        pytest.skip(site["not_simulated"][0])
    assert code == 0
    return {**json.loads(said), "site": site}


def test_all_nodes_of_the_desks_link_answer_one_echo(looked: dict[str, Any]) -> None:
    here = [leg for device in SITE.devices for _, leg in wired(SITE, device) if leg.subnet == 1 and leg.ipv6]
    assert looked["nodes"] == sorted(SITE.addresses6(leg)[1] for leg in here)
    assert len(here) >= 8


def test_ipv6_is_routed_to_the_subnet_that_has_nothing_else(looked: dict[str, Any]) -> None:
    assert "Server: App-webs/" in looked["routed"]
    assert "Login to 8M01A73PAK2D1B4" in looked["on the link"]


def test_the_description_names_the_ipv6_prefixes(looked: dict[str, Any]) -> None:
    site = looked["site"]
    assert site["targets"][:2] == ["10.77.1.0/26", "10.77.2.0/26"]
    assert site["targets"][2:] == [str(SITE.network6(number)) for number in (1, 2, 5)]
    assert site["desk"]["addresses6"][0] == "fd77:4c:4142:1::62"


def test_every_hop_on_the_way_out_reports_itself(looked: dict[str, Any]) -> None:
    addresses = [address for _, address, _ in looked["trace"]]
    assert addresses == ["10.77.1.1", "10.77.1.2", "198.51.100.1", "203.0.113.1", "203.0.113.9"]
    assert [kind for *_, kind in looked["trace"]] == [11, 11, 11, 11, 3]


def test_nothing_leaves_the_lab(looked: dict[str, Any]) -> None:
    """The last hop has no way on: an address that is nowhere is reported as unreachable by it."""
    assert looked["beyond"][-1][1:] == ["203.0.113.9", 3]


def test_no_router_of_the_lab_has_a_way_to_the_machine() -> None:
    ends = [device for device in SITE.devices if device.forwards and not device.gateway and not device.port]
    assert [device.name for device in ends] == ["carrier-far"]
    assert not {"10", "172", "192"} & {str(SITE.network(n)).split(".")[0] for n in (6, 7, 8)}


def test_loopback_has_neither() -> None:
    _, site, _, kept = stage.play("loopback", "true")
    assert len(site["targets"]) == 2 and site["upstream"] is None
    truth = {row["device"]: row for row in json.loads((kept / "truth.json").read_text())}
    assert truth["camera-hikvision-v6"]["verdict"] == "unseen" and not truth["camera-hikvision-v6"]["addresses"]
    assert not truth["ont-carrier"]["scanned"]
    shutil.rmtree(kept.parent)
