"""A whole report comes without its pack where that is kept: named by digest, held until its rows are there, nobody's key to other bytes."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from collector.store.tables import blob, report, used
from model.canonical import digest
from model.parcel import PACK, REPORT, STATEMENT, about_of, stated
from model.report import Site
from model.statement import opened
from reporters.json import render
from tests.collector.house import House
from tests.collector.site import CISCO, HUAWEI, Agent, evidence, frame, full, judged, pack_zip, stamp, tar
from tests.collector.test_intake import refused

pytestmark = pytest.mark.needs("py:litestar")
HQ = Site(id="hq")
NAME = digest(pack_zip())


def light(agent: Agent, where: Site = HQ, ago: float = -60, lacks: str = PACK) -> tuple[bytes, bytes]:
    """(the parcel without a member, the whole one) of a new report: the same statement in both."""
    from collector.intake.frame import opened as members

    found = evidence(where, {"10.0.0.1": CISCO, "10.0.0.2": HUAWEI}, at=stamp(ago))
    whole = agent.parcel(found)
    return frame(tar({name: data for name, data in members(whole).items() if name != lacks})), whole


def held(house: House, agent: Agent, name: str = NAME) -> int:
    return int(agent.ask("GET", f"/api/v1/packs/{name}/held").status_code)


def test_a_pack_that_is_kept_stays_at_home(house: House) -> None:
    agent, person = house.agent("hq"), house.person()
    less, whole = light(agent)
    assert held(house, agent) == 404
    refused(agent.send(less), 409, "pack", False)
    assert agent.send(whole).status_code == 201 and held(house, agent) == 404, "its rows are not there yet"
    house.rows()
    assert held(house, agent) == 204
    less, whole = light(agent, ago=-30)
    answer = agent.send(less)
    assert answer.status_code == 201 and len(less) < len(whole) / 10
    assert agent.receipt(answer).parcel == digest(less)
    house.rows()
    with house.place.store.system() as tx:
        rows = tx.execute(select(report).order_by(report.c.finished_at)).all()
        assert [row.pack_zip for row in rows] == [NAME, NAME]
        assert tx.execute(select(used.c.report).where(used.c.report.like("sha256:%"))).all() == []
    assert person("GET", f"/api/v1/reports/{rows[1].id}/pack").content == pack_zip()
    about, names = about_of(opened(person("GET", f"/api/v1/reports/{rows[1].id}/statement").content, "s")[1], "s")
    assert names[PACK] == NAME[7:] and about.release == "full"


def test_nothing_else_may_be_left_out(house: House) -> None:
    agent = house.agent("hq")
    agent.send(light(agent)[1])
    house.rows()
    less, _ = light(agent, ago=-30, lacks=REPORT)
    refused(agent.send(less), 422, "digest", True)


def test_no_parcel_names_other_bytes_as_its_pack(house: House) -> None:
    """Neither another organisation's pack, nor what is kept here and was never a pack."""
    from collector.intake.frame import opened as members

    agent, other = house.agent("hq"), house.agent("hq", org="Second")
    whole = light(agent)[1]
    agent.send(whole)
    house.rows()
    assert held(house, other) == 404
    refused(other.send(light(other)[0]), 409, "pack", False)
    body = digest(members(whole)[REPORT])
    assert held(house, agent, body) == 404
    found = evidence(HQ, {"10.0.0.1": CISCO}, at=stamp(-20))
    data = render(judged(found))
    named = {**full(found, data), PACK: members(whole)[REPORT]}
    sent = members(agent.packed(named, agent.about(judged(found), data, "full")))
    refused(agent.send(frame(tar({name: one for name, one in sent.items() if name != PACK}))), 409, "pack", False)


def test_a_pack_stays_for_a_parcel_whose_rows_are_to_come(house: House) -> None:
    """The only report that had it is erased between the receipt and the rows."""
    agent, admin = house.agent("hq"), house.person()
    agent.send(light(agent)[1])
    house.rows()
    assert agent.send(light(agent, ago=-30)[0]).status_code == 201
    (first,) = admin.get("/api/v1/reports")["items"]
    gone = admin("POST", f"/api/v1/reports/{first['id']}/erase", json={"kind": "report", "reason": "asked for"})
    assert gone.status_code in (200, 201), gone.text
    house.rows()
    with house.place.store.system() as tx:
        row = tx.execute(select(report).where(report.c.erased_at.is_(None))).one()
        assert house.place.blobs.read(tx, row.organisation, row.pack_zip) == pack_zip()


def test_a_pack_that_went_meanwhile_is_told_and_the_whole_one_is_taken(house: House) -> None:
    """This process remembers that it was there; the commit looks."""
    agent = house.agent("hq")
    agent.send(light(agent)[1])
    house.rows()
    assert held(house, agent) == 204
    with house.place.store.system(write=True) as tx:
        tx.execute(blob.delete().where(blob.c.sha256 == NAME))
    less, whole = light(agent, ago=-30)
    refused(agent.send(less), 409, "pack", False)
    assert agent.send(whole).status_code == 201


def test_what_was_erased_does_not_come_back_with_the_same_report(house: House) -> None:
    """The same report in another parcel, as after a change of the agent's key."""
    agent, admin = house.agent("hq"), house.person()
    found = evidence(HQ, {"10.0.0.1": CISCO})
    agent.send(agent.parcel(found))
    house.rows()
    (first,) = admin.get("/api/v1/reports")["items"]
    admin("POST", f"/api/v1/reports/{first['id']}/erase", json={"kind": "report", "reason": "asked for"})
    assert agent.send(agent.parcel(found, released_by="another")).status_code == 201
    house.rows()
    with house.place.store.system() as tx:
        names = set(tx.execute(select(blob.c.sha256)).scalars())
    assert digest(render(judged(found))) not in names and NAME not in names


def test_statements_agree(house: House) -> None:
    """The light parcel's statement is the whole one's, byte for byte: whoever has the pack can verify it as that."""
    from collector.intake.frame import opened as members

    agent = house.agent("hq")
    less, whole = (members(one) for one in light(agent))
    assert less[STATEMENT] == whole[STATEMENT] and less.keys() == whole.keys() - {PACK}
    about, names = about_of(opened(less[STATEMENT], "s")[1], "s")
    assert {name: digest(data)[7:] for name, data in {**less, PACK: whole[PACK]}.items() if name != STATEMENT} == names
    assert msgspec.to_builtins(stated(about, names.items()))
