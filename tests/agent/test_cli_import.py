"""laydown import: what is good is kept, what is bad is one clear line, and the exit code says how complete it is."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from agent import spool
from model.evidence import line
from tests.agent.cli import CAMERAS, CISCO, HUAWEI, NMAP, ROOT, WALK, Shell, clear, outcomes, report, run

GOOD = {"core.snmprec": CISCO, "router.snmprec": HUAWEI, "walk.txt": WALK, "cams.jsonl": CAMERAS, "scan.xml": NMAP}


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name, text in GOOD.items():
        (tmp_path / "in" / name).write_text(text)
    return tmp_path / "in"


def test_good_files_become_a_whole_folder(shell: Shell, files: Path, tmp_path: Path) -> None:
    told = shell("import", files, "-o", tmp_path / "out", "--site", "hq")
    assert (told.code, told.err) == (0, [])
    assert told.out[0].startswith("6 devices: 2 covered, 0 conflict, 0 suspect, 1 clear, 3 unknown")
    assert {one.name for one in (tmp_path / "out").iterdir()} == {
        "evidence.jsonl",
        "moments.jsonl",
        "pack.zip",
        "report.json",
        "report.html",
    }
    assert outcomes(tmp_path / "out") == {
        "core.snmprec": "clear",
        "router.snmprec": "covered",
        "walk.txt": "unknown",
        "cams.jsonl#c1": "covered",
        "cams.jsonl#c2": "unknown",
        "scan.xml#192.0.2.7": "unknown",
    }
    held = report(tmp_path / "out")
    assert held["site"]["id"] == "hq" and held["schema"] == "laydown.report/1"
    (row,) = held["coverage"]
    assert (row["asked"], row["answered"], row["silent"], row["status"]) == (5, 5, 0, "done")


def test_the_answer_as_json(shell: Shell, files: Path, tmp_path: Path) -> None:
    told = shell("import", files, "-o", tmp_path / "out", "--fail-on", "covered", "--json")
    assert told.code == 3
    assert told.json["exit"] == 3 and told.json["fail_on_met"] and not told.json["incomplete"]
    assert told.json["summary"]["covered"] == 2 and Path(told.json["report"]).exists()


@pytest.mark.parametrize(("fail_on", "code"), [("suspect", 3), ("conflict", 0), ("unknown", 3), ("unseen", 3)])
def test_fail_on(shell: Shell, files: Path, tmp_path: Path, fail_on: str, code: int) -> None:
    told = shell("import", files / "router.snmprec", files / "walk.txt", "-o", tmp_path / "out", "--fail-on", fail_on)
    assert told.code == code


BAD = {
    "empty.snmprec": (b"", "is empty"),
    "blank.txt": (b"\n \n", "is empty"),
    "junk.bin": (b"\x00\xff\xfe\x80" * 500, "is of no kind this program knows"),
    "picture.snmprec": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "no line of it is OID|TAG|VALUE"),
    "page.html": (b"<html></html>", "is of no kind this program knows"),
    "cut.xml": (NMAP.encode()[:-60], "not XML that can be read"),
    "none.xml": (b"<nmaprun></nmaprun>", "no line of it is a host"),
    "words.jsonl": (b'{"id": 7}\n', "is of no kind this program knows"),
    "half.jsonl": (CAMERAS.encode()[:-20], "not a banner"),
    "lone.jsonl": (CAMERAS.encode() + rb'{"id":"c3","field":"html_title","text":"\ud800 x"}', "not a banner"),
    "bomb.xml": (b'<!DOCTYPE nmaprun [<!ENTITY a "aa">]><nmaprun><host>&a;</host></nmaprun>', "EntitiesForbidden"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_costs_only_itself(shell: Shell, files: Path, tmp_path: Path, name: str) -> None:
    data, what = BAD[name]
    (files / name).write_bytes(data)
    told = shell("import", files, "-o", tmp_path / "out")
    assert told.code == 4
    clear(told, files / name, what)
    assert len(outcomes(tmp_path / "out")) >= 6, "the good files are all there"
    (row,) = report(tmp_path / "out")["coverage"]
    assert (row["asked"], row["answered"], row["silent"], row["status"]) == (6, 5, 1, "incomplete")
    assert what in row["reason"] and name in row["reason"]


def test_bad_lines_are_named_and_the_file_is_not_called_whole(shell: Shell, files: Path, tmp_path: Path) -> None:
    (files / "core.snmprec").write_text("hello\n" + CISCO + "1.3.6.1.2.1.1.3.0|67:numeric|rate=1\n")
    told = shell("import", files, "-o", tmp_path / "out")
    assert told.code == 4 and outcomes(tmp_path / "out")["core.snmprec"] == "clear"
    assert [text.partition("core.snmprec: ")[2].partition(":")[0] for text in told.err] == ["line 1", "line 4"]
    assert report(tmp_path / "out")["coverage"][0]["answered"] == 4


def test_a_mended_file_imported_again_closes_its_hole(shell: Shell, files: Path, tmp_path: Path) -> None:
    (files / "core.snmprec").write_text("hello\n" + CISCO)
    assert shell("import", files, "-o", tmp_path / "out").code == 4
    assert shell("import", files / "walk.txt", "-o", tmp_path / "out").code == 4, "another file mends nothing"
    (files / "core.snmprec").write_text(CISCO)
    told = shell("import", files / "core.snmprec", "-o", tmp_path / "out")
    assert told.code == 0 and report(tmp_path / "out")["coverage"][0]["silent"] == 0


def test_a_kind_that_does_not_fit_is_one_line_a_file(shell: Shell, files: Path, tmp_path: Path) -> None:
    told = shell("import", files / "walk.txt", files / "core.snmprec", "--kind", "snmprec", "-o", tmp_path / "out")
    assert told.code == 4
    clear(told, "walk.txt", "no line of it is OID|TAG|VALUE")


def test_nothing_good_at_all_is_still_a_report_of_nothing(shell: Shell, files: Path, tmp_path: Path) -> None:
    (files / "junk.bin").write_bytes(b"\x00" * 50)
    told = shell("import", files / "junk.bin", "-o", tmp_path / "out")
    assert told.code == 4 and told.out[0].startswith("0 devices")
    assert report(tmp_path / "out")["coverage"][0]["status"] == "incomplete"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import"], ["Missing argument", "--help"]),
        (["import", "IN"], ["Missing option", "-o"]),
        (["import", "IN", "-o", "OUT", "--kind", "holiday"], ["--kind holiday", "snmprec"]),
        (["import", "IN", "-o", "OUT", "--fail-on", "clear"], ["--fail-on", "--help"]),
        (["import", "IN", "-o", "OUT", "--frobnicate"], ["--frobnicate", "--help"]),
        (["import", "IN/absent", "-o", "OUT"], ["IN/absent", "no such file or folder"]),
        (["import", "IN", "IN/dangling", "-o", "OUT"], ["IN/dangling", "no such file or folder"]),
        (["import", "IN/hollow", "-o", "OUT"], ["IN/hollow", "holds no file"]),
        (["import", "IN", "-o", "IN/core.snmprec"], ["core.snmprec", "is a file"]),
        (["import", "IN", "-o", "OUT", "--pack", "IN/absent"], ["IN/absent", "no such pack"]),
    ],
)
def test_wrong_usage_is_one_line_and_nothing_is_made(
    shell: Shell, files: Path, tmp_path: Path, words: list[str], said: list[str]
) -> None:
    (files / "hollow").mkdir()
    (files / "dangling").symlink_to(tmp_path / "gone")
    given = [word.replace("IN", str(files)).replace("OUT", str(tmp_path / "out")) for word in words]
    told = shell(*given)
    assert told.code == 2
    clear(told, *(word.replace("IN", str(files)) for word in said))
    assert not (tmp_path / "out").exists()


def test_a_folder_called_like_a_file_is_looked_into(shell: Shell, files: Path, tmp_path: Path) -> None:
    (files / "more.snmprec").mkdir()
    (files / "more.snmprec" / "core.snmprec").write_text(HUAWEI)
    told = shell("import", files, "-o", tmp_path / "out")
    assert told.code == 0
    found = outcomes(tmp_path / "out")
    assert found["in/core.snmprec"] == "clear" and found["more.snmprec/core.snmprec"] == "covered"


@pytest.mark.parametrize("broken", ["dangling symlink", "symlink to itself"])
def test_a_name_that_leads_nowhere_is_said(shell: Shell, files: Path, tmp_path: Path, broken: str) -> None:
    (files / "odd.snmprec").symlink_to(files / "odd.snmprec" if "itself" in broken else tmp_path / "gone")
    told = shell("import", files, "-o", tmp_path / "out")
    assert told.code == 4
    clear(told, files / "odd.snmprec", "cannot be read")
    assert outcomes(tmp_path / "out")["core.snmprec"] == "clear"


def test_what_is_no_file_is_said_and_not_waited_for(shell: Shell, files: Path, tmp_path: Path) -> None:
    os.mkfifo(files / "pipe.snmprec")
    told = shell("import", files, "-o", tmp_path / "out")
    assert told.code == 4
    clear(told, files / "pipe.snmprec", "is no file")


# Our own evidence, brought back.
def test_evidence_of_another_folder_is_taken_over_whole(shell: Shell, files: Path, tmp_path: Path) -> None:
    (files / "long.snmprec").write_text(CISCO + "".join(f"1.3.6.1.2.1.2.2.1.2.{n}|4|port {n}\n" for n in range(1, 400)))
    shell("import", files, "-o", tmp_path / "one", "--site", "hq")
    assert list((tmp_path / "one" / "bodies").rglob("*")), "a long body lies beside the lines"
    assert shell("import", tmp_path / "one", "-o", tmp_path / "two").code == 0
    one, two = report(tmp_path / "one"), report(tmp_path / "two")
    assert one["findings"] == two["findings"] and two["site"]["id"] == "hq"


def test_an_altered_line_is_named_and_the_rest_kept(shell: Shell, files: Path, tmp_path: Path) -> None:
    shell("import", files, "-o", tmp_path / "one")
    path = tmp_path / "one" / "evidence.jsonl"
    data = path.read_bytes().replace(b"core.snmprec", b"cure.snmprec", 1)
    path.write_bytes(data + b'{"half')
    told = shell("import", tmp_path / "one", "-o", tmp_path / "two")
    assert told.code == 4 and len(told.err) == 2
    assert f"{path}:" in told.err[0] and "the observation does not match its digest" in told.err[0]
    assert "half a line" in told.err[1]
    assert "router.snmprec" in outcomes(tmp_path / "two") and "core.snmprec" not in outcomes(tmp_path / "two")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"junk\n", b"\x00\xff" * 99, b"{}\n"])
def test_an_evidence_file_without_evidence_is_said(shell: Shell, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "evidence.jsonl").write_bytes(data)
    told = shell("import", tmp_path / "old", "-o", tmp_path / "out")
    assert told.code == 4 and told.err and all(text.startswith("laydown: ") for text in told.err)
    assert "holds no evidence that can be used" in told.err[-1]


def test_a_body_that_is_gone_is_named(shell: Shell, files: Path, tmp_path: Path) -> None:
    (files / "long.snmprec").write_text(CISCO + "".join(f"1.3.6.1.2.1.2.2.1.2.{n}|4|port {n}\n" for n in range(1, 400)))
    shell("import", files, "-o", tmp_path / "one")
    shutil.rmtree(tmp_path / "one" / "bodies")
    told = shell("import", tmp_path / "one", "-o", tmp_path / "two")
    assert told.code == 4
    clear(told, "evidence.jsonl", "its body", "restore the file from a copy")


def test_an_import_that_was_killed_goes_on(shell: Shell, files: Path, tmp_path: Path) -> None:
    shell("import", files / "core.snmprec", "-o", tmp_path / "out")
    path = tmp_path / "out" / "evidence.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    told = shell("import", files, "-o", tmp_path / "out")
    assert "half line at the end were cut off" in told.err[0] and len(outcomes(tmp_path / "out")) == 6


# A full disk.
MANY = "".join(json.dumps({"id": f"d{n}", "field": "html_title", "text": "x" * 200}) + "\n" for n in range(400))
SMALL_FILES = "import resource, signal as s\ns.signal(s.SIGXFSZ, s.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"


def test_a_disk_that_fills_while_evidence_comes_is_one_line_and_what_came_is_kept(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_text(MANY)
    told = run("import", tmp_path / "many.jsonl", "-o", tmp_path / "out", before=SMALL_FILES.format(64 * 1024))
    assert told.code == 1
    clear(told, tmp_path / "out" / "evidence.jsonl")
    kept = list(spool.read(tmp_path / "out", pytest.fail))
    assert (
        50 < len(kept) < 400
        and b"".join(line(one) + b"\n" for one in kept) == (tmp_path / "out" / "evidence.jsonl").read_bytes()
    )
    assert shell("import", tmp_path / "many.jsonl", "-o", tmp_path / "out").code == 0
    assert report(tmp_path / "out")["summary"]["devices"] == 400


def test_a_disk_that_fills_at_the_report_is_one_line_and_the_evidence_is_kept(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_text(MANY)
    shell("import", tmp_path / "many.jsonl", "-o", tmp_path / "whole")
    size = (tmp_path / "whole" / "evidence.jsonl").stat().st_size
    told = run("import", tmp_path / "many.jsonl", "-o", tmp_path / "out", before=SMALL_FILES.format(size + 2000))
    assert told.code == 1
    clear(told, tmp_path / "out", "the evidence is kept")
    assert not list((tmp_path / "out").glob("*.part"))
    assert len(list(spool.read(tmp_path / "out"))) == 403


@pytest.mark.needs("unshare", "mount", "root")
def test_a_full_file_system_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_text(MANY)
    (tmp_path / "tiny").mkdir()
    mount = f'mount -t tmpfs -o size=64k tiny {tmp_path / "tiny"} && exec "$@"'
    wrap = ("unshare", "-m", "--propagation", "private", "sh", "-c", mount, "sh")
    told = run("import", tmp_path / "many.jsonl", "-o", tmp_path / "tiny" / "out", wrap=wrap)
    assert told.code == 1
    clear(told, "No space left on device", "free some space")


def test_a_pack_that_does_not_prove_itself_judges_nothing(shell: Shell, files: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    for room in ("rules", "covered", "relabels", "registry"):
        shutil.copytree(ROOT / "fingerprints" / room, pack / room)
    path = pack / "rules" / "huawei.toml"
    path.write_text(path.read_text() + BROKEN)
    told = shell("import", files, "-o", tmp_path / "out", "--pack", pack)
    assert told.code == 1 and not (tmp_path / "out").exists()
    clear(told, pack, "rules/huawei.toml [of-the-test]: does not match its own example", "laydown rules check")


BROKEN = """
[[rule]]
id = "of-the-test"
key = "html_title"
pattern = '^Never in this world$'
grade = "hint"
matches = ["Something else"]
misses = ["zzz"]
source = "test"
"""


@pytest.mark.parametrize("code", ["utf-16", "utf-8-sig", "utf-16-be"])
def test_what_powershell_wrote_is_the_same(shell: Shell, files: Path, tmp_path: Path, code: str) -> None:
    """`snmpwalk … > file` there gives UTF-16 with a mark in front; a document that says so of itself is told the truth."""
    shell("import", files, "-o", tmp_path / "plain")
    for path in files.iterdir():
        text = path.read_text().replace(
            'version="1.0"', 'version="1.0" encoding="UTF-16"' * ("16" in code) or 'version="1.0"'
        )
        path.write_bytes(("\ufeff" * (code == "utf-16-be") + text).encode(code))
    told = shell("import", files, "-o", tmp_path / "out")
    assert (told.code, told.err) == (0, []) and outcomes(tmp_path / "out") == outcomes(tmp_path / "plain")
