"""Enrolling, changing keys, beginning anew; certificates and clocks that are wrong; and no secret where it does not belong."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from agent.deployed import patience
from model.keys import keyid, public
from tests.agent.cli import Shell, clear
from tests.deployed.desk import Cut, Desk, contents, refused, serving
from tests.deployed.tls import certified

TOKEN = "one-time-token-1"
KEY = Path("state/collectors/example-corp/key")


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST", 0.01)
    monkeypatch.setattr(patience, "WITHIN", 2.0)


def test_the_key_is_made_here_and_is_its_owners_alone(shell: Shell, desk: Desk, url: str) -> None:
    Path("token").write_text(f"{TOKEN}\n")
    told = shell("agent", "enroll", url, "--token-file", "token")
    assert told.code == 0 and "agent-1 of site hq" in told.out[0] and "as full, released by R. Roe" in told.out[1]
    assert KEY.stat().st_mode & 0o777 == 0o600 and Path("state").stat().st_mode & 0o777 == 0o700
    found = shell("agent", "status", "--json").json
    assert found["ok"] and list(desk.agents) == [found["collectors"][0]["key"]]
    everything = b"".join(path.read_bytes() for path in Path("state").rglob("*") if path.is_file())
    assert TOKEN.encode() not in everything and TOKEN not in " ".join(told.out + told.err)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--token", "wrong"], "token"),
        (["--token", ""], "--token-file"),
        (["--token", "two words"], "token"),
        (["--token", "t", "--pin", "zz"], "--pin"),
        (["--token-file", "credential:enrol"], "LoadCredential=enrol"),
    ],
)
def test_what_cannot_enrol_leaves_nothing_half_done(shell: Shell, url: str, words: list[str], named: str) -> None:
    wrong = shell("agent", "enroll", url, *words)
    assert wrong.code in (1, 2)
    clear(wrong, named)
    assert not shell("agent", "status", "--json").json["collectors"]


def test_a_used_token_is_refused_in_one_line(enrolled: Shell, url: str) -> None:
    assert enrolled("agent", "enroll", url, "--token", "x").code == 2  # enrolled there already
    wrong = enrolled("agent", "enroll", url, "--token", TOKEN, "--again")
    assert wrong.code == 1
    clear(wrong, "token is refused")
    assert enrolled("agent", "status").code == 0, "the enrolment that was there still holds"


def test_an_answer_that_was_lost_comes_again(shell: Shell, desk: Desk, url: str) -> None:
    """The token was spent, nothing came back, and the command was ended: the same command brings the same agent."""
    desk.after = lambda method, path: _cut()
    assert shell("agent", "enroll", url, "--token", TOKEN).code == 1 and len(desk.agents) == 1
    desk.after = lambda method, path: None
    assert shell("agent", "enroll", url, "--token", TOKEN).code == 0
    assert len(desk.agents) == 1 and shell("agent", "send").code == 0


def test_without_a_network_the_request_is_carried(shell: Shell, desk: Desk, url: str) -> None:
    assert shell("agent", "enroll", "https://collector.example", "--token", TOKEN, "--request", "ask.json").code == 0
    assert Path("ask.json").stat().st_mode & 0o777 == 0o600
    status, data, _ = desk.answer("POST", "/api/v1/enrol", {}, Path("ask.json").read_bytes())
    Path("answer.json").write_bytes(data)
    assert status == 201 and shell("agent", "enroll", "--answer", "answer.json").code == 0
    assert shell("agent", "status").out[0].endswith("https://collector.example")
    again = shell("agent", "enroll", "--answer", "answer.json")
    assert again.code == 2 and "no enrolment is under way" in again.err[0]


def test_a_reimaged_machine_takes_the_sites_place(enrolled: Shell, desk: Desk, url: str, made: Path) -> None:
    enrolled("push", made, "--no-send")
    old = KEY.read_bytes()
    desk.tokens.add("two")
    told = enrolled("agent", "enroll", url, "--token", "two", "--again")
    assert told.code == 0 and "1 parcel that waited: signed again" in told.out and KEY.read_bytes() != old
    assert enrolled("agent", "run", "--once").code == 0
    ((_, data),) = desk.stored.items()
    new = [key for name, (_, key) in desk.agents.items() if name not in desk.revoked]
    assert contents(data, new[0])[0].agent == "agent-2"


def test_another_collector_that_takes_the_organisations_id_gets_nothing(
    enrolled: Shell, desk: Desk, made: Path
) -> None:
    """What is released to one's own organisation, and waits, would be signed again for whoever gives its id as theirs."""
    enrolled("push", made, "--no-send")
    old, record = KEY.read_bytes(), KEY.with_name("enrolment.json").read_bytes()
    other = Desk(desk.organisation)
    with serving(other) as there:
        for more in ([], ["--again"]):
            other.tokens.add(TOKEN)
            wrong = enrolled("agent", "enroll", there, "--token", TOKEN, *more)
            assert wrong.code == 1
            clear(wrong, desk.organisation, "another key")
    assert KEY.read_bytes() == old and KEY.with_name("enrolment.json").read_bytes() == record
    assert enrolled("agent", "send").code == 0 and len(desk.stored) == 1 and not other.stored


def test_a_revoked_agent_keeps_what_it_has_and_says_so(enrolled: Shell, desk: Desk, made: Path) -> None:
    desk.fault = lambda method, path: refused(401, "revoked", final=True)
    assert enrolled("push", made).code == 1
    desk.fault = lambda method, path: None
    desk.revoked |= set(desk.agents)
    assert enrolled("push", made).code == 1
    found = enrolled("agent", "status")
    assert found.code == 1 and any("key is refused" in line for line in found.out)
    assert len(list(Path("state/parcels").iterdir())) == 1


def test_a_fresh_key_ends_the_old_one_and_signs_what_waits(enrolled: Shell, desk: Desk, made: Path) -> None:
    enrolled("push", made, "--no-send")
    old = set(desk.agents)
    assert enrolled("agent", "rotate").code == 0
    assert not old & set(desk.agents) and enrolled("agent", "run", "--once").code == 0
    ((_, data),) = desk.stored.items()
    contents(data, next(iter(desk.agents.values()))[1])


def test_what_arrived_before_a_rotation_is_not_sent_twice(enrolled: Shell, desk: Desk, made: Path) -> None:
    """The receipt was lost on its way when the key was changed."""
    lost: list[str] = []

    def fault(method: str, path: str):  # type: ignore[no-untyped-def]
        return refused(503, "busy", Retry_After="3600") if desk.receipts and not lost else None

    desk.fault = fault
    desk.after = lambda method, path: _cut() if desk.receipts and method == "PATCH" and not lost else None
    assert enrolled("push", made).code == 1 and len(desk.stored) == 1
    lost.append("over")
    assert enrolled("agent", "rotate").code == 0 and enrolled("agent", "run", "--once").code == 0
    assert len(desk.stored) == 1 and enrolled("agent", "status", "--json").json["spool"]["parcels"] == 0


def _cut() -> None:
    raise Cut


def test_a_rotation_cut_short_is_finished(enrolled: Shell, desk: Desk, made: Path) -> None:
    """The collector has the new key, the answer was lost, and the agent still holds the old one."""
    desk.after = lambda method, path: _cut() if path.endswith("rotate") else None
    desk.fault = lambda method, path: refused(401, "key") if path.endswith("rotate") and len(desk.seen) > 3 else None
    assert enrolled("agent", "rotate").code == 1
    desk.fault, desk.after = lambda method, path: None, lambda method, path: None
    assert keyid(public(KEY.with_name("key.coming.pub").read_bytes(), "k")) in desk.agents
    enrolled("push", made)
    assert enrolled("push", made).code == 0 and not KEY.with_name("key.coming").exists()


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_wrong_clock_is_allowed_for_and_told(enrolled: Shell, desk: Desk, made: Path, hours: int) -> None:
    desk.ahead = timedelta(hours=hours)
    assert enrolled("push", made).code == 0
    found = enrolled("agent", "status")
    assert found.code == 1 and any(f"{hours * 3600:+,.0f} s off" in line for line in found.out)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory, command: Callable[[str], str]) -> tuple[Path, Path]:
    return certified(tmp_path_factory.mktemp("tls"), "127.0.0.1", command("openssl"))


def _pin(certificate: Path) -> str:
    return x509.load_pem_x509_certificate(certificate.read_bytes()).fingerprint(hashes.SHA256()).hex(":")


@pytest.mark.needs("openssl")
def test_a_certificate_is_trusted_by_authority_or_pin_alone(
    shell: Shell, desk: Desk, tls: tuple[Path, Path], made: Path
) -> None:
    with serving(desk, tls=tls) as url:
        stranger = shell("agent", "enroll", url, "--token", TOKEN)
        assert stranger.code == 1 and not desk.agents
        clear(stranger, "certificate is not trusted")
        other = shell("agent", "enroll", url, "--token", TOKEN, "--pin", "0" * 64)
        clear(other, "certificate is not trusted")
        assert shell("agent", "enroll", url, "--token", TOKEN, "--pin", _pin(tls[0]).upper()).code == 0
        assert shell("push", made).code == 0
        desk.tokens.add("two")
        assert shell("agent", "enroll", url, "--token", "two", "--again", "--ca", tls[0]).code == 0
        tls[0].rename(tls[0].with_suffix(".gone"))  # the agent has a copy of its own
        assert shell("agent", "run", "--once").code == 0
        tls[0].with_suffix(".gone").rename(tls[0])
    assert len(desk.stored) == 1


def test_another_collectors_certificate_behind_the_same_name_gets_nothing(
    shell: Shell, desk: Desk, tls: tuple[Path, Path], made: Path, tmp_path: Path
) -> None:
    with serving(desk, tls=tls) as url:
        shell("agent", "enroll", url, "--token", TOKEN, "--pin", _pin(tls[0]))
    port = int(url.rpartition(":")[2])
    other = certified(tmp_path, "127.0.0.1")
    seen = len(desk.seen)
    with serving(desk, port, other):
        assert shell("push", made).code == 1
    assert len(desk.seen) == seen


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"agent": "a"}, "is none"),
        ({"agent": "a", "organisation": "../x", "entity": "e", "site": {}, "collector_key": "pem"}, "no public key"),
        (
            {"agent": "a", "organisation": "../x", "entity": "e", "site": {}, "collector_key": "real"},
            "no organisation's id",
        ),
    ],
)
def test_an_answer_that_is_none(shell: Shell, desk: Desk, answer: dict[str, object], said: str) -> None:
    from model.keys import pem

    if answer.get("collector_key") == "real":
        answer = {**answer, "collector_key": pem(desk.key.public_key()).decode()}
    shell("agent", "enroll", "https://collector.example", "--token", TOKEN, "--request", "ask.json")
    Path("answer.json").write_text(json.dumps(answer))
    wrong = shell("agent", "enroll", "--answer", "answer.json")
    assert wrong.code == 1
    clear(wrong, said)
    assert not list(Path("state/collectors").iterdir())


@pytest.mark.needs("root")
def test_what_root_does_for_the_agent_is_the_agents(shell: Shell, desk: Desk, url: str, made: Path) -> None:
    """An administrator enrols, pushes and rotates; the agent's own user must still be able to read all of it."""
    Path("state").mkdir()
    os.chown("state", 65534, 65534)
    for words in (
        ("agent", "enroll", url, "--token", TOKEN),
        ("push", made, "--no-send"),
        ("agent", "rotate"),
        ("agent", "send"),
    ):
        assert shell(*words).code == 0
    assert {path.stat().st_uid for path in Path("state").rglob("*")} == {65534}
    wrong = shell("agent", "run", "--once")
    assert wrong.code == 2
    clear(wrong, "and this is root", "laydown-agent.service")
    victim = Path("victim")
    victim.write_text("untouched")
    for name in ("enrolling.json.part", "collectors/example-corp/enrolment.json.part"):
        (Path("state") / name).symlink_to(victim.absolute())
    desk.tokens.add("two")
    assert shell("agent", "enroll", url, "--token", "two", "--again").code == 0
    assert victim.read_text() == "untouched" and victim.stat().st_uid == 0
