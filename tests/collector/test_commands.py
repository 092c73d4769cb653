"""laydown-collector's commands: help, pages, errors in one line, and the way from nothing to a served collector and back from a backup."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import httpx
import pytest
from sqlalchemy import select

from collector.command import root
from collector.place import opened
from collector.store.tables import blob, parcel, report
from model.report import Site
from tests.collector.cli import ROOT, Served, Shell, clear
from tests.collector.postgres import Server
from tests.collector.site import CISCO, HUAWEI, Agent, evidence, stamp

PAGE = ROOT / "docs" / "collector-commands.md"
HQ = Site(id="hq")


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(root)
    for name in root.list_commands(context):
        found = root.get_command(context, name)
        assert found is not None
        yield name, found
        if isinstance(found, click.Group):
            yield from ((f"{name} {sub}", one) for sub, one in sorted(found.commands.items()))


COMMANDS = dict(commands())
TOP = [name for name in COMMANDS if " " not in name]


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


def test_the_commands_are_the_files() -> None:
    files = {path.stem.replace("_", "-") for path in (ROOT / "collector/cli").glob("[a-z]*.py")}
    assert (
        set(TOP) == files
        and {"init", "serve", "worker", "replay", "token", "user", "intake", "backup", "restore"} <= files
    )


def test_who_forgot_the_organisations_name_gives_it_later(shell: Shell, tmp_path: Path) -> None:
    """And makes no second one by it, after which every command would ask which is meant."""
    init = ("init", "--dir", str(tmp_path / "d"))
    assert shell(*init).code == 0
    assert shell(*init, "--organisation", "Example Agency").code == 0
    clear(shell(*init, "--organisation", "Another"), "Another", "Example Agency", "organisation add")
    assert shell(*init).out[0].endswith("organisation Example Agency")
    (line,) = shell("organisation", "list", "--dir", str(tmp_path / "d")).out
    assert line.endswith("Example Agency")


def test_the_help_that_is_named_is_that_of_the_whole_command(shell: Shell) -> None:
    clear(shell("user", "add"), "see `laydown-collector user add --help`")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does(name: str, shell: Shell) -> None:
    told = shell(*name.split(), "--help")
    assert told.code == 0 and not told.err
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option) and parameter.name != "help":
            assert parameter.help, f"{parameter.opts} has no help"
    if " " not in name:
        example = re.search(r"Example:\s+laydown-collector (\S+)", "\n".join(told.out))
        assert example and example[1] == name


@pytest.mark.parametrize("name", TOP)
def test_the_page_names_every_option(name: str) -> None:
    text = PAGE.read_text("utf-8")
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, f"{PAGE.name} has no section {name}"
    for words, command in COMMANDS.items():
        if words.split()[0] == name:
            assert words in section[1] + name
            named = [
                opt
                for one in command.params
                if isinstance(one, click.Option)
                for opt in (*one.opts, *one.secondary_opts)
            ]
            missing = [opt for opt in named if not re.search(rf"(?<![\w-]){re.escape(opt)}(?![\w-])", section[1])]
            assert not missing, f"## {name} does not name {', '.join(missing)}"


def test_the_page_names_no_option_that_is_not() -> None:
    known = {
        opt
        for command in COMMANDS.values()
        for one in command.params
        if isinstance(one, click.Option)
        for opt in (*one.opts, *one.secondary_opts)
    }
    table = re.findall(r"^\| (`-[^|]*) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    named = {opt for row in table for opt in re.findall(r"(?<![\w-])--[a-z][a-z-]*", row)}
    assert named <= known | {"--help"}, named - known


def test_help_imports_nothing_that_it_does_not_need() -> None:
    heavy = "sqlalchemy litestar alembic msgspec uvicorn argon2 zstandard pyarrow psycopg httpx cryptography".split()
    code = (
        "import sys\nfrom collector.command import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print(*[name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and done.stderr.split() == []


def test_errors_are_one_line(shell: Shell, tmp_path: Path) -> None:
    clear(shell("frobnicate"), "frobnicate", "laydown-collector --help")
    clear(shell("serve", "--dir", tmp_path / "none"), "init --dir D")
    assert shell("init", "--dir", tmp_path / "d").code == 0
    clear(shell("serve", "--dir", tmp_path / "d", "--host", "192.0.2.1"), "--insecure-http")
    clear(shell("token", "--dir", tmp_path / "d", "--site", "nowhere"), "nowhere", "--new")
    clear(shell("user", "add", "a b", "--dir", tmp_path / "d"), "a b")
    clear(shell("user", "invite", "nobody", "--dir", tmp_path / "d"), "nobody")
    clear(shell("init", "--dir", tmp_path / "e", "--database", "mysql://x/y"), "mysql")
    clear(shell("init", "--dir", tmp_path / "e", "--database", "postgresql://laydown@/none?host=/nowhere"), "database")
    clear(shell("restore", tmp_path / "none", "--dir", tmp_path / "f"), "none")
    clear(shell("intake", tmp_path / "none", "--dir", tmp_path / "d"), "none")
    (tmp_path / "d" / "collector.toml").write_text("adress = 1\n")
    clear(shell("serve", "--dir", tmp_path / "d"), "adress")
    (tmp_path / "d" / "collector.key").chmod(0o644)
    (tmp_path / "d" / "collector.toml").write_text("")
    clear(shell("serve", "--dir", tmp_path / "d"), "chmod 600")


def begun(shell: Shell, folder: Path, *database: str) -> str:
    """A collector with a site; the token for it."""
    assert shell("init", "--dir", folder, "--organisation", "Example Agency", *database).code == 0
    (folder / "password").write_text("correct horse battery\n")
    assert (
        shell(
            "user", "add", "ada", "--dir", folder, "--role", "admin", "--password-file", folder / "password", *database
        ).code
        == 0
    )
    told = shell("token", "--dir", folder, "--site", "hq", "--new", "Example Marine LLC", "--json", *database)
    return str(told.json[0]["token"])


def test_from_nothing_to_a_report_on_a_page_and_back_from_a_backup(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    token = begun(shell, folder)
    served = Served(folder)
    try:
        with httpx.Client(base_url=served.url, timeout=20) as client:
            assert client.get("/health").json() == {"status": "ok"}
            agent = Agent(client)
            assert agent.enrol(token).status_code == 201
            answer = agent.send(agent.parcel(evidence(HQ, {"10.0.0.1": CISCO, "10.0.0.2": HUAWEI})))
            receipt = agent.receipt(answer)
            me = client.post("/api/v1/login", json={"login": "ada", "password": "correct horse battery"}).json()
            for _ in range(100):
                (where,) = client.get("/api/v1/sites").json()["items"]
                if where["devices"]:
                    break
            assert (where["ref"], where["covered"], where["devices"]) == ("hq", 1, 2) and me["role"] == "admin"
        assert shell("backup", tmp_path / "b", "--dir", folder).code == 0, "while it is served"
    finally:
        assert served.stop() == 0
    assert shell("restore", tmp_path / "b", "--check").code == 0
    assert shell("restore", tmp_path / "b", "--dir", tmp_path / "again").code == 0
    with opened(tmp_path / "again").store.system() as tx:
        assert (
            tx.execute(select(parcel.c.receipt_sha256)).scalars().all()
            and tx.execute(select(report.c.digest)).scalar_one() == receipt.report
        )
    clear(shell("restore", tmp_path / "b", "--dir", tmp_path / "again"), "holds something")


def test_a_backup_of_sqlite_restores_into_postgresql_and_back(shell: Shell, tmp_path: Path, server: Server) -> None:
    begun(shell, tmp_path / "d")
    shell("register", _register(tmp_path), "--dir", tmp_path / "d")
    shell("backup", tmp_path / "b", "--dir", tmp_path / "d")
    url = server.database("moved")
    assert shell("restore", tmp_path / "b", "--dir", tmp_path / "pg", "--database", url).code == 0
    assert shell("user", "add", "bob", "--dir", tmp_path / "pg", "--database", url).code == 0, "ids go on counting"
    assert shell("backup", tmp_path / "b2", "--dir", tmp_path / "pg", "--database", url).code == 0
    assert shell("restore", tmp_path / "b2", "--dir", tmp_path / "back").code == 0
    assert shell("user", "list", "--dir", tmp_path / "back").out[1].startswith("bob")
    clear(shell("restore", tmp_path / "b", "--dir", tmp_path / "x", "--database", url), "holds a collector already")


def _register(folder: Path) -> Path:
    path = folder / "sites.csv"
    path.write_text("site,entity,country,due\nhq,Example Marine LLC,US,2026-12-31\nannex,Example Marine LLC,DE,\n")
    return path


def test_a_damaged_backup_is_told(shell: Shell, tmp_path: Path) -> None:
    begun(shell, tmp_path / "d")
    shell("backup", tmp_path / "b", "--dir", tmp_path / "d")
    for name in ("tables/site.jsonl.zst", "manifest.dsse.json"):
        shutil.copytree(tmp_path / "b", tmp_path / "c", dirs_exist_ok=True)
        path = tmp_path / "c" / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        clear(shell("restore", tmp_path / "c", "--dir", tmp_path / "n"), name.rpartition("/")[2])
        assert not (tmp_path / "n" / "laydown.sqlite").exists()
    clear(shell("backup", tmp_path / "d", "--dir", tmp_path / "d"), "no backup")


def test_a_parcel_comes_as_a_file(shell: Shell, tmp_path: Path) -> None:
    token = begun(shell, tmp_path / "d")
    served = Served(tmp_path / "d", "--no-rows")
    try:
        with httpx.Client(base_url=served.url, timeout=20) as client:
            agent = Agent(client)
            agent.enrol(token)
    finally:
        served.stop()
    good, bad = tmp_path / "hq.parcel", tmp_path / "bad.parcel"
    good.write_bytes(agent.parcel(evidence(HQ, {"10.0.0.1": CISCO})))
    bad.write_bytes(agent.parcel(evidence(HQ, {"10.0.0.1": CISCO}, at=stamp(7200))))
    told = shell("intake", bad, good, "--dir", tmp_path / "d")
    assert told.code == 1 and len(told.out) == 1 and "receipt 1" in told.out[0]
    clear(told, "bad.parcel", "clock")
    first = (tmp_path / "hq.parcel.receipt.json").read_bytes()
    assert shell("intake", good, "--dir", tmp_path / "d").code == 0
    assert (tmp_path / "hq.parcel.receipt.json").read_bytes() == first
    told = shell("replay", "--dir", tmp_path / "d", "--json")
    assert (
        told.code == 0
        and told.json["sites"] == [{"site": "hq", "changes": [], "fault": ""}]
        and told.json["adopted"] is None
    )
    assert shell("worker", "--dir", tmp_path / "d", "--once").out == ["0 parcels written"]
    with opened(tmp_path / "d").store.system() as tx:
        assert tx.execute(select(blob)).first() is not None


def test_it_serves_by_https(shell: Shell, tmp_path: Path) -> None:
    import datetime
    import ipaddress
    import ssl

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "collector")]),
    )
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(hours=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = made.add_extension(names, False).add_extension(x509.BasicConstraints(True, None), True)
    pem, secret = tmp_path / "c.pem", tmp_path / "k.pem"
    pem.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*plain))
    begun(shell, tmp_path / "d")
    (tmp_path / "d/collector.toml").write_text(f'certificate = "{pem}"\ncertificate_key = "{secret}"\n')
    served = Served(tmp_path / "d")
    try:
        assert served.url.startswith("https://")
        with httpx.Client(base_url=served.url, verify=ssl.create_default_context(cafile=pem), timeout=20) as client:
            answer = client.post("/api/v1/login", json={"login": "ada", "password": "correct horse battery"})
            assert answer.status_code == 200 and "secure" in answer.headers["set-cookie"].lower()
    finally:
        assert served.stop() == 0


def test_tokens_by_the_hundred(shell: Shell, tmp_path: Path) -> None:
    shell("init", "--dir", tmp_path / "d")
    (tmp_path / "s.csv").write_text("site,entity\n" + "".join(f"s{n},E\n" for n in range(300)))
    assert shell("register", tmp_path / "s.csv", "--dir", tmp_path / "d").out == [
        f"{tmp_path / 's.csv'}: 300 added, 0 changed, 0 as they were"
    ]
    told = shell("token", "--dir", tmp_path / "d", "--all", "--csv", tmp_path / "tokens.csv")
    assert told.code == 0 and (tmp_path / "tokens.csv").stat().st_mode & 0o777 == 0o600
    assert len({line.split(",")[1] for line in (tmp_path / "tokens.csv").read_text().splitlines()[1:]}) == 300
