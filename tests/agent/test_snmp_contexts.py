"""Station tables that a switch keeps a VLAN, asked of a real agent; and no `community@vlan` to anybody but Cisco."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.ask import Snmp, Target
from agent.probes import snmp
from agent.snmp.credentials import Credential, load
from tests.agent import simulator
from tests.agent.reading import said, where
from tests.agent.runs import HERE, Run
from tests.agent.snmpd import AUTH, PRIV

pytestmark = pytest.mark.needs("py:snmpsim")
CISCO, OTHER = "1.3.6.1.4.1.9.1.1208", "1.3.6.1.4.1.99999.1"
STATION = "station:00:00:5e:00:53:27"
NAMES = "1.3.6.1.2.1.31.1.1.1.1.10103|4|Gi1/0/3\n"
STATES = "".join(f"1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.{vlan}|2|{state}\n" for vlan, state in ((20, 1), (30, 2), (1002, 1)))
LEARNT = "1.3.6.1.2.1.17.1.4.1.2.7|2|10103\n1.3.6.1.2.1.17.4.3.1.2.0.0.94.0.83.39|2|7\n"
LEARNT += "1.3.6.1.2.1.17.4.3.1.3.0.0.94.0.83.39|2|3\n"


def box(object_id: str) -> str:
    return f"1.3.6.1.2.1.1.1.0|4|Example\n1.3.6.1.2.1.1.2.0|6|{object_id}\n1.3.6.1.2.1.1.5.0|4|sw1\n" + NAMES + STATES


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Communities `cisco` and `other`, each with a table for VLAN 20; by version 3 the unnamed context and `vlan-20`."""
    files = {"cisco": box(CISCO), "other": box(OTHER), "cisco@20": LEARNT, "other@20": LEARNT, "vlan-20": LEARNT}
    files["default"] = box(CISCO)
    with simulator.running(tmp_path_factory.mktemp("snmpsim"), files) as port:
        yield port


@pytest.fixture
def credential(tmp_path: Path) -> Callable[..., Credential]:
    def make(community: str = "", **fields: Any) -> Credential:
        for name, value in (("community", community), ("auth", AUTH), ("priv", PRIV)):
            (tmp_path / name).write_text(value + "\n")
        table = {"name": "site-ro", "kind": "snmp", "scopes": ["127.0.0.0/8"], **fields}
        return load([table], tmp_path)[0]

    return make


def asked(front: int, credential: Credential) -> Run:
    run = Run(credentials=(credential,), port_map={(HERE, 161): (HERE, front)})
    run.run([("snmp", snmp, Target(HERE))])
    assert run.outcomes[0].status == "answered", run.outcomes
    return run


def test_a_cisco_is_asked_for_each_active_vlan(agent: int, credential: Callable[..., Credential]) -> None:
    with simulator.counted(agent) as (front, seen):
        run = asked(front, credential("cisco", version="2c", community_file="community"))
    assert {name for name in seen if b"@" in name} == {b"cisco@20"}, "VLAN 30 is suspended, 1002 is a relic"
    assert (STATION, "attached", where(port="Gi1/0/3", vlan="20")) in said(snmp.read(run.evidence))


def test_nobody_else_is_sent_a_community_with_a_vlan(agent: int, credential: Callable[..., Credential]) -> None:
    """The same tables under another maker's number: not one datagram, though the box would answer it."""
    with simulator.counted(agent) as (front, seen):
        run = asked(front, credential("other", version="2c", community_file="community"))
    assert set(seen) == {b"other"} and seen[b"other"] > 20
    assert not any(about == STATION for about, _, _ in said(snmp.read(run.evidence)))


@pytest.mark.parametrize("community", ["cisco", "other"])
def test_the_driver_itself_holds_the_line(agent: int, credential: Callable[..., Credential], community: str) -> None:
    """Whatever a probe asks: before the box has said who it is, and of all but Cisco, a context does not leave."""
    early = Snmp("a table", "bulk", ("1.3.6.1.2.1.17.4.3.1.2",), context="vlan-20")
    who = Snmp("who", "get", ("1.3.6.1.2.1.1.2.0",))
    with simulator.counted(agent) as (front, seen):
        held = credential(community, version="2c", community_file="community")
        run = Run(credentials=(held,), port_map={(HERE, 161): (HERE, front)})
        statuses = [reply.status for reply in run.talk(early, who, early)]
    cisco = community == "cisco"
    assert statuses == ["excluded", "answered", "answered" if cisco else "excluded"]
    assert seen == {community.encode(): 1, **({b"cisco@20": 1} if cisco else {})}


def test_version_3_names_the_context(agent: int, credential: Callable[..., Credential]) -> None:
    fields = {"version": "3", "user": "strong", "auth": "sha256", "auth_file": "auth"}
    run = Run(
        credentials=(credential(**fields, priv="aes128", priv_file="priv"),), port_map={(HERE, 161): (HERE, agent)}
    )
    (table,) = run.talk(Snmp("a table", "bulk", ("1.3.6.1.2.1.17.4.3.1.2",), repeats=3, context="vlan-20"))
    assert table.status == "answered" and b"\x06" in table.body
    (nowhere,) = run.talk(Snmp("a table", "bulk", ("1.3.6.1.2.1.17.4.3.1.2",), repeats=3, context="vlan-77"))
    assert nowhere.status != "answered"
    assert list(run.driver.refusals) == [], "a context that is not there says nothing of the credential"
