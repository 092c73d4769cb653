"""Packs on their way: signed and carried, compared, extended by a third party, given a newer list; and a verdict taken apart."""

from __future__ import annotations

import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from agent.cli._rules.import_ import command
from agent.packs import carried
from agent.packs.carried import verified
from agent.signing.said import Said
from tests.agent.cli import ROOT, Shell, clear, report, run

# Written for this test: Recog's format, devices made up.
RECOG = """<fingerprints matches="html_title">
<fingerprint pattern="^Hello"><example>Hello</example><param pos="0" name="hw.vendor" value="Example Works"/></fingerprint>
</fingerprints>"""
SITE = """{"id":"listed","field":"http_header.server","text":"DNVRS-Webs"}
{"id":"mute","field":"html_title","text":"Hello"}
{"id":"lorex","field":"dhip.vendor","text":"Lorex"}
{"id":"lorex","field":"dhip.serial","text":"9A0B1C2PAZ12345"}
{"id":"mac","field":"mac.address","text":"fc:ff:aa:00:00:01"}
"""


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site judged, a key, a signed pack file."""
    place = tmp_path_factory.mktemp("packs")
    (place / "site.jsonl").write_text(SITE)
    assert run("import", place / "site.jsonl", "-o", place / "site").code == 0
    assert run("keygen", place / "key").code == 0 and run("keygen", place / "other").code == 0
    assert run("rules", "export", "--key", place / "key", "-o", place / "carried").code == 0
    return place


def states(shell: Shell, file: Path, *words: str | Path) -> tuple[int, dict[str, str]]:
    told = shell("rules", "verify", file, "--json", *words)
    return told.code, {one["what"]: one["state"] for one in told.json["said"]}


def test_a_carried_pack_is_believed_by_its_key_and_judges_the_same(shell: Shell, home: Path, tmp_path: Path) -> None:
    code, said = states(shell, home / "carried", "--pub", home / "key.pub")
    assert code == 0 and said == {
        "signature": "ok",
        "digest of pack.zip": "ok",
        "pack": "ok",
        "proofs": "ok",
        "age": said["age"],
    }
    assert states(shell, home / "carried", "--pub", home / "other.pub") == (1, {**said, "signature": "FAILED"})
    assert shell("rules", "import", home / "carried", "--pub", home / "key.pub", "-o", tmp_path / "pack.zip").code == 0
    assert shell("rules", "diff", home / "site", tmp_path / "pack.zip").out[1:] == ["both say the same"]


def test_what_does_not_hold_is_not_imported(shell: Shell, home: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(home / "carried") as held:
        parts = {name: held.read(name) for name in held.namelist()}
    for name, data in {
        "another pack": {**parts, "pack.zip": parts["pack.zip"] + b"x"},
        "another word": {
            **parts,
            "pack.dsse.json": parts["pack.dsse.json"].replace(b'"payload":"ey', b'"payload":"ex'),
        },
        "no signature": {"pack.zip": parts["pack.zip"]},
        "more": {**parts, "more.txt": b"x"},
    }.items():
        with zipfile.ZipFile(tmp_path / name, "w") as made:
            for entry, content in data.items():
                made.writestr(entry, content)
        told = shell("rules", "import", tmp_path / name, "--pub", home / "key.pub", "-o", tmp_path / "pack.zip")
        assert told.code == 1 and not (tmp_path / "pack.zip").exists(), name
        clear(told, name)
    told = shell("rules", "import", home / "carried", "--pub", home / "other.pub", "-o", tmp_path / "pack.zip")
    assert told.code == 1 and not (tmp_path / "pack.zip").exists()
    clear(told, "not by this key")


def test_what_is_packed_otherwise_or_damaged_is_one_line(shell: Shell, home: Path, tmp_path: Path) -> None:
    """Whatever a stranger's zip holds: no word of a library's, and no pack."""
    for packing in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / "odd", "w", packing) as made:
            made.writestr("pack.zip", b"no pack " * 99)
            made.writestr("pack.dsse.json", b"{}")
            where = made.infolist()[0].header_offset + 30 + len("pack.zip")
        data = bytearray((tmp_path / "odd").read_bytes())
        data[where : where + 12] = b"\xff" * 12
        (tmp_path / "odd").write_bytes(data)
        clear(shell("rules", "verify", tmp_path / "odd"), "odd: ")
        data = bytearray(data.replace(b"pack.dsse.json", b"rules/zte.toml").replace(b"pack.zip", b"rules/ab"))
        (tmp_path / "odd.zip").write_bytes(data)
        clear(shell("rules", "list", "--pack", tmp_path / "odd.zip"), "odd.zip")


def test_what_is_written_is_what_was_verified(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody puts another file there just as the check is over."""
    file = tmp_path / "carried"
    shutil.copy(home / "carried", file)
    with zipfile.ZipFile(file) as held:
        good = held.read("pack.zip")

    def checked(*given: object) -> Iterator[Said]:
        yield from verified(*given)  # type: ignore[arg-type]
        with zipfile.ZipFile(file, "w") as made:
            made.writestr("pack.zip", b"another")
            made.writestr("pack.dsse.json", b"{}")

    monkeypatch.setattr(carried, "verified", checked)
    command.main([str(file), "--pub", str(home / "key.pub"), "-o", str(tmp_path / "p.zip")], standalone_mode=False)
    assert (tmp_path / "p.zip").read_bytes() == good


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify", "no-such"), "no-such: cannot be read"),
        (("verify", "carried", "--pub", "no-such.pub"), "no-such.pub: cannot be read"),
        (("diff", "no-such"), "no-such: no such pack"),
        (("update-registry", "--from", "no-such", "-o", "x"), "no-such"),
        (("update-registry", "--from", "key.pub", "--day", "x", "-o", "x"), "is no day"),
        (("update-registry", "--from", "key.pub", "--url", "http://127.0.0.1/", "-o", "x"), "stands without --from"),
    ],
)
def test_wrong_words_are_one_line(
    shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(home)
    told = shell("rules", *words)
    assert told.code in (1, 2) and not (home / "x").exists()
    clear(told, said)


def test_a_signed_file_is_no_pack_until_it_is_verified(shell: Shell, home: Path, tmp_path: Path) -> None:
    told = shell("assess", home / "site", "--pack", home / "carried", "-o", tmp_path / "new")
    assert told.code == 1
    clear(told, "a signed pack file", "laydown rules import")


def test_a_changed_list_is_told_rule_by_rule_and_device_by_device(shell: Shell, home: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(home / "site" / "pack.zip") as held:
        held.extractall(tmp_path / "pack")
    law = tmp_path / "pack" / "covered" / "section-889.toml"
    text = law.read_text()
    law.write_text(text + '\n[[entry]]\nmaker = "axis"\ncites = ["a later law"]\n')
    (tmp_path / "pack" / "rules" / "example_works.toml").write_text(
        'name = "Example Works"\n[[rule]]\nid = "t"\nkey = "html_title"\npattern = \'^Hello$\'\ngrade = "declared"\n'
        'matches = ["Hello"]\nmisses = ["Hullo"]\nsource = "a test"\n'
    )
    told = shell("rules", "diff", home / "site", tmp_path / "pack")
    assert told.out[1:] == ["+ rules/example_works.toml: Example Works, 1 rules", "+ covered/section-889 [axis]"]
    told = shell("assess", home / "site", "--pack", tmp_path / "pack", "-o", tmp_path / "new")
    assert "site.jsonl#mute: unknown -> clear example_works" in told.out


def test_recogs_files_are_an_extra_pack_that_travels_with_the_result(shell: Shell, home: Path, tmp_path: Path) -> None:
    (tmp_path / "recog").mkdir()
    (tmp_path / "recog" / "titles.xml").write_text(RECOG)
    told = shell("assess", home / "site", "--recog", tmp_path / "recog", "-o", tmp_path / "new")
    assert "site.jsonl#mute: unknown -> clear recog-example_works" in told.out
    assert shell("rules", "diff", home / "site", tmp_path / "new").out[-1] == "+ recog/titles.xml"
    again = shell("assess", tmp_path / "new", "--pack", tmp_path / "new" / "pack.zip", "-o", tmp_path / "again")
    assert again.out[-1] == "nothing changed"
    (tmp_path / "empty").mkdir()
    told = shell("assess", home / "site", "--recog", tmp_path / "empty", "-o", tmp_path / "x")
    assert told.code == 2
    clear(told, "holds no xml file")


def mac_list(*more: str) -> str:
    """The shipped 24-bit list as mac-vendor-lookup keeps it."""
    text = zlib.decompress((ROOT / "fingerprints" / "registry" / "ma-l.bin").read_bytes(), 31).decode()
    rows = [
        f"{prefix}:{name}"
        for name, found in (line.split("\t") for line in text.split("\n"))
        for prefix in found.split(" ")
    ]
    return "\n".join([*(row for row in rows if not row.startswith("FCFFAA")), *more])


def test_a_newer_list_makes_a_newer_pack_and_nothing_is_asked_of_a_network(
    shell: Shell, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "list").write_text(mac_list("FCFFAA:HUAWEI TECHNOLOGIES CO.,LTD"))
    told = shell(
        "rules", "update-registry", "--from", tmp_path / "list", "--day", "2026-11-20", "-o", tmp_path / "pack.zip"
    )
    assert told.code == 0, told.err
    assert told.out[0].startswith("~ registry ma-l: ") and told.out[0].endswith(" -> 2026-11-20")
    shell("assess", home / "site", "--pack", tmp_path / "pack.zip", "-o", tmp_path / "new")
    assert "suspect" in {
        one["outcome"] for one in report(tmp_path / "new")["findings"] if "fc:ff:aa:00:00:01" in one["macs"]
    }


@pytest.fixture
def published(tmp_path: Path) -> Iterator[str]:
    """The list as the IEEE publishes it, on this machine."""
    rows = [line.partition(":") for line in mac_list("FCFFAA:HUAWEI TECHNOLOGIES CO.,LTD").splitlines()]
    data = "".join(f"{prefix}     (base 16)\t\t{name}\r\n" for prefix, _, name in rows).encode()

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(data if self.path == "/oui.txt" else b"nothing")

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_list_is_fetched_only_when_asked_for(shell: Shell, tmp_path: Path, published: str) -> None:
    pytest.importorskip("mac_vendor_lookup")
    told = shell("rules", "update-registry", "--url", f"{published}/oui.txt", "-o", tmp_path / "pack.zip")
    assert told.code == 0 and told.out[0].startswith("~ registry ma-l: "), told.err
    for url in (f"{published}/other", "http://127.0.0.1:9/oui.txt"):
        told = shell("rules", "update-registry", "--url", url, "-o", tmp_path / "other.zip")
        assert told.code == 1 and not (tmp_path / "other.zip").exists()
        assert "cannot be fetched" in told.err[-1] and "--from" in told.err[-1]


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        ("FCFFAA:HUAWEI TECHNOLOGIES CO.,LTD", "2026-11-20", "cut short"),
        ("nothing", "2026-11-20", "holds no row"),
        (None, "2020-01-01", "older than the pack's own"),
        (None, "2199-01-01", "is not yet"),
    ],
)
def test_a_list_that_would_lose_makers_is_refused(
    shell: Shell, tmp_path: Path, text: str | None, day: str, said: str
) -> None:
    (tmp_path / "list").write_text(mac_list() if text is None else text)
    told = shell("rules", "update-registry", "--from", tmp_path / "list", "--day", day, "-o", tmp_path / "pack.zip")
    assert told.code in (1, 2) and not (tmp_path / "pack.zip").exists()
    clear(told, said)


def test_a_verdict_is_taken_apart_down_to_the_octets(shell: Shell, home: Path) -> None:
    told = shell("rules", "explain", home / "site", "site.jsonl#lorex")
    text = "\n".join(told.out)
    assert told.code == 0 and "covered: made by a listed producer" in text
    assert "chain: sold as Lorex <- built by Dahua (2018 to now) <- Zhejiang Dahua Technology Co., Ltd." in text
    assert (
        "declared: dhip.serial = 9A0B1C2PAZ12345" in text
        and "rule     dahua/dhip-serial" in text
        and "source   " in text
    )
    assert "DHIP answer" in text and "octets in all" in text
    assert "what would change the verdict:" in text and "build date" not in text and "reached by section-889: " in text
    found = shell("rules", "explain", home / "site", "site.jsonl#lorex", "--json").json
    for reason in found["reasons"]:
        line = next(
            one
            for one in (home / "site" / "evidence.jsonl").read_text().splitlines()
            if reason["why"]["evidence"] in one
        )
        assert reason["why"]["value"].encode() in bytes.fromhex(reason["octets"]["hex"])
        assert reason["octets"]["size"] == json.loads(line)["observation"]["answer"]["size"]


@pytest.mark.parametrize(
    ("device", "said"), [("mute", "a MAC block or a part's label"), ("listed", "makes it conflict")]
)
def test_what_would_change_a_verdict_is_said(shell: Shell, home: Path, device: str, said: str) -> None:
    assert any(said in line for line in shell("rules", "explain", home / "site", f"site.jsonl#{device}").out)


def test_no_device_and_missing_evidence_are_said(shell: Shell, home: Path, tmp_path: Path) -> None:
    clear(shell("rules", "explain", home / "site", "nobody"), "no device 'nobody'")
    shutil.copytree(home / "site", tmp_path / "cut")
    lines = (tmp_path / "cut" / "evidence.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "cut" / "evidence.jsonl").write_text("".join(lines[-1:]))
    assert any(
        "this evidence is not in the folder" in line
        for line in shell("rules", "explain", tmp_path / "cut", "site.jsonl#listed").out
    )


def test_the_pages_say_that_lists_are_old(shell: Shell, home: Path) -> None:
    old = report(home / "site")["inputs"]["old"]
    assert old and old[0].startswith("enterprise 2024-08-23 (")
    assert "so that newer makers are missing" in "\n".join(shell("report", home / "site", "-f", "html").out)
