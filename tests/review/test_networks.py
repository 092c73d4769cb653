"""One device seen in a VLAN once made the whole VLAN count as examined."""

from __future__ import annotations

import json

import pytest

from fingerprints.assess import assess
from model.evidence import Observation, observed
from model.run import Start, noted
from tests.review.test_judging import AXIS_MAC, read, shipped

WHEN = "2026-11-01T10:00:00.000000Z"
VLAN = '{"kind":"vlan","name":"30","named_by":"vlan-table"}'
ROUTED = '{"kind":"subnet","name":"%s","named_by":"interface","interface":"Vlan30"}'


def state(address: str, *subnets: str) -> str:
    """How VLAN 30 stands when the host at `address` hangs in it, and a switch says which subnets it routes for it."""
    facts = {
        "10.0.0.1": [
            ("self", "network", VLAN),
            (f"station:{AXIS_MAC}", "attached", '{"port":"7","vlan":"30"}'),
            *(("self", "network", ROUTED % subnet) for subnet in subnets),
        ],
        address: [("self", "mac.address", AXIS_MAC)],
    }
    made = [noted(Start("r", "laydown", "desk/eth0", targets=("10.0.0.0/24",)), "desk/eth0", WHEN)]
    for target, told in facts.items():
        note = Observation("t", "desk/eth0", target, "all", "answered", WHEN)
        made.append(observed(note, json.dumps(told).encode()))
    report = assess(made, {"t": read}, shipped(), "test")  # type: ignore[dict-item]
    (found,) = (net.status for net in report.networks if net.kind == "vlan")
    return found


@pytest.mark.parametrize(
    ("address", "subnets", "status"),
    [
        ("10.0.0.7", (), "in scope"),
        ("10.0.0.7", ("10.0.0.0/24",), "in scope"),
        ("10.0.0.7", ("10.0.0.0/24", "10.9.0.0/24"), "not examined"),
        ("192.0.2.7", (), "not examined"),
    ],
)
def test_a_vlan_is_examined_only_as_far_as_its_subnets_are(address: str, subnets: tuple[str, ...], status: str) -> None:
    assert state(address, *subnets) == status
