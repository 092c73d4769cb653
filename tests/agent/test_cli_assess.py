"""laydown assess: the same evidence gives the same bytes, in whatever order; other rules give other words; bad input one line."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agent.cli import CAMERAS, CISCO, HUAWEI, NMAP, ROOT, WALK, Shell, clear, outcomes, report, run

TABLE = "1.3.6.1.2.1.17.4.3.1"
NAMED = "1.0.8802.1.1.2.1.4.1.1"
SWITCH = (
    CISCO
    + f"{TABLE}.2.0.64.140.0.0.17|2|1\n{TABLE}.3.0.64.140.0.0.17|2|3\n"
    + f"{NAMED}.4.0.1.1|2|4\n{NAMED}.5.0.1.1|4x|00408C000020\n{NAMED}.9.0.1.1|4|router\n"
    + "".join(f"1.3.6.1.2.1.2.2.1.2.{n}|4|port {n}\n" for n in range(1, 400))
)
FILES = {"core.snmprec": SWITCH, "router.snmprec": HUAWEI, "walk.txt": WALK, "cams.jsonl": CAMERAS, "scan.xml": NMAP}


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`in`, files to import, and `held`, what the import wrote."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "in").mkdir()
    for name, text in FILES.items():
        (folder / "in" / name).write_text(text)
    assert run("import", folder / "in", "-o", folder / "held", "--site", "hq").code == 0
    return folder


@pytest.fixture
def held(imported: Path, tmp_path: Path) -> Path:
    """A folder that an import wrote, to be changed at will."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return tmp_path / "held"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the shipped pack."""
    for room in ("rules", "covered", "relabels", "registry"):
        shutil.copytree(ROOT / "fingerprints" / room, tmp_path / "pack" / room)
    return tmp_path / "pack"


def test_the_same_evidence_gives_the_same_bytes(shell: Shell, held: Path, tmp_path: Path) -> None:
    told = shell("assess", held, "-o", tmp_path / "again")
    assert told.code == 0 and told.out[-1] == "nothing changed"
    for name in ("report.json", "report.html", "pack.zip"):
        assert (tmp_path / "again" / name).read_bytes() == (held / name).read_bytes(), name


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_and_doubled_evidence_gives_the_same_bytes(
    shell: Shell, held: Path, tmp_path: Path, seed: int
) -> None:
    path = held / "evidence.jsonl"
    lines = path.read_bytes().splitlines()
    chance = random.Random(seed)
    mixed = [*lines, *chance.choices(lines, k=len(lines))]
    chance.shuffle(mixed)
    path.write_bytes(b"\n".join(mixed) + b"\n")
    assert shell("assess", held, "-o", tmp_path / "again").code == 0
    for name in ("report.json", "report.html"):
        assert (tmp_path / "again" / name).read_bytes() == (held / name).read_bytes(), name


def test_folders_imported_together_are_the_evidence_of_one(shell: Shell, held: Path, tmp_path: Path) -> None:
    """Split by file into two folders and brought together again: the same evidence but for the notes of the runs."""
    for name in ("one", "two"):
        paths = [tmp_path / "in" / file for n, file in enumerate(sorted(FILES)) if n % 2 == (name == "two")]
        shell("import", *paths, "-o", tmp_path / name)
    assert shell("import", tmp_path / "two", tmp_path / "one", "-o", tmp_path / "both").code == 0
    assert report(tmp_path / "both")["findings"] == report(held)["findings"]


def test_another_process_with_other_hashes_gives_the_same_bytes(held: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        wrap = ("env", f"PYTHONHASHSEED={seed}", "LC_ALL=C", "TZ=Pacific/Auckland")
        assert run("assess", held, "-o", tmp_path / seed, wrap=wrap).code == 0
        assert (tmp_path / seed / "report.json").read_bytes() == (held / "report.json").read_bytes()


def test_the_source_is_left_as_it_is(shell: Shell, held: Path, tmp_path: Path) -> None:
    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in held.rglob("*") if path.is_file()}

    before = state()
    shell("assess", held, "-o", tmp_path / "again")
    assert state() == before


def test_other_rules_change_the_verdict_and_say_so(shell: Shell, held: Path, pack: Path, tmp_path: Path) -> None:
    """Without a rule that names it, the switch is nobody's."""
    (pack / "rules" / "cisco.toml").unlink()
    told = shell("assess", held, "--pack", pack, "-o", tmp_path / "again", "--fail-on", "covered")
    assert told.code == 3
    assert outcomes(tmp_path / "again")["core.snmprec"] == "unknown"
    assert any(text.endswith("clear cisco -> unknown") for text in told.out), told.out
    assert any(text.startswith("pack sha256:") for text in told.out)
    assert report(tmp_path / "again")["inputs"]["pack"] != report(held)["inputs"]["pack"]


def test_the_pack_of_a_result_folder_can_be_given(shell: Shell, held: Path, tmp_path: Path) -> None:
    told = shell("assess", held, "--pack", held / "pack.zip", "-o", tmp_path / "again", "--json")
    assert told.code == 0 and told.json["changes"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["assess"], "Missing argument"),
        (["assess", "HELD"], "Missing option"),
        (["assess", "TMP/absent", "-o", "TMP/out"], "holds no evidence.jsonl"),
        (["assess", "TMP/in", "-o", "TMP/out"], "holds no evidence.jsonl"),
        (["assess", "HELD", "-o", "HELD"], "is the folder that is assessed"),
        (["assess", "HELD", "-o", "TMP/in/walk.txt"], "is a file"),
        (["assess", "HELD", "-o", "TMP/out", "--pack", "TMP/absent"], "no such pack"),
        (["assess", "HELD", "-o", "TMP/out", "--fail-on", "nothing"], "--fail-on"),
    ],
)
def test_wrong_usage_is_one_line(shell: Shell, held: Path, tmp_path: Path, words: list[str], said: str) -> None:
    told = shell(*(word.replace("TMP", str(tmp_path)).replace("HELD", str(held)) for word in words))
    assert told.code == 2 and not (tmp_path / "out").exists()
    clear(told, said)


def zipped(pack: Path, to: Path) -> Path:
    return Path(shutil.make_archive(str(to), "zip", pack))


PACKS: dict[str, tuple[Callable[[Path, Path], Path], str]] = {
    "no zip": (lambda tmp, pack: wrote(tmp / "p.zip", b"PK\x03\x04 junk"), "not a zip file"),
    "empty zip": (lambda tmp, pack: wrote(tmp / "p.zip", b"PK\x05\x06" + bytes(18)), "holds no rules folder"),
    "cut zip": (lambda tmp, pack: wrote(tmp / "p.zip", zipped(pack, tmp / "w").read_bytes()[:-5000]), "not a zip file"),
    "bitten zip": (lambda tmp, pack: bitten(zipped(pack, tmp / "w")), "not a zip file"),
    "folder of something else": (lambda tmp, pack: tmp / "in", "holds no rules folder"),
    "no law": (lambda tmp, pack: without(pack, "covered"), "no authority of this pack decides"),
    "no registry": (lambda tmp, pack: without(pack, "registry"), "enterprise.bin cannot be read"),
    "broken TOML": (lambda tmp, pack: added(pack, "[[rule]\n"), "rules/of_the_test.toml: not TOML"),
    "binary": (lambda tmp, pack: added(pack, "\x00"), "rules/of_the_test.toml: not TOML"),
    "no proof": (
        lambda tmp, pack: added(pack, 'name = "T"\n[[rule]]\nid = "t"\n'),
        "rules/of_the_test.toml [t]: Object missing",
    ),
    "stealing": (
        lambda tmp, pack: added(
            pack,
            'name = "T"\n[[rule]]\nid = "t"\nkey = "snmp.sys_description"\npattern = "Cisco IOS"\ngrade = "declared"\n'
            'matches = ["Cisco IOS"]\nmisses = ["zzz"]\nsource = "test"\n',
        ),
        "rules/of_the_test.toml [t]: claims the example",
    ),
}


def wrote(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def bitten(path: Path) -> Path:
    data = bytearray(path.read_bytes())
    data[200:4000] = bytes(3800)
    return wrote(path, bytes(data))


def without(pack: Path, room: str) -> Path:
    shutil.rmtree(pack / room)
    return pack


def added(pack: Path, text: str) -> Path:
    (pack / "rules" / "of_the_test.toml").write_text(text)
    return pack


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_that_cannot_be_trusted_is_one_line(
    shell: Shell, held: Path, pack: Path, tmp_path: Path, name: str
) -> None:
    make, said = PACKS[name]
    told = shell("assess", held, "--pack", make(tmp_path, pack), "-o", tmp_path / "out")
    assert told.code == 1 and not (tmp_path / "out").exists()
    clear(told, said)


def test_a_pack_that_unpacks_without_end_is_refused(
    shell: Shell, held: Path, pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.results.LARGEST", 10_000)
    told = shell("assess", held, "--pack", zipped(pack, tmp_path / "w"), "-o", tmp_path / "out")
    assert told.code == 1
    clear(told, "unpacks to more than 10,000 bytes")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"schema":"laydown.report/9","new":1}', "schema 'laydown.report/9': this program reads laydown.report/1"),
        ('{"schema":"laydown.report/1"}', "not a report"),
        ("[1]", "not a report"),
        ("\x00", "not a report"),
        ("", "not a report"),
    ],
)
def test_an_earlier_report_that_cannot_be_read_is_no_reason_to_stop(
    shell: Shell, held: Path, tmp_path: Path, text: str, said: str
) -> None:
    (held / "report.json").write_text(text)
    told = shell("assess", held, "-o", tmp_path / "again")
    assert told.code == 0 and told.out[-1] == "no earlier report to compare with"
    clear(told, held / "report.json", said)


def test_an_altered_line_is_named_and_the_others_are_judged(shell: Shell, held: Path, tmp_path: Path) -> None:
    path = held / "evidence.jsonl"
    path.write_bytes(path.read_bytes().replace(b"walk.txt", b"work.txt", 1) + b"\x00\xff\n")
    told = shell("assess", held, "-o", tmp_path / "again")
    assert len(told.err) == 2 and "does not match its digest" in told.err[0] and "not an evidence line" in told.err[1]
    assert told.code == 4, "evidence that was lost is a hole"
    assert report(tmp_path / "again")["faults"] == ["evidence.jsonl: 2 lines could not be used"]
    assert (
        "walk.txt" not in outcomes(tmp_path / "again") and outcomes(tmp_path / "again")["router.snmprec"] == "covered"
    )


def test_a_folder_where_the_evidence_should_be_is_one_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "odd" / "evidence.jsonl").mkdir(parents=True)
    told = shell("assess", tmp_path / "odd", "-o", tmp_path / "out")
    assert told.code == 1
    clear(told, "evidence.jsonl")


def test_a_full_disk_is_one_line(held: Path, tmp_path: Path) -> None:
    limit = "import resource, signal as s\ns.signal(s.SIGXFSZ, s.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))"
    told = run("assess", held, "-o", tmp_path / "out", before=limit)
    assert told.code == 1 and list((tmp_path / "out").iterdir()) == []
    clear(told, tmp_path / "out" / "evidence.jsonl", "File too large")


def test_the_answer_as_json(shell: Shell, held: Path, tmp_path: Path) -> None:
    told = shell("assess", held, "-o", tmp_path / "again", "--json", "--fail-on", "conflict")
    assert told.code == 0 and json.loads(told.out[0])["exit"] == 0 and told.json["fail_on_met"] is False


def test_the_new_folder_can_be_assessed_again(tmp_path: Path) -> None:
    """DIR2 is a result folder like any other: evidence, long bodies, pack and report."""
    walk = tmp_path / "walk.snmprec"
    rows = "".join(f"1.3.6.1.2.1.2.2.1.2.{n}|4|interface number {n}\n" for n in range(400))
    walk.write_text("1.3.6.1.2.1.1.1.0|4|a box of no known maker\n" + rows)
    for words in (["import", str(walk), "-o", "one"], ["assess", "one", "-o", "two"], ["assess", "two", "-o", "three"]):
        done = subprocess.run(
            [sys.executable, "-m", "agent.command", *words], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        assert done.returncode == 0
    assert (tmp_path / "one" / "bodies").is_dir()
    assert (tmp_path / "one" / "report.json").read_bytes() == (tmp_path / "three" / "report.json").read_bytes()
