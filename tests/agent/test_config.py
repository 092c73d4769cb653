"""agent.toml: read as documented, refused by file and key where it is wrong, overruled by the command line."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent.config import PLACES, config_at, credentials, found_at, merged, read
from model.report import Authority, Site
from model.trouble import UsageTrouble

WHOLE = b"""
[site]
id = "hq"
name = "Head office"
country = "US"
region = "VA"
entity = "Example Corp"
uei = "ABCDEFGHJKL1"
cage = "1ABC2"
contracts = ["W1-1", "W1-2"]
supply_categories = ["network"]
[authority]
name = "R. Roe"
ticket = "CHG-1"
window = "Sundays"
[scope]
targets = ["10.0.0.0/24", "10.1.0.5"]
exclude = ["10.0.0.9"]
exclude_reason = "ventilator"
fragile = ["10.0.0.16/28"]
guest = ["10.0.0.64/26"]
[budget]
profile = "normal"
[[credential]]
name = "core"
kind = "snmp"
version = "3"
scopes = ["10.0.0.0/24"]
user = "reader"
auth = "sha256"
auth_file = "auth"
priv = "aes256"
priv_file = "priv"
[[credential]]
name = "old"
kind = "snmp"
version = "2c"
scopes = ["10.1.0.5"]
community_file = "community"
"""


def test_whole_file_is_read() -> None:
    config = read(WHOLE, "agent.toml")
    assert config.site == Site(
        "hq", "Head office", "US", "VA", "Example Corp", "ABCDEFGHJKL1", "1ABC2", ("W1-1", "W1-2"), ("network",)
    )
    assert config.authority == Authority("R. Roe", "CHG-1", "Sundays")
    assert config.scope.targets == ("10.0.0.0/24", "10.1.0.5") and config.scope.guest == ("10.0.0.64/26",)
    assert (config.scope.exclude, config.scope.exclude_reason) == (("10.0.0.9",), "ventilator")
    assert config.budget.profile == "normal"
    assert [one.name for one in config.credential] == ["core", "old"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"[site]\ncolour = 1", ["agent.toml: site.colour", "no such key", "country"]),
        (b"[sites]\nid = 'x'", ["agent.toml: sites", "no such key", "scope"]),
        (b"[scope]\ntarget = ['10.0.0.1']", ["scope.target", "targets"]),
        (
            b"[[credential]]\nname='a'\nversion='2c'\nscopes=['10.0.0.1']\ncommunity='x'",
            ["credential.community", "community_file"],
        ),
        (b"[budget]\nprofile = 'ludicrous'", ["budget.profile", "ludicrous"]),
        (b"[scope]\ntargets = '10.0.0.1'", ["scope.targets", "array"]),
        (b"[scope]\ntargets = ['10.0.0.0/33']", ["scope.targets", "10.0.0.0/33", "no address"]),
        (b"[scope]\nexclude = ['printer.example']", ["scope.exclude", "printer.example"]),
        (b"[[credential]]\nname='a'\nversion='2c'\nscopes=['core']\ncommunity_file='x'", ["credential 'a'", "core"]),
        (b"[[credential]]\nversion='2c'\nscopes=[]", ["credential[0]", "name"]),
        (b"credential = 3", ["credential", "array"]),
        (b"[site\nid = 1", ["agent.toml", "not TOML"]),
        (b"\xff\xfe", ["agent.toml", "not TOML"]),
        (b"site = []", ["site", "object"]),
    ],
)
def test_wrong_files_are_refused_by_name(text: bytes, names: list[str]) -> None:
    with pytest.raises(UsageTrouble) as caught:
        read(text, "agent.toml")
    said = str(caught.value)
    assert all(name in said for name in names), said
    assert "\n" not in said and said.startswith("agent.toml")


def _written(folder: Path, **secrets: str) -> Path:
    for name, secret in secrets.items():
        (folder / name).write_text(secret + "\n")
    path = folder / "my.toml"
    path.write_bytes(WHOLE)
    return path


def test_secrets_come_from_files_beside_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    path = _written(tmp_path, auth="auth-secret-1", priv="priv-secret-1", community="comm-secret")
    found = credentials(config_at(path), path)
    assert [one.version for one in found] == ["3", "2c"]
    assert found[0].auth_secret and found[0].auth_secret.reveal() == b"auth-secret-1"
    assert found[1].community and found[1].community.reveal() == b"comm-secret"
    assert "secret" not in repr(found).replace("auth_secret", "").replace("priv_secret", "").replace("Secret", "")


def test_missing_secret_names_file_and_credential(tmp_path: Path) -> None:
    path = _written(tmp_path, auth="auth-secret-1", priv="priv-secret-1")
    with pytest.raises(UsageTrouble) as caught:
        credentials(config_at(path), path)
    assert str(path) in str(caught.value) and "'old'" in str(caught.value) and "community" in str(caught.value)


def test_unreadable_file(tmp_path: Path) -> None:
    with pytest.raises(UsageTrouble, match=r"none\.toml: cannot be read"):
        config_at(tmp_path / "none.toml")
    with pytest.raises(UsageTrouble, match="cannot be read"):
        config_at(tmp_path)


def test_the_folder_of_the_caller_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert found_at(None) in (None, PLACES[1])
    (tmp_path / "agent.toml").write_text("")
    assert found_at(None) == Path("agent.toml")
    assert found_at(Path("other.toml")) == Path("other.toml")


def test_command_line_wins() -> None:
    config = merged(
        read(WHOLE, "agent.toml"),
        "depot",
        {"name": "A. Other", "ticket": "", "window": ""},
        "fast",
        {"targets": ("10.9.0.0/24",), "exclude": (), "fragile": (), "exclude_reason": ""},
    )
    assert (config.site.id, config.site.name) == ("depot", "Head office")
    assert config.authority == Authority("A. Other", "CHG-1", "Sundays")
    assert config.budget.profile == "fast"
    assert config.scope.targets == ("10.9.0.0/24",)
    assert config.scope.exclude == ("10.0.0.9",)  # what nobody overruled stays


def test_page_in_docs_is_a_whole_configuration() -> None:
    """The example of docs/config.md is read by the program, and names every key there is."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "config.md").read_text()
    example = text.split("```toml\n")[1].split("```")[0]
    config = read(example.encode(), "docs/config.md")
    kinds = [
        type(config),
        type(config.site),
        type(config.authority),
        type(config.scope),
        type(config.budget),
        type(config.credential[0]),
        type(config.agent),
        type(config.release),
        type(config.release.to[0]),
    ]
    for kind in kinds:
        for field in msgspec.structs.fields(kind):
            assert field.encode_name in example, field.encode_name


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[agent]\nschedule = "nightly"', "agent.schedule"),
        ('[agent]\nblackout = ["8-9"]', "agent.blackout"),
        ('[agent]\ntimezone = "Nowhere/City"', "agent.timezone"),
        ("[agent]\nspool_mb = 0", "agent.spool_mb"),
        ('[agent]\nproxy = "http://user:secret@proxy:3128"', "agent.proxy"),
        ('[agent]\npacks = "newest"', "agent.packs"),
        ('[agent]\nschedul = "02:30"', "agent.schedul"),
        ('[release]\nlevel = "everything"', "release.level"),
        ('[[release.to]]\nrecipient = "prime"\nlevel = "full"\nby = " "', "release.to 'prime'"),
        ('[[release.to]]\nrecipient = "prime"\nlevel = "full"\nby = "R."\nuntil = "soon"', "release.to 'prime'"),
        ('[[release.to]]\nrecipient = "prime"\nlevel = "full"\nby = "R."\nfor = "x"', "release.to.for"),
    ],
)
def test_a_deployed_agents_tables_are_refused_by_key(text: str, named: str) -> None:
    with pytest.raises(UsageTrouble) as trouble:
        read(text.encode(), "agent.toml")
    assert trouble.value.where.startswith(f"agent.toml: {named}") and "secret" not in str(trouble.value)


def test_a_secret_may_be_a_systemd_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[[credential]]\nname="c"\nversion="2c"\nscopes=["10.0.0.5"]\ncommunity_file="credential:c"'
    config = read(text.encode(), "agent.toml")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(UsageTrouble, match="LoadCredential=c:"):
        credentials(config, tmp_path / "agent.toml")
    (tmp_path / "c").write_text("s3cret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (found,) = credentials(config, tmp_path / "elsewhere" / "agent.toml")
    assert found.community is not None and found.community.reveal() == b"s3cret"
    outside = read(text.replace("credential:c", "credential:../c").encode(), "agent.toml")
    with pytest.raises(UsageTrouble, match="names no credential"):
        credentials(outside, tmp_path / "agent.toml")
