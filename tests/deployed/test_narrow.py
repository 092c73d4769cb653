"""A policy can only narrow: for any policy whatever, what is scanned, when and how fast stays within the site's own configuration."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.budget import PROFILES
from agent.config import read
from agent.deployed.narrow import SPAN, narrowed
from model.policy import SCHEMA, Policy
from model.schedule import moments, schedule_of
from model.spans import spans

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OWN = read(
    b"""
[scope]
targets = ["10.0.0.0/24", "10.0.2.0/25"]
exclude = ["10.0.0.9"]
exclude_reason = "pump"
[budget]
profile = "normal"
[agent]
schedule = "02:30 mon-fri"
window = ["22:00-05:00"]
blackout = ["2026-12-24/2026-12-26"]
""",
    "agent.toml",
)
POLICY = Policy(SCHEMA, "hq", 4, "2026-11-20T00:00:00.000000Z")


def wished(**fields: Any) -> Any:
    return narrowed(OWN, msgspec.structs.replace(POLICY, **fields), "hq", NOW, UTC)


def test_nothing_wished_is_the_sites_own() -> None:
    assert narrowed(OWN, None, "hq", NOW, UTC).config == OWN == wished().config


@pytest.mark.parametrize(
    ("targets", "left", "refused"),
    [
        (("10.0.0.0/25",), ["10.0.0.1-10.0.0.127"], 0),
        (("10.0.0.0/24", "10.0.2.255"), ["10.0.0.0/24"], 1),
        (("10.0.2.127", "10.0.2.126"), ["10.0.2.126"], 0),  # nobody asks a broadcast address
        (("10.0.0.0/16",), ["10.0.0.0/24", "10.0.2.0/25"], 1),
        (("10.9.0.0/24",), [], 1),
        (("not an address", "10.0.0.7"), ["10.0.0.7"], 1),
        ((), [], 0),
    ],
)
def test_targets_are_what_both_name(targets: tuple[str, ...], left: list[str], refused: int) -> None:
    found = wished(targets=targets)
    assert list(found.config.scope.targets) == left and len(found.refused) == refused


def test_exclusions_and_blackouts_are_added() -> None:
    found = wished(exclude=("10.0.0.64/26", "everything"), blackout=("08:00-18:00", "always"))
    assert found.config.scope.exclude == ("10.0.0.9", "10.0.0.64/26") and found.config.scope.exclude_reason == "pump"
    assert found.config.agent.blackout == ("2026-12-24/2026-12-26", "08:00-18:00")
    assert len(found.refused) == 2 and all("'everything'" in one or "'always'" in one for one in found.refused)


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("02:30 mon", ""),
        ("23:15 sat", ""),
        ("02:30", "more often"),
        ("12:00 sat", "agent.window"),
        ("soon", "no schedule"),
    ],
)
def test_a_schedule_is_the_sites_own_or_in_its_window(schedule: str, said: str) -> None:
    found = wished(schedule=schedule)
    assert found.config.agent.schedule == (OWN.agent.schedule if said else schedule)
    assert (said in found.refused[0]) if said else not found.refused


@pytest.mark.parametrize(
    ("profile", "holds"), [("gentle", "gentle"), ("normal", "normal"), ("fast", "normal"), ("x", "normal")]
)
def test_a_profile_is_never_faster(profile: str, holds: str) -> None:
    found = wished(profile=profile)
    assert found.config.budget.profile == holds and bool(found.refused) == (profile in ("fast", "x"))


def test_a_pack_needs_the_sites_leave() -> None:
    sha = "sha256:" + "0" * 64
    assert wished(pack=sha).pack == "" and "agent.packs" in wished(pack=sha).refused[0]
    leave = msgspec.structs.replace(OWN, agent=msgspec.structs.replace(OWN.agent, packs="collector"))
    assert narrowed(leave, msgspec.structs.replace(POLICY, pack=sha), "hq", NOW, UTC).pack == sha
    for bent in ("sha256:../../results/x/pack", "../../results/x/pack", sha + "/.."):
        found = narrowed(leave, msgspec.structs.replace(POLICY, pack=bent), "hq", NOW, UTC)
        assert found.pack == "" and "no digest" in found.refused[0], "its text becomes a file's name"


def test_another_sites_policy_is_none() -> None:
    found = narrowed(OWN, POLICY, "depot", NOW, UTC)
    assert found.config == OWN and "it is for site 'hq'" in found.refused[0]


ADDRESSES = st.sampled_from(
    ["10.0.0.0/8", "10.0.0.9", "10.0.0.0/24", "10.0.2.200", "::/0", "fe80::1", "x", "0.0.0.0/0", ""]
)
TIMES = st.sampled_from(
    ["02:30", "02:30 mon", "03:00 1,15", "12:00", "23:00 sat,sun", "00:00-24:00", "08:00-09:00", "", "x"]
)
ANY = st.builds(
    Policy,
    schema=st.just(SCHEMA),
    site=st.sampled_from(["hq", "depot", ""]),
    serial=st.integers(0, 9),
    issued_at=st.just(""),
    targets=st.none() | st.lists(ADDRESSES, max_size=4).map(tuple),
    exclude=st.lists(ADDRESSES, max_size=3).map(tuple),
    schedule=st.none() | TIMES,
    blackout=st.lists(TIMES, max_size=3).map(tuple),
    profile=st.none() | st.sampled_from(["gentle", "normal", "fast", "x", ""]),
    pack=st.none() | st.just("sha256:" + "0" * 64),
)


@given(ANY)
@settings(max_examples=150, deadline=None)
def test_no_policy_widens(policy: Policy) -> None:
    found = narrowed(OWN, policy, "hq", NOW, UTC)
    ours, theirs = OWN.scope, found.config.scope
    assert not (spans(theirs.targets) - spans(ours.targets)).ranges
    assert set(ours.exclude) <= set(theirs.exclude) and (theirs.fragile, theirs.guest) == (ours.fragile, ours.guest)
    assert PROFILES[found.config.budget.profile].total <= PROFILES[OWN.budget.profile].total
    assert set(OWN.agent.blackout) <= set(found.config.agent.blackout) and found.pack == ""
    assert (found.config.credential, found.config.authority, found.config.release) == (
        OWN.credential,
        OWN.authority,
        OWN.release,
    )
    when = [at for at in moments(schedule_of(found.config.agent.schedule, "s"), NOW, UTC) if at < NOW + SPAN]
    own = [at for at in moments(schedule_of(OWN.agent.schedule, "s"), NOW, UTC) if at < NOW + SPAN]
    assert len(when) <= len(own) and all(at in own or at.hour >= 22 or at.hour < 5 for at in when)
