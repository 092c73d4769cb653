"""Against a real snmpd: every version and cipher, refusals that are tried once, and no secret anywhere."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agent.ask import Snmp
from agent.decode.ber import read_pdu
from agent.snmp.credentials import Credential, load
from agent.snmp.session import User
from agent.spool import Spool
from model.trouble import UsageTrouble
from tests.agent import snmpd
from tests.agent.runs import HERE, Run

pytestmark = pytest.mark.needs("snmpd")
DESCR = Snmp("sysDescr", "get", ("1.3.6.1.2.1.1.1.0",))
SYSTEM = Snmp("system", "bulk", ("1.3.6.1.2.1.1",), repeats=6)
SECRETS = (snmpd.COMMUNITY, snmpd.AUTH, snmpd.PRIV)
Make = Callable[..., Credential]


@pytest.fixture(scope="module")
def agent(command: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with snmpd.running(command("snmpd"), tmp_path_factory.mktemp("snmpd")) as port:
        yield port


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Credentials from files, as a configuration gives them."""
    for name, value in (("community", snmpd.COMMUNITY), ("auth", snmpd.AUTH), ("priv", snmpd.PRIV)):
        (tmp_path / name).write_text(value + "\n")
        (tmp_path / f"wrong-{name}").write_text("not-the-secret\n")

    def one(**fields: Any) -> Credential:
        table = {"name": fields.get("user", "community"), "kind": "snmp", "scopes": ["127.0.0.0/8"], **fields}
        return load([table], tmp_path)[0]

    return one


def v3(user: str, auth: str, priv: str = "", **more: str) -> Mapping[str, str]:
    fields = {"version": "3", "user": user, "auth": auth, "auth_file": "auth", **more}
    return {**fields, "priv": priv, "priv_file": more.get("priv_file", "priv")} if priv else fields


def run_on(agent: int, *credentials: Credential, **more: Any) -> Run:
    return Run(credentials=credentials, port_map={(HERE, 161): (HERE, agent)}, **more)


@pytest.mark.parametrize(
    "fields",
    [
        {"version": "1", "community_file": "community"},
        {"version": "2c", "community_file": "community"},
        v3("strong", "sha256", "aes256"),
        v3("stretched", "sha", "aes256"),
        v3("stretched192", "sha", "aes192"),
        v3("old", "md5", "des"),
        v3("signed", "sha512"),
    ],
    ids=lambda fields: f"{fields['version']}-{fields.get('user', 'community')}",
)
def test_every_version_and_cipher(agent: int, make: Make, fields: Mapping[str, str]) -> None:
    run = run_on(agent, make(**fields))
    descr, system = run.talk(DESCR, SYSTEM)
    assert read_pdu(descr.body).varbinds[0].value == b"an agent of the test suite"
    assert len(read_pdu(system.body).varbinds) == (1 if fields["version"] == "1" else 6)
    assert run.driver.budget.sent == (3 if fields["version"] == "3" else 2)
    assert [piece.body for piece in run.evidence] == [descr.body, system.body]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (v3("nobody", "sha256", "aes256"), "unknown user name"),
        (v3("strong", "sha256", "aes256", auth_file="wrong-auth"), "wrong digest"),
        (v3("strong", "sha512", "aes256"), "wrong digest"),
        (v3("signed", "sha512", "aes256"), "unsupported security level"),
        (v3("strong", "sha256"), "authorization error"),
    ],
)
def test_a_refusal_spends_the_credential_once(agent: int, make: Make, fields: Mapping[str, str], says: str) -> None:
    run = run_on(agent, make(**fields))
    assert [reply.status for reply in run.talk(DESCR, SYSTEM, DESCR)] == ["refused"] * 3
    assert run.driver.budget.sent == 2  # discovery, and one question: never a second try
    assert list(run.driver.refusals) == [(HERE, str(fields["user"]))]
    assert says in run.outcomes[0].reason
    assert str(fields["user"]) in run.outcomes[0].reason


def test_a_wrong_privacy_key_is_a_refusal_too(agent: int, make: Make) -> None:
    run = run_on(agent, make(**v3("strong", "sha256", "aes256", priv_file="wrong-priv")))
    assert [reply.status for reply in run.talk(DESCR, SYSTEM)] == ["refused"] * 2
    assert run.driver.budget.sent == 3  # discovery, the question and its retry: net-snmp drops what it cannot read


def test_a_wrong_community_is_silence_asked_twice(agent: int, make: Make) -> None:
    run = run_on(agent, make(version="2c", community_file="wrong-community"))
    assert [reply.status for reply in run.talk(DESCR, SYSTEM)] == ["silent", "silent"]
    assert run.driver.budget.sent == 2
    assert run.evidence == []


def test_version_3_first_then_the_next_and_it_is_kept(agent: int, make: Make) -> None:
    wrong = make(**v3("nobody", "sha256", "aes256"))
    right = make(version="2c", community_file="community", name="good")
    run = run_on(agent, right, wrong)
    assert [reply.status for reply in run.talk(DESCR, SYSTEM)] == ["answered", "answered"]
    assert list(run.driver.refusals) == [(HERE, "nobody")]
    run.talk(DESCR)  # a later stage of the same run remembers
    assert run.driver.budget.sent == 5
    assert len(run.driver.refusals) == 1


def test_many_probes_at_once_try_a_credential_once(agent: int, make: Make) -> None:
    from agent.ask import Target
    from tests.agent.runs import probe

    run = run_on(agent, make(**v3("nobody", "sha256", "aes256")))
    module, replies = probe(DESCR)
    run.run([("test", module, Target(HERE))] * 20)
    assert {reply.status for reply in replies} == {"refused"}
    assert run.driver.budget.sent == 2


def test_a_credential_is_for_its_scope_only(agent: int, make: Make) -> None:
    run = run_on(agent, make(version="2c", community_file="community", scopes=["10.0.0.0/8"]))
    assert [reply.status for reply in run.talk(DESCR)] == ["excluded"]
    assert run.driver.budget.sent == 0
    assert "no SNMP credential" in run.outcomes[0].reason


def test_no_credential_at_all(agent: int) -> None:
    run = run_on(agent)
    assert [reply.status for reply in run.talk(DESCR)] == ["excluded"]
    assert run.driver.budget.sent == 0


def test_a_lost_clock_is_found_again(agent: int, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boots as another agent would have them: the real one reports `notInTimeWindows`, and its clock is taken."""
    learn = User._learn
    lies = iter([True])

    def learn_wrong(self: User, parts: Any, now: float, new: bool = False) -> None:
        learn(self, parts, now, new)
        if next(lies, False):
            self._boots += 5

    monkeypatch.setattr(User, "_learn", learn_wrong)
    run = run_on(agent, make(**v3("strong", "sha256", "aes256")))
    assert [reply.status for reply in run.talk(DESCR, SYSTEM)] == ["answered", "answered"]
    assert run.driver.budget.sent == 4


def test_set_and_forbidden_objects_never_leave(agent: int, make: Make) -> None:
    run = run_on(agent, make(version="2c", community_file="community"))
    replies = run.talk(
        Snmp("secret", "get", ("1.3.6.1.4.1.3902.3.1.9.0",)),
        Snmp("command", "next", ("1.3.6.1.4.1.39165.1.12",)),
        Snmp("into it", "bulk", ("1.3.6.1.4.1.39165.1",)),
    )
    assert {reply.status for reply in replies} == {"excluded"}
    assert run.driver.budget.sent == 0


def test_no_secret_is_kept_or_shown(
    agent: int, make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Planted secrets are looked for in the spool, in reprs, in logs and output, and in a crash's full trace."""
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    credentials = [make(**v3("strong", "sha256", "aes256")), make(version="2c", community_file="community")]
    for credential in credentials:
        with Spool(tmp_path / "run") as spool:
            run = run_on(agent, credential, emit=spool.write)
            run.talk(DESCR, SYSTEM, Snmp("all", "bulk", ("1.3.6.1",), repeats=60))
        shown += [repr(credential), f"{credential}", repr(run.driver.__dict__), repr(vars(run.driver._desk))]
        devices = run.driver._desk._devices.values()
        shown += [repr(vars(session)) for device in devices for _, session in device.left]

    def crash(_: Any) -> None:
        raise RuntimeError("crash")

    try:
        run_on(agent, *credentials, emit=crash).talk(DESCR)
    except RuntimeError as fault:
        trace = traceback.TracebackException.from_exception(fault, capture_locals=True)
        shown.append("".join(trace.format()))
    shown += [caplog.text, *capfd.readouterr()]
    written = b"".join(path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert b"an agent of the test suite"[:2] in written
    for secret in SECRETS:
        assert secret not in "".join(shown)
        assert secret.encode() not in written


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"version": "2c"}, "needs community_file"),
        ({"version": "2c", "community_file": "missing"}, "No such file"),
        ({"version": "2c", "community_file": "empty"}, "empty"),
        ({"version": "4"}, "unknown version"),
        ({"version": "3", "auth": "sha256"}, "needs a user"),
        ({"version": "3", "user": "u", "priv": "aes256"}, "priv needs auth"),
        ({"version": "3", "user": "u", "auth": "sha3"}, "unknown auth"),
        ({"version": "3", "user": "u", "auth": "sha", "auth_file": "short"}, "shorter than 8"),
        ({"version": "2c", "community": "public"}, "unknown field 'community'"),
        ({"version": "2c", "community_file": "community", "scopes": []}, "needs scopes"),
        ({"version": "2c", "community_file": "community", "scopes": ["everywhere"]}, "needs scopes"),
        ({"version": "2c", "community_file": "community", "kind": "ssh"}, "kind"),
    ],
)
def test_bad_credentials_are_told_without_their_secrets(
    make: Make, tmp_path: Path, fields: Mapping[str, Any], says: str
) -> None:
    (tmp_path / "empty").write_text("")
    (tmp_path / "short").write_text("s3cr3t\n")
    with pytest.raises(UsageTrouble, match=says) as told:
        make(**fields)
    assert "s3cr3t" not in str(told.value)
    assert str(told.value).startswith("credential ")
