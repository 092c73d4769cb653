"""What agents send: taken once, acknowledged when durable; every other thing one clear answer, and nothing of it kept."""

from __future__ import annotations

import secrets
import tarfile
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from sqlalchemy import func, select

from collector.store.tables import blob, device, parcel, report, site
from model.canonical import digest
from model.parcel import SUMMARY, summary_of
from model.receipt import broken
from model.report import Site
from reporters.json import render
from tests.collector.house import House
from tests.collector.site import CISCO, HUAWEI, PIECE, Agent, evidence, frame, full, judged, stamp, tar

pytestmark = pytest.mark.needs("py:litestar")
HQ = Site(id="hq", name="Harbour Street", country="US")


def refused(answer: Any, status: int, error: str, final: bool | None = None) -> dict[str, Any]:
    """The refusal in an answer: of this status and code, its words in one line each."""
    said: dict[str, Any] = answer.json()
    assert (answer.status_code, said["error"]) == (status, error), answer.text
    assert said["what"] and said["remedy"] and "\n" not in said["what"]
    assert final is None or said.get("final", False) is final
    return said


def count(house: House, table: Any) -> int:
    with house.place.store.system() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_report_is_taken_once_and_told_again(house: House) -> None:
    agent = house.agent("hq")
    sent = agent.parcel(evidence(HQ, {"10.0.0.1": CISCO, "10.0.0.2": HUAWEI}))
    first = agent.send(sent)
    assert first.status_code == 201, first.text
    receipt = agent.receipt(first)
    assert (receipt.parcel, receipt.number, receipt.site, receipt.agent) == (digest(sent), 1, "hq", agent.home.agent)
    assert agent.send(sent).json() == first.json()
    asked = agent.ask("GET", f"/api/v1/uploads/{digest(sent)[7:]}")
    assert asked.json()["receipt"] == first.json()["receipt"]
    assert count(house, parcel) == 1 and house.rows() == 1
    assert agent.send(sent).json() == first.json(), "and when its rows are there as well"
    assert count(house, parcel) == 1 and house.rows() == 0 and count(house, report) == 1


def test_rows_say_what_the_report_says(house: House) -> None:
    agent = house.agent("hq")
    found = evidence(HQ, {"10.0.0.1": CISCO, "10.0.0.2": HUAWEI})
    agent.send(agent.parcel(found))
    house.rows()
    whole = judged(found)
    with house.place.store.system() as tx:
        rows = {row.device: row for row in tx.execute(select(device))}
        where = tx.execute(select(site)).one()
    assert {(r.device, r.outcome, r.maker or None) for r in rows.values()} == {
        (f.device, f.outcome, f.maker) for f in whole.findings
    }
    assert where.covered == whole.summary.covered == 1 and where.devices == 2 and where.clocks > 0
    assert count(house, parcel) == 1


def test_evidence_is_kept_once_and_comes_back_byte_for_byte(house: House) -> None:
    from collector.rows.evidence import joined

    agent = house.agent("hq")
    long = {f"10.0.0.{n}": f"{CISCO} {'x' * 400} {n}" for n in range(1, 20)}
    first, second = (evidence(HQ, long, at=stamp(-600 + 60 * n)) for n in (0, 1))
    for found in (first, second):
        agent.send(agent.parcel(found))
        house.rows()
    with house.place.store.system() as tx:
        rows = tx.execute(select(report).order_by(report.c.finished_at)).all()
        sizes = [row.size for row in tx.execute(select(blob))]
        for row, found in zip(rows, (first, second), strict=True):
            lines = house.place.blobs.read(tx, row.organisation, row.lines)
            again = joined(lines, lambda name, org=row.organisation: house.place.blobs.read(tx, org, name))  # type: ignore[misc]
            assert again == full(found, b"")["evidence.jsonl"]
    bodies = {one.body for found in (first, second) for one in found if one.body and len(one.body) >= 256}
    # Nineteen of the devices are the same in both; of each report its lines, its report, its statement; one pack.
    assert len(sizes) == len(bodies) + 2 * 3 + 1 and len(bodies) < 19 + 5


def test_pieces_resume_where_they_stopped(house: House) -> None:
    agent = house.agent("hq")
    sent = agent.parcel(evidence(HQ, {"10.0.0.1": CISCO}, filler=5 * PIECE // 2))
    name = digest(sent)[7:]
    assert len(sent) > 2 * PIECE
    assert agent.ask("PATCH", f"/api/v1/uploads/{name}?offset=0&size={len(sent)}", sent[:PIECE]).json() == {
        "offset": PIECE,
        "receipt": None,
    }
    wrong = agent.ask("PATCH", f"/api/v1/uploads/{name}?offset=7&size={len(sent)}", sent[7 : 7 + PIECE])
    assert refused(wrong, 409, "offset", False)["offset"] == PIECE
    assert agent.ask("GET", f"/api/v1/uploads/{name}").json()["offset"] == PIECE
    done = agent.send(sent, start=PIECE)
    assert done.status_code == 201, done.text
    assert agent.receipt(done).parcel == digest(sent) and not list(house.place.incoming.rglob("*.part"))


def test_bytes_of_another_digest_start_again(house: House) -> None:
    agent = house.agent("hq")
    sent = agent.parcel(evidence(HQ, {"10.0.0.1": CISCO}), "summary")
    answer = agent.ask("PATCH", f"/api/v1/uploads/{'0' * 64}?offset=0&size={len(sent)}", sent)
    assert refused(answer, 409, "digest", False)["offset"] == 0 and count(house, parcel) == 0


def test_the_chain_holds_over_agents_and_organisations(house: House) -> None:
    a, b, other = house.agent("hq"), house.agent("annex"), house.agent("hq", org="Second")
    chain = []
    for agent, where in ((a, HQ), (b, Site(id="annex")), (a, HQ), (other, HQ)):
        chain.append(
            (
                agent,
                agent.receipt(
                    agent.send(agent.parcel(evidence(where, {"10.0.0.1": CISCO}, at=stamp(-60 - len(chain)))))
                ),
            )
        )
    with house.place.store.system() as tx:
        rows = tx.execute(select(parcel).order_by(parcel.c.organisation, parcel.c.number)).all()
    for org in {row.organisation for row in rows}:
        own = [row for row in rows if row.organisation == org]
        assert (
            broken((msgspec.json.decode(row.receipt, type=type(chain[0][1])), row.receipt_sha256) for row in own) == ""
        )
    assert [receipt.number for _, receipt in chain] == [1, 2, 3, 1]


def bad_parcels(agent: Agent, stranger: Agent) -> dict[str, tuple[bytes, int, str]]:
    """Name: (bytes, status, error) of parcels that are no good."""
    found = evidence(HQ, {"10.0.0.1": CISCO})
    whole = judged(found)
    data = render(whole)
    members, about = full(found, data), agent.about(whole, data, "full")
    later = evidence(HQ, {"10.0.0.1": CISCO}, at=stamp(3600))
    elsewhere = evidence(Site(id="annex"), {"10.0.0.1": CISCO})
    short = {SUMMARY: summary_of(whole)}
    good = agent.packed(members, about)
    other_schema = {SUMMARY: short[SUMMARY].replace(b"laydown.summary/1", b"laydown.summary/9")}
    deep = {
        SUMMARY: b'{"schema":"laydown.summary/1","x":'
        + b"".join(b"[%d," % n for n in range(100_000))
        + b"0"
        + b"]" * 100_000
        + b"}"
    }
    doctored = {**members, "report.json": data.replace(b'"cisco"', b'"hikvision"')}
    less = {**members, "evidence.jsonl": b"".join(members["evidence.jsonl"].splitlines(keepends=True)[:-1])}
    said = lambda **more: agent.about(whole, data, "summary", **more)  # noqa: E731 - a word for many lines
    return {
        "forged": (agent.packed(members, about, key=stranger.key), 422, "signature"),
        "changed": (frame(tar({"statement.dsse.json": b"{}", **dict(sorted(members.items()))})), 422, "parcel"),
        "truncated": (good[: len(good) // 2], 422, "frame"),
        "followed": (good + good, 422, "frame"),
        "not zstd": (b"PK\x03\x04" + good, 422, "frame"),
        "no size stated": (_unsized(members), 422, "frame"),
        "bomb": (frame(b"\0" * 40_000_000), 413, "bomb"),
        "a link in it": (frame(tar({"statement.dsse.json": b""}, kind=tarfile.SYMTYPE)), 422, "tar"),
        "another organisation's": (agent.packed(short, said(recipient="f" * 16)), 403, "recipient"),
        "another site's": (agent.packed(short, said(site="annex")), 403, "site"),
        "another agent's": (agent.packed(short, said(agent="f" * 16)), 403, "site"),
        "of another site inside": (agent.parcel(elsewhere, site="hq"), 422, "statement"),
        "a marking": (agent.packed(short, said(marking="CUI")), 403, "marking"),
        "future": (agent.parcel(later), 422, "future"),
        "another schema": (agent.packed(other_schema, said()), 422, "schema"),
        "deep JSON": (agent.packed(deep, said()), 422, "json"),
        "a huge summary": (agent.packed({SUMMARY: secrets.token_bytes(9 << 20)}, said()), 413, "size"),
        "no JSON": (agent.packed({SUMMARY: b"\xff{"}, said()), 422, "schema"),
        "doctored report": (agent.packed(doctored, about), 422, "digest"),
        "less evidence": (agent.packed(less, about), 422, "evidence"),
        "nobody released it": (agent.packed(members, agent.about(whole, data, "full", released_by=" ")), 422, "release"),
        "more than released": (agent.packed({**members, **short}, said()), 422, "parcel"),
        "unsigned extra": (_extra(members, about, agent), 422, "digest"),
    }  # fmt: skip


def _unsized(members: dict[str, bytes]) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor(write_content_size=False).compress(tar(members))


def _extra(members: dict[str, bytes], about: Any, agent: Agent) -> bytes:
    from collector.intake.frame import opened

    held = opened(agent.packed(members, about))
    return frame(
        tar({"statement.dsse.json": held.pop("statement.dsse.json"), **dict(sorted({**held, "z.txt": b"x"}.items()))})
    )


def test_what_is_no_good_is_refused_for_good_and_nothing_is_kept(house: House) -> None:
    agent, stranger = house.agent("hq"), Agent(house.client)
    for name, (data, status, error) in bad_parcels(agent, stranger).items():
        answer = agent.send(data)
        assert (answer.status_code, answer.json()["error"]) == (status, error), f"{name}: {answer.text}"
        refused(answer, status, error, True)
    assert count(house, parcel) == 0 and count(house, blob) == 0
    assert not list(house.place.incoming.rglob("*.part"))
    assert agent.send(agent.parcel(evidence(HQ, {"10.0.0.1": CISCO}))).status_code == 201, (
        "and a good one is taken after all that"
    )


def test_a_size_that_is_too_large_and_a_piece_that_is(house: House) -> None:
    agent = house.agent("hq")
    refused(agent.ask("PATCH", f"/api/v1/uploads/{'a' * 64}?offset=0&size={1 << 30}", b"x"), 413, "size", True)
    refused(agent.ask("PATCH", f"/api/v1/uploads/{'a' * 64}?offset=0&size={1 << 22}", b"x" * (PIECE + 1)), 413, "piece")


def test_a_request_serves_once_and_for_now_alone(house: House) -> None:
    agent = house.agent("hq")
    path = f"/api/v1/uploads/{'a' * 64}"
    assert agent.ask("GET", path, nonce="n" * 20).status_code == 200
    refused(agent.ask("GET", path, nonce="n" * 20), 401, "signature")
    before, late = stamp(), agent.ask("GET", path, at=stamp(-400))
    assert before <= refused(late, 401, "clock")["now"] <= stamp()
    refused(agent.ask("GET", path, key=ed25519.Ed25519PrivateKey.generate()), 401, "signature")
    refused(agent.ask("GET", path, header="Laydown nonsense"), 401, "signature")
    refused(house.client.get(path), 401, "signature")


def test_a_revoked_agent_is_out_and_another_is_not(house: House) -> None:
    agent, other = house.agent("hq"), house.agent("annex")
    admin = house.person()
    done = admin("POST", f"/api/v1/agents/{agent.home.agent}/revoke", json={"reason": "stolen"})
    assert done.status_code == 200, done.text
    refused(agent.send(agent.parcel(evidence(HQ, {"10.0.0.1": CISCO}))), 401, "revoked", True)
    assert other.send(other.parcel(evidence(Site(id="annex"), {"10.0.0.1": CISCO}))).status_code == 201


def test_tokens_serve_once_and_one_key_is_one_agent(house: House) -> None:
    agent = house.agent("hq")
    token = house.token("hq")
    refused(agent.enrol(token), 409, "key", True)
    again = Agent(house.client)
    first = again.enrol(token)
    assert first.status_code == 201 and again.enrol(token).json() == first.json(), (
        "an answer that was lost is given again"
    )
    words = {str(refused(Agent(house.client).enrol(word), 403, "token", True)) for word in (token, "no-such-token")}
    assert len(words) == 1, "used and unknown are told alike"


def test_a_machine_that_was_set_up_anew_takes_its_own_place(house: House) -> None:
    old, other = house.agent("hq"), Agent(house.client)
    assert other.enrol(house.token("hq"), host="another-desk").status_code == 201
    new = Agent(house.client)
    assert new.enrol(house.token("hq")).status_code == 201
    path = f"/api/v1/uploads/{'a' * 64}"
    refused(old.ask("GET", path), 401, "revoked", True)
    assert [one.ask("GET", path).status_code for one in (other, new)] == [200, 200]


def test_a_key_is_changed_and_what_waited_is_still_taken(house: House) -> None:
    from model.enrolment import Rotate, Succession, proved
    from model.keys import keyid, pem

    agent = house.agent("hq")
    waiting = agent.parcel(evidence(HQ, {"10.0.0.1": CISCO}))
    new = ed25519.Ed25519PrivateKey.generate()
    said = Succession(keyid(new.public_key()), keyid(agent.key.public_key()), stamp())
    body = msgspec.json.encode(Rotate(pem(new.public_key()).decode(), proved(new, said)))
    assert agent.ask("POST", "/api/v1/rotate", body).status_code == 200
    refused(agent.ask("GET", f"/api/v1/uploads/{'a' * 64}"), 401, "signature")
    agent.key = new
    assert agent.send(waiting).status_code == 201


def test_a_quota_is_told_and_leaves_others_alone(house: House) -> None:
    from collector.settings import Limits

    house.place.settings = msgspec.structs.replace(house.place.settings, limits=Limits(parcels=2))
    agent, other = house.agent("hq"), house.agent("annex")
    answers = [agent.send(agent.parcel(evidence(HQ, {"10.0.0.1": CISCO}, at=stamp(-60 - n)))) for n in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 429] and answers[2].headers["retry-after"]
    assert other.send(other.parcel(evidence(Site(id="annex"), {"10.0.0.1": CISCO}))).status_code == 201


def test_two_machines_with_one_key_are_told(house: House) -> None:
    agent = house.agent("hq")
    for last in (stamp(-10), stamp(-500)):
        said = msgspec.json.encode({"engine": "0.1.0", "state": "idle", "last_scan": last})
        assert agent.ask("POST", "/api/v1/heartbeat", said).json() == {"policy_serial": 0}
    (row,) = house.person("viewer").get("/api/v1/agents")["items"]
    assert "two machines" in row["doubled"]


@pytest.mark.parametrize("kind", ["house", "big_house"])
def test_processes_that_commit_at_once_make_one_chain(kind: str, request: pytest.FixtureRequest) -> None:
    """Three that know nothing of each other, one organisation: no number twice, none missing, the same parcel once."""
    from collector.intake.commits import Arrived, Commits, stage

    held: House = request.getfixturevalue(kind)
    org = held.organisation()
    held.site("hq")
    with held.place.store.system() as tx:
        where = tx.execute(select(site.c.id)).scalar_one()
    commits = [Commits(held.place) for _ in range(3)]
    promised = []
    for number in range(90):
        data = b"parcel %d" % (number % 60)  # the last thirty were there before
        name = digest(data)
        row = stage(held.place, org, name, data)
        made = Arrived(org, name, name, "a", where, "hq", "summary", "", len(data), row)
        promised.append(commits[number % 3].submit(made))
    payloads = [one.result(30) for one in promised]
    for one in commits:
        one.close()
    assert len(set(payloads)) == 60 and payloads[60:] == payloads[:30]
    with held.place.store.system() as tx:
        rows = tx.execute(select(parcel).order_by(parcel.c.number)).all()
    from model.receipt import Receipt

    assert broken((msgspec.json.decode(row.receipt, type=Receipt), row.receipt_sha256) for row in rows) == ""


def test_the_short_way_gives_the_answers_of_the_ordinary_one(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same requests to one collector by either way: the same statuses and words; and the short one was taken."""
    from collector.quick import Quick

    taken: list[str] = []
    plain = Quick._answered

    async def seen(self: Quick, scope: Any, receive: Any, name: str, size: int, header: str) -> Any:
        taken.append(name)
        return await plain(self, scope, receive, name, size, header)

    monkeypatch.setattr(Quick, "_answered", seen)
    told = []
    for quick in (False, True):
        with House(tmp_path / str(quick), quick=quick) as house:
            agent = house.agent("hq")
            good = agent.parcel(evidence(HQ, {"10.0.0.1": CISCO}), "summary")
            agent.ask("GET", f"/api/v1/uploads/{'a' * 64}")  # from now on it is known for a second
            first = agent.send(good)
            answers = [
                first,
                agent.send(good),
                agent.send(b"no parcel"),
                agent.send(agent.parcel(evidence(HQ, {}, at=stamp(3600)), "summary")),
            ]
            name = digest(good)[7:]
            answers.append(
                agent.ask("PATCH", f"/api/v1/uploads/{name}?offset=0&size={len(good)}", good, nonce="n" * 20)
            )
            answers.append(
                agent.ask("PATCH", f"/api/v1/uploads/{name}?offset=0&size={len(good)}", good, nonce="n" * 20)
            )
            answers.append(agent.ask("PATCH", f"/api/v1/uploads/{'b' * 64}?offset=0&size={len(good)}", good))
            answers.append(
                agent.ask("PATCH", f"/api/v1/uploads/{name}?offset=0&size={len(good)}", good, at=stamp(-900))
            )
            assert agent.receipt(first).number == 1 and first.json() == answers[1].json() == answers[4].json()
            assert all(
                one.headers["content-type"].startswith("application/json") and one.headers["x-frame-options"]
                for one in answers
            )
            told.append(
                [
                    (one.status_code, one.json().get("error"), one.json().get("final"), sorted(one.json()))
                    for one in answers
                ]
            )
    assert told[0] == told[1] and [one[0] for one in told[0]] == [201, 201, 422, 422, 201, 401, 409, 401]
    assert len(taken) == 8
