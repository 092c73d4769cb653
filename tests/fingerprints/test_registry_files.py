"""The registry's files: built the same each time, refused when damaged, rebuilt from lists by the script."""

from __future__ import annotations

import http.server
import json
import random
import runpy
import subprocess
import sys
import threading
import zipfile
import zlib
from pathlib import Path

import pytest

from fingerprints import registry
from fingerprints.registry.build import build

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "update_registry.py"
PARTS = dict(registry.digest_parts(registry.SHIPPED))


def table(*rows: tuple[str, str]) -> registry.Table:
    return registry.Table(rows, "2026-01-02", "made for a test")


SMALL = {
    "ma-l": table(("001122", "Alpha \u00a0Ltd"), ("0055AA", "IEEE Registration Authority"), ("00aabb", "Beta")),
    "ma-m": table(("0055AA1", "Gamma")),
    "ma-s": table(("0055AA2FF", "Delta"), ("0055AA2FE", "Private")),
    "iab": table(("0050C2001", "Epsilon")),
    "enterprise": table(("1", "One"), ("7", "Seven")),
}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_small_registry_answers_from_its_files(tmp_path: Path) -> None:
    loaded = registry.load(write(tmp_path, build(SMALL)))
    asked = ["00:11:22:00:00:01", "00:aa:bb:00:00:01", "00:55:aa:10:00:01", "00:55:aa:2f:f0:01", "00:55:aa:2f:e0:01"]
    assert [loaded.registrant(mac) for mac in asked] == ["Alpha Ltd", "Beta", "Gamma", "Delta", None]
    assert [loaded.enterprise(number) for number in (1, 2, 7, 8)] == ["One", None, "Seven", None]
    assert set(loaded.dates.values()) == {"2026-01-02"}


def test_the_order_and_repetition_of_rows_change_nothing() -> None:
    shuffled = {}
    for key, part in SMALL.items():
        rows = [*part.rows, part.rows[0]]
        random.Random(3).shuffle(rows)
        shuffled[key] = registry.Table(tuple(rows), part.date, part.source)
    assert build(shuffled) == build(SMALL)


def test_the_shipped_files_are_what_their_rows_build() -> None:
    rebuilt = build(registry.read_tables(registry.SHIPPED))
    # Another build of zlib may pack the same text otherwise, so the texts are compared, and the index but its digests.
    assert {name: _plain(name, content) for name, content in rebuilt.items()} == {
        name: _plain(name, content) for name, content in PARTS.items()
    }


def _plain(name: str, content: bytes) -> list[str]:
    text = content.decode() if name.endswith(".toml") else zlib.decompress(content, 31).decode()
    return [line for line in text.split("\n") if not line.startswith("sha256 = ")]


def test_the_digest_covers_every_file_the_loader_reads(tmp_path: Path) -> None:
    names = list(PARTS)
    assert names == sorted(names) and len(names) == 6
    for name in names:
        folder = write(tmp_path / name, PARTS)
        (folder / name).unlink()
        with pytest.raises(registry.RegistryError, match=name):
            registry.load(folder)


def test_a_registry_in_a_zip_is_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as pack:
        for name, content in build(SMALL).items():
            pack.writestr(f"registry/{name}", content)
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        inside = zipfile.Path(pack, "registry/")
        assert registry.load(inside) == registry.load(write(tmp_path / "plain", build(SMALL)))
        assert dict(registry.digest_parts(inside)) == build(SMALL)
        with pytest.raises(registry.RegistryError, match="whole pack"):
            registry.load(zipfile.Path(pack, "elsewhere/"))


@pytest.mark.parametrize("name", [name for name in PARTS if name.endswith(".bin")])
def test_a_changed_table_is_refused(tmp_path: Path, name: str) -> None:
    damaged = bytearray(PARTS[name])
    damaged[len(damaged) // 2] ^= 1
    with pytest.raises(registry.RegistryError, match=f"{name} is not the file"):
        registry.load(write(tmp_path, PARTS | {name: bytes(damaged)}))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not gzip", "cannot be unpacked"),
        (zlib.compress(b"\xff\xfe", wbits=31), "cannot be unpacked"),
        (zlib.compress(b"no tab in this line", wbits=31), "no row"),
        (zlib.compress(b"Alpha\tXYZ", wbits=31), "no row"),
        (zlib.compress(b"Alpha\t001122", wbits=31)[:-9], "cut short"),
        (zlib.compress(bytes(65 * 1024 * 1024), wbits=31), "over"),
    ],
)
def test_a_hostile_table_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    files = build(SMALL)
    honest = {"ma-l.bin": files["ma-l.bin"]}
    digests = {name: _sha256(part) for name, part in honest.items()}
    index = files["registry.toml"].decode().replace(digests["ma-l.bin"], _sha256(content))
    with pytest.raises(registry.RegistryError, match=message):
        registry.load(write(tmp_path, files | {"ma-l.bin": content, "registry.toml": index.encode()}))


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("index", [b"= no toml", b"\xff", b"[ma-l]\ndate = 3\n", b"ma-l = 1\n"])
def test_a_broken_index_is_refused(tmp_path: Path, index: bytes) -> None:
    with pytest.raises(registry.RegistryError, match=r"registry\.toml"):
        registry.load(write(tmp_path, build(SMALL) | {"registry.toml": index}))


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("ma-l", ("00112", "short")),
        ("ma-l", ("+00112", "a sign")),
        ("ma-l", ("0_0112", "an underscore")),
        ("ma-l", ("001122", "another holder")),
        ("enterprise", ("-1", "negative")),
        ("enterprise", ("4294967295", "a line for every number below it")),
    ],
)
def test_a_bad_row_is_refused(key: str, row: tuple[str, str]) -> None:
    with pytest.raises(registry.RegistryError, match=f"table {key}"):
        build(SMALL | {key: table(*SMALL[key].rows, row)})


def test_a_missing_table_is_refused() -> None:
    with pytest.raises(registry.RegistryError, match="give each of"):
        build({"ma-l": SMALL["ma-l"]})


def test_looking_up_loads_no_downloader() -> None:
    code = "import sys; from fingerprints import registry; registry.load(registry.SHIPPED); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"aiohttp", "mac_vendor_lookup", "socket", "urllib.request"} & set(loaded.split())


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """The lists that the script takes, as their publishers write them."""
    oui = {"001122": "Alpha\nStreet\nTown", "0055AA1": "Gamma\nStreet", "0055AA2FF": "Delta"}
    (tmp_path / "index.json").write_text(json.dumps(oui))
    heading = "Registry,Assignment,Organization Name,Organization Address\n"
    (tmp_path / "iab.csv").write_text(heading + 'IAB,0050C2001,"Epsilon, Inc.",Street\nIAB,0050C2001,Zeta,Street\n')
    (tmp_path / "vendors.txt").write_text("001122:Alpha Renamed\n001133:Eta: of two\n")
    (tmp_path / "enterprises.tsv").write_text(
        "# (last updated 2026-03-04)\n\n0\tReserved\n1\tOne\n7  Seven  of it\n9\t\n"
    )
    return tmp_path


def run(lists: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--oui-data", "index.json", "2026-02-01", "npm", "--out", "."]
    command += ["--iab", "iab.csv", "2022-01-01", "Debian", "--enterprises", "enterprises.tsv", "Debian", *more]
    return subprocess.run(command, cwd=lists, capture_output=True, text=True)


def test_the_script_builds_the_same_registry_from_the_same_lists(lists: Path) -> None:
    assert run(lists).returncode == 0
    first = dict(registry.digest_parts(lists))
    assert run(lists).returncode == 0
    assert dict(registry.digest_parts(lists)) == first
    loaded = registry.load(lists)
    assert loaded.registrant("00:11:22:33:44:55") == "Alpha"
    assert loaded.registrant("00:50:c2:00:10:01") == "Epsilon, Inc."
    assert [loaded.enterprise(number) for number in (1, 7, 9)] == ["One", "Seven of it", None]
    assert loaded.dates["ma-l"] == "2026-02-01" and loaded.dates["enterprise"] == "2026-03-04"


@pytest.mark.parametrize(("day", "name"), [("2026-01-31", "Alpha"), ("2026-02-02", "Alpha Renamed")])
def test_the_newest_list_of_a_block_size_is_taken_whole(lists: Path, day: str, name: str) -> None:
    done = run(lists, "--mac-vendors", "vendors.txt", day, "IEEE")
    assert "ma-l: against" in done.stdout and "1 renamed" in done.stdout
    loaded = registry.load(lists)
    assert loaded.registrant("00:11:22:33:44:55") == name
    assert loaded.registrant("00:11:33:33:44:55") == (None if name == "Alpha" else "Eta: of two")
    assert loaded.registrant("00:55:aa:2f:f0:01") == "Delta"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("index.json", "[]"),
        ("index.json", '{"00112": "short"}'),
        ("iab.csv", "a,b\n1,2\n"),
        ("enterprises.tsv", "1 One\n"),
    ],
)
def test_the_script_refuses_a_wrong_list_in_one_line(lists: Path, name: str, content: str) -> None:
    (lists / name).write_text(content)
    done = run(lists)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("update_registry: registry: ")


class Ieee(http.server.BaseHTTPRequestHandler):
    """Answers as the IEEE's server does with its oui.txt."""

    def do_GET(self) -> None:
        body = b"OUI/MA-L\r\n00-11-22   (hex)\t\tAlpha Ltd\r\n001122     (base 16)\t\tAlpha Ltd\r\n\t\tStreet\r\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def test_the_24_bit_list_is_fetched_only_where_told(tmp_path: Path) -> None:
    script = runpy.run_path(str(SCRIPT))
    into = tmp_path / "vendors.txt"
    with http.server.HTTPServer(("127.0.0.1", 0), Ieee) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        script["fetch_mac_vendors"](str(into), f"http://127.0.0.1:{server.server_port}/oui.txt")
        server.shutdown()
    rows = script["BLOCK_LISTS"]["mac_vendors"](into.read_bytes())
    assert rows == {"ma-l": (("001122", "Alpha Ltd"),)}
    with pytest.raises(registry.RegistryError, match="--ieee-csv"):
        script["fetch_mac_vendors"](str(into), f"http://127.0.0.1:{server.server_port}/oui.txt")
