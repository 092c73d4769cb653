"""The whole measuring on a small folder, and on the recordings at hand: every mistake has a note, and the gates hold."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.accuracy import mistakes, notes, page, run
from tests.accuracy.results import false_clears
from tests.accuracy.share import Share

SYSTEM = "1.3.6.1.2.1.1.1.0|4|{}\n1.3.6.1.2.1.1.2.0|6|{}\n"
MADE = {  # invented recordings: what they say, whose they are by their label, which model, which flag
    "found": ("Huawei Integrated Access Software", "1.3.6.1.4.1.2011.2.248.1", "Huawei", "yes", "MA5608T", ""),
    "missed": ("Linux box", "1.3.6.1.4.1.8072.3.2.10", "ZTE", "yes", "", ""),
    "cleared": ("", "1.3.6.1.4.1.9.1.1", "Dahua", "yes", "", ""),
    "named": ("", "1.3.6.1.4.1.9.1.1", "cisco", "no", "", ""),
    "other": ("", "1.3.6.1.4.1.11.2.3.7", "nobody", "no", "", ""),
    "unnamed": ("Linux box", "1.3.6.1.4.1.8072.3.2.10", "linux", "no", "", ""),
    "accused": ("", "1.3.6.1.4.1.3902.3.100.20", "wrong", "no", "5928", ""),
    "beside": ("", "1.3.6.1.4.1.9.1.1", "cisco", "no", "", "neighbour-oui"),
    "unsure": ("", "1.3.6.1.4.1.3902.3.100.20", "zte", "no", "", "debatable"),
}
BANNERS = [
    ("a", "ssh.banner", "HUAWEI-1.5", True, {"hw.vendor": "Huawei"}),
    ("b", "ssh.banner", "Nothing known", True, {"hw.vendor": "ZTE"}),
    ("c", "http_header.server", "DNVRS-Webs", False, {"hw.vendor": "Other"}),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = ["file,vendor,covered,model,flag,note,licence"]
    for name, (text, oid, vendor, covered, model, flag) in MADE.items():
        arp = "1.3.6.1.2.1.4.22.1.2.1.192.0.2.9|4x|00E0FC010203\n" if flag == "neighbour-oui" else ""
        (tmp_path / f"{name}.snmprec").write_text(SYSTEM.format(text, oid) + arp)
        rows.append(f"{name}.snmprec,{vendor},{covered},{model},{flag},,")
    (tmp_path / "labels.csv").write_text("\n".join(rows) + "\n")
    _lines(tmp_path / "banners.jsonl", [{"id": b[0], "field": b[1], "text": b[2]} for b in BANNERS])
    _lines(tmp_path / "banner_labels.jsonl", [{"id": b[0], "covered": b[3], "vendors": b[4]} for b in BANNERS])
    return tmp_path


def _lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_small_folder_is_measured_and_every_mistake_named(folder: Path) -> None:
    found = run.results(folder, with_nmap=False)
    tally, known = found.recordings, notes.Notes({"nobody -> hpe": "WRONG: somebody else's"}, {}, {}, {}, {}, {})
    assert tally.of["found"] == ["found"] and tally.of["missed"] == ["missed", "cleared"]
    assert (
        tally.of["accused"] == ["accused"] and tally.of["unnamed"] == ["unnamed"] and tally.of["unrated"] == ["unsure"]
    )
    assert tally.of["named"] == ["named", "other", "beside"] and tally.of["covered model right"] == ["found"]
    assert (
        found.banners.of["found"] == ["a"]
        and found.banners.of["missed"] == ["b"]
        and found.banners.of["accused"] == ["c"]
    )
    assert found.beside == {"beside": "clear cisco; in its tables: 1 suspect huawei"}
    assert false_clears(found, known) == Share(2, 6)
    assert found.number.of["found"] == ["found"] and found.number.of["accused"] == ["accused"]
    text = page.written(found, known)
    assert "1/3 = 0.333" in text and "zte: recall | 0/1: not measured" in text and "somebody else's" in text
    assert set(mistakes.unread(found, known)) == {
        *("missed", "cleared", "accused", "unnamed", "unsure", "beside", "banner b", "banner c")
    }


def test_make_takes_the_folder_by_the_shells_own_word() -> None:
    told = [*("make", "-n", "accuracy"), "PATH=some folder"]
    said = subprocess.run(told, cwd=run.ROOT, capture_output=True, text=True)
    assert said.returncode == 0 and 'tests/accuracy/run.py "some folder"' in said.stdout, said.stderr
    without = subprocess.run(["make", "accuracy"], cwd=run.ROOT, capture_output=True, text=True)
    assert without.returncode == 2 and "make accuracy PATH=DIR" in without.stderr and "written" not in without.stdout


def test_a_folder_without_labels_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run.main([str(tmp_path), "-o", str(tmp_path / "page.md")])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and "has no labels.csv" in said and not (tmp_path / "page.md").exists()


@pytest.mark.shared
def test_the_gates_hold_and_every_mistake_is_read(shared: Path) -> None:
    found, known = run.results(shared / "corpus", with_nmap=False), notes.read()
    tally, banners = found.recordings, found.banners
    assert mistakes.unread(found, known) == []
    assert tally.share("found", "covered").hits == len(tally.of["covered"]) > 0
    assert tally.of["accused"] == [] and false_clears(found, known).hits == 0
    model, named = tally.share("covered model right", "covered model asked"), tally.share("named", "other")
    assert model.hits >= 0.85 * model.asked and named.hits >= 0.85 * named.asked
    told = banners.share("found", "covered")
    assert told.hits >= 0.95 * told.asked and banners.of["accused"] == [] and banners.of["wrong maker"] == []


@pytest.mark.shared
def test_the_page_repeats_nothing_of_a_recording(shared: Path) -> None:
    text = (run.ROOT / "docs" / "accuracy.md").read_text("utf-8")
    for row in (shared / "corpus" / "banners.jsonl").read_text("utf-8").splitlines():
        said = json.loads(row)["text"]
        assert len(said) < 25 or said not in text
