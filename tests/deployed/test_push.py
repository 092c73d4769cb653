"""Pushing: as much as was released leaves, signed, and only a receipt of the collector's own key takes it out of the spool."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from agent.deployed import patience
from model import parcel, receipt
from model.canonical import digest
from model.extract import fault as extract_fault
from model.extract import parsed
from model.report import Report
from tests.agent.cli import Shell, clear
from tests.deployed.desk import Cut, Desk, Reply, contents, refused


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST", 0.01)
    monkeypatch.setattr(patience, "WITHIN", 5.0)


def waiting(shell: Shell) -> list[dict[str, str]]:
    return shell("agent", "status", "--json").json["spool"]["waiting"]  # type: ignore[no-any-return]


def pieces(desk: Desk) -> int:
    """How many the one parcel that was stored came in."""
    return -(-len(next(iter(desk.stored.values()))) // parcel.PIECE)


def test_a_whole_report_arrives_and_its_receipt_comes_back(enrolled: Shell, desk: Desk, made: Path) -> None:
    told = enrolled("push", made, "--json")
    assert told.code == 0 and told.json["parcels"][0]["state"] == "settled"
    ((name, data),) = desk.stored.items()
    about, held = contents(data, next(iter(desk.agents.values()))[1])
    assert (about.release, about.recipient, about.released_by) == ("full", "example-corp", "R. Roe")
    for file in ("report.json", "evidence.jsonl", "pack.zip"):
        assert held[file] == (made / file).read_bytes()
    assert {one for one in held if one.startswith("bodies/")} == {
        path.relative_to(made).as_posix() for path in (made / "bodies").rglob("*") if path.is_file()
    }
    kept = (made / "receipts" / "example-corp-1.json").read_bytes()
    assert receipt.receipt_of(kept, desk.key.public_key(), "r")[0].parcel == f"sha256:{name}"
    assert waiting(enrolled) == [] and list(Path("state/parcels").iterdir()) == []


def test_a_pack_that_the_collector_has_stays_here(enrolled: Shell, desk: Desk, made: Path, tmp_path: Path) -> None:
    """The line breaks before the receipt is here; a parcel to be carried is whole all the same; the next turn asks for the light one."""
    desk.held = {digest((made / "pack.zip").read_bytes())[7:]}
    desk.fault = lambda method, path: refused(503, "busy", Retry_After="3600") if desk.stored else None

    def after(method: str, path: str) -> None:
        if method == "PATCH":
            raise Cut

    desk.after = after
    assert enrolled("push", made).code == 1
    ((held, data),) = desk.stored.items()
    about, parts = contents(data, None, light=True)
    assert about.release == "full" and "pack.zip" not in parts and "report.json" in parts and len(data) < 200_000
    assert sorted(one.suffix for one in Path("state/parcels").iterdir()) == [".light", ".parcel"]
    assert enrolled("push", made, "--to-file", tmp_path / "whole").code == 0
    assert contents((tmp_path / "whole").read_bytes(), None)[1]["pack.zip"] == (made / "pack.zip").read_bytes()
    desk.fault, desk.after = (lambda method, path: None), (lambda method, path: None)
    assert enrolled("agent", "run", "--once").code == 0
    assert waiting(enrolled) == [] and list(desk.stored) == [held] and list(Path("state/parcels").iterdir()) == []
    kept = (made / "receipts" / "example-corp-1.json").read_bytes()
    assert receipt.receipt_of(kept, desk.key.public_key(), "r")[0].parcel == f"sha256:{held}"


def test_a_pack_that_went_meanwhile_is_sent_along(enrolled: Shell, desk: Desk, made: Path) -> None:
    """It said that it has the pack, and has it no more when the parcel comes."""
    desk.held = {digest((made / "pack.zip").read_bytes())[7:]}

    def fault(method: str, path: str) -> Reply | None:
        if method == "PATCH":
            desk.held = set()
        return None

    desk.fault = fault
    assert enrolled("push", made).code == 0
    (data,) = desk.stored.values()
    assert contents(data, None)[1]["pack.zip"] == (made / "pack.zip").read_bytes()
    assert waiting(enrolled) == [] and list(Path("state/parcels").iterdir()) == []


def test_again_is_the_same_parcel_and_asks_nothing(enrolled: Shell, desk: Desk, made: Path) -> None:
    enrolled("push", made)
    asked = len(desk.seen)
    assert enrolled("push", made, "--json").json["parcels"][0]["state"] == "settled"
    assert len(desk.seen) == asked and len(desk.stored) == 1


def test_a_lost_answer_is_no_second_report(enrolled: Shell, desk: Desk, made: Path) -> None:
    """Each piece is taken, and the first answer to each is lost: the agent asks where it stands."""
    lost: set[str] = set()

    def after(method: str, path: str) -> None:
        if method == "PATCH" and path not in lost:
            lost.add(path)
            raise Cut

    desk.after = after
    noise = made / "bodies" / "aa"
    noise.mkdir(parents=True, exist_ok=True)
    (noise / ("aa" + "0" * 62)).write_bytes(os.urandom(2_500_000))  # chance packs no smaller
    assert enrolled("push", made).code == 0
    assert len(lost) == pieces(desk) > 2 and len(desk.stored) == 1 and len(desk.receipts) == 1


def test_it_goes_on_where_it_stopped(enrolled: Shell, desk: Desk, made: Path) -> None:
    (made / "bodies" / "aa").mkdir(parents=True, exist_ok=True)
    (made / "bodies" / "aa" / ("aa" + "0" * 62)).write_bytes(os.urandom(2_500_000))
    desk.fault = lambda method, path: refused(503, "busy", Retry_After="3600") if desk.part else None
    stopped = enrolled("push", made)
    assert stopped.code == 1
    clear(stopped, "waits in the spool", "busy")
    assert len(waiting(enrolled)) == 1 and [len(part) for part in desk.part.values()] == [parcel.PIECE]
    desk.fault, desk.seen = lambda method, path: None, []
    assert enrolled("push", made).code == 0
    assert [one.split()[0] for one in desk.seen] == ["GET", *["PATCH"] * (pieces(desk) - 1)]


def test_a_collector_that_is_away_loses_nothing(enrolled: Shell, desk: Desk, made: Path) -> None:
    desk.fault = lambda method, path: refused(507, "full")
    assert enrolled("push", made).code == 1
    (held,) = waiting(enrolled)
    assert held["state"] == "waiting"
    desk.fault = lambda method, path: None
    assert enrolled("agent", "run", "--once").code == 0
    assert len(desk.stored) == 1 and waiting(enrolled) == []


@pytest.mark.parametrize("kind", ["another key", "another parcel", "another agent", "another report", "no receipt"])
def test_a_receipt_that_is_not_ours_keeps_the_parcel(enrolled: Shell, desk: Desk, made: Path, kind: str) -> None:
    key = ed25519.Ed25519PrivateKey.generate() if kind == "another key" else desk.key
    changed = {"another parcel": "parcel", "another agent": "agent", "another report": "report"}.get(kind)

    def forged(method: str, path: str) -> tuple[int, bytes, dict[str, str]] | None:
        if method != "GET" or "uploads" not in path:
            return None
        name = path[-64:]
        made_ = receipt.Receipt(
            receipt.SCHEMA, f"sha256:{name}", report, "agent-1", "hq", "example-corp", "", 1, receipt.FIRST
        )
        made_ = msgspec.structs.replace(made_, **{changed: "other"}) if changed else made_
        envelope = {"payload": "", "payloadType": "x", "signatures": [{"sig": ""}]}
        if kind != "no receipt":
            envelope = json.loads(receipt.enclosed(key, made_))
        return 200, json.dumps({"offset": 0, "receipt": envelope}).encode(), {}

    enrolled("push", made, "--no-send")
    from model.canonical import digest

    report = digest((made / "report.json").read_bytes())
    desk.fault = forged
    assert enrolled("push", made).code == 1
    assert [one["state"] for one in waiting(enrolled)] == ["waiting"] and len(
        list(Path("state/parcels").iterdir())
    ) == 1


def test_one_parcel_that_is_not_taken_keeps_no_other_back(enrolled: Shell, desk: Desk, made: Path) -> None:
    report = (made / "report.json").read_bytes()
    enrolled("push", made, "--no-send")
    first = waiting(enrolled)[0]["parcel"][7:]
    (made / "report.json").write_bytes(report.replace(b'"agent":"', b'"agent":"x'))
    enrolled("push", made, "--no-send")
    for wrong in (refused(500, "fault"), refused(413, "quota")):
        desk.fault = lambda method, path, wrong=wrong: wrong if first in path or "heartbeat" in path else None  # type: ignore[misc]
        assert enrolled("agent", "send").code == 1
        assert len(desk.stored) == 1 and [one["parcel"][7:] for one in waiting(enrolled)] == [first]
    desk.fault = lambda method, path: None
    assert enrolled("agent", "send").code == 0 and len(desk.stored) == 2 and desk.beats
    assert enrolled("agent", "send").out == ["example-corp: reached, nothing waits"]


@pytest.mark.parametrize("status", [403, 409, 413, 422])
def test_what_is_refused_for_good_is_set_aside_and_told(enrolled: Shell, desk: Desk, made: Path, status: int) -> None:
    desk.fault = lambda method, path: refused(status, "marking", final=True) if method == "PATCH" else None
    told = enrolled("push", made)
    assert "set aside: marking" in told.out[0]
    found = enrolled("agent", "status")
    assert found.code == 1 and any(line.startswith("look at: ") and "marking is refused" in line for line in found.out)
    assert len(list(Path("state/parcels").iterdir())) == 1


def test_nothing_leaves_for_others_but_by_a_persons_word(shell: Shell, desk: Desk, url: str, made: Path) -> None:
    with Path("agent.toml").open("a") as file:
        file.write('[release]\norganisation = "our-own"\n')
    shell("agent", "enroll", url, "--token", "one-time-token-1")
    none = shell("push", made)
    assert none.code == 2 and not desk.stored
    clear(none, "nothing leaves for example-corp", "laydown agent release")
    assert shell("agent", "release", made, "--to", "example-corp", "--by", "J. Doe").code == 0
    assert shell("agent", "run", "--once").code == 0
    (about,) = desk.reports()
    assert (about.release, about.released_by) == ("summary", "J. Doe")


def test_what_waits_is_asked_for_again_when_it_leaves(shell: Shell, desk: Desk, url: str, made: Path) -> None:
    _released(shell, url, "full")
    assert shell("push", made, "--no-send").code == 0
    spoken = shell("agent", "release", made, "--to", "example-corp", "--level", "summary", "--by", "R. Roe")
    assert spoken.code == 0
    text = Path("agent.toml").read_text().replace('until = "2099-01-01"', 'until = "2001-01-01"')
    Path("agent.toml").write_text(text)
    assert shell("agent", "run", "--once").code in (0, 1)
    (about,) = desk.reports()
    assert (about.release, about.released_by) == ("summary", "R. Roe"), "a person's word for one folder stands"
    told = shell("agent", "status").out
    assert any("full is no longer released" in line and "ended on 2001-01-01" in line for line in told)


def test_a_summary_tells_no_device(shell: Shell, desk: Desk, url: str, made: Path) -> None:
    _released(shell, url, "summary")
    assert shell("push", made).code == 0
    about, held = contents(next(iter(desk.stored.values())), None)
    assert set(held) == {"summary.json"} and about.released_by == "J. Doe"
    found = msgspec.json.decode(held["summary.json"], type=parcel.SiteSummary)
    report = msgspec.json.decode((made / "report.json").read_bytes(), type=Report)
    assert found.summary == report.summary and found.summary.devices == 3
    assert not any(one.device.encode() in held["summary.json"] for one in report.findings)


def test_an_extract_proves_what_is_accused_and_tells_nothing_else(
    shell: Shell, desk: Desk, url: str, made: Path
) -> None:
    _released(shell, url, "extract")
    assert shell("push", made).code == 0
    _, held = contents(next(iter(desk.stored.values())), None)
    found = parsed(held["extract.json"], "extract.json")
    assert set(held) == {"extract.json"} and extract_fault(found) == ""
    makers = {one.leaf.content["maker"] for one in found.shown if one.leaf.kind == "verdict"}
    assert makers == {"huawei", "hikvision"}
    assert {one.leaf.content["value"] for one in found.shown if one.leaf.content.get("key") == "site.id"} == {"hq"}


def _released(shell: Shell, url: str, level: str) -> None:
    with Path("agent.toml").open("a") as file:
        file.write('[release]\norganisation = "our-own"\n[[release.to]]\nrecipient = "example-corp"\n')
        file.write(f'level = "{level}"\nby = "J. Doe"\nuntil = "2099-01-01"\n')
    assert shell("agent", "enroll", url, "--token", "one-time-token-1").code == 0


def test_a_full_spool_refuses_loudly_and_drops_nothing(enrolled: Shell, desk: Desk, made: Path, tmp_path: Path) -> None:
    text = Path("agent.toml").read_text().replace("[agent]\n", "[agent]\nspool_mb = 5\n")
    Path("agent.toml").write_text(text)
    desk.fault = lambda method, path: refused(503, "away", Retry_After="3600")
    enrolled("push", made)
    (made / "bodies" / "aa").mkdir(parents=True, exist_ok=True)
    (made / "bodies" / "aa" / ("aa" + "0" * 62)).write_bytes(os.urandom(5_000_000))
    report = (made / "report.json").read_bytes()
    (made / "report.json").write_bytes(report.replace(b'"agent":"', b'"agent":"x'))
    full = enrolled("push", made)
    assert full.code == 1
    clear(full, "the spool is full", "agent.spool_mb")
    assert len(waiting(enrolled)) == 1 and len(list(Path("state/parcels").iterdir())) == 1
    desk.fault = lambda method, path: None
    assert enrolled("agent", "run", "--once").code == 0 and len(desk.stored) == 1


def test_by_hand_there_and_back(enrolled: Shell, desk: Desk, made: Path) -> None:
    asked = len(desk.seen)
    assert enrolled("push", made, "--to-file", "hq.parcel").code == 0
    assert enrolled("agent", "run", "--once").code == 0
    assert not any("uploads" in one for one in desk.seen[asked:]), "a carried parcel does not travel by itself"
    data = Path("hq.parcel").read_bytes()
    about, _ = contents(data, next(iter(desk.agents.values()))[1])
    from model.canonical import digest

    made_ = receipt.Receipt(
        receipt.SCHEMA, digest(data), about.report, about.agent, "hq", "example-corp", "", 1, receipt.FIRST
    )
    Path("other.json").write_bytes(receipt.enclosed(ed25519.Ed25519PrivateKey.generate(), made_))
    assert enrolled("push", "--receipt", "other.json").code == 1 and len(waiting(enrolled)) == 1
    Path("r.json").write_bytes(receipt.enclosed(desk.key, made_))
    assert enrolled("push", "--receipt", "r.json").code == 0
    assert waiting(enrolled) == [] and (made / "receipts" / "example-corp-1.json").exists()
    assert enrolled("push", "--receipt", "r.json").code == 0  # twice is once
    again = enrolled("push", made, "--to-file", "again.parcel")
    assert (
        again.code == 0 and again.out[0].endswith("again.parcel was not written") and not Path("again.parcel").exists()
    )


def test_another_sites_report_is_refused(enrolled: Shell, made: Path) -> None:
    report = (made / "report.json").read_bytes()
    (made / "report.json").write_bytes(report.replace(b'"id":"hq"', b'"id":"elsewhere"'))
    wrong = enrolled("push", made)
    assert wrong.code == 2
    clear(wrong, "site 'elsewhere'", "its own site's reports alone")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], "no DIR given"),
        (["--receipt", "f", "--no-send"], "--receipt"),
        (["nowhere"], "no report here"),
        (["made", "--to", "x"], "x:"),
    ],
)
def test_wrong_usage_is_one_line(enrolled: Shell, made: Path, words: list[str], named: str) -> None:
    wrong = enrolled("push", *words)
    assert wrong.code == 2
    clear(wrong, named)


def test_a_parcel_whose_file_is_gone_is_told(enrolled: Shell, made: Path) -> None:
    enrolled("push", made, "--no-send")
    shutil.rmtree("state/parcels")
    assert enrolled("agent", "run", "--once").code == 1
    assert "its file is gone" in " ".join(enrolled("agent", "status").out)
    assert enrolled("push", made).code == 0
