"""laydown observe: what people saw joins its device for good, stands apart, accuses and never clears."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from agent.spool import read
from model.canonical import digest
from tests.agent.cli import Shell, clear, report, run

# Synthetic: devices and values are made up.
SITE = """{"id":"listed","field":"http_header.server","text":"DNVRS-Webs"}
{"id":"mute","field":"html_title","text":"Hello"}
{"id":"lorex","field":"dhip.vendor","text":"Lorex"}
{"id":"lorex","field":"dhip.serial","text":"9A0B1C2PAZ12345"}
{"id":"cisco","field":"snmp.sys_description","text":"Cisco IOS Software, Example Software, Version 15.0(2)"}
"""


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("observed")
    (place / "site.jsonl").write_text(SITE)
    assert run("import", place / "site.jsonl", "-o", place / "site").code == 0
    return place / "site"


@pytest.fixture
def site(tmp_path: Path, judged: Path) -> Path:
    return Path(shutil.copytree(judged, tmp_path / "site"))


def found(folder: Path, name: str) -> Any:
    (one,) = [one for one in report(folder)["findings"] if f"site.jsonl#{name}" in one["origins"]]
    return one


LABELS = [
    ("mute", "Hikvision", "covered", "hikvision"),
    ("mute", "AXIS COMMUNICATIONS AB", "clear", "axis"),
    ("mute", "Nobody Knows Ltd", "unknown", None),
    ("listed", "Axis Communications AB", "conflict", "hikvision"),
    ("listed", "Hikvision", "covered", "hikvision"),
    ("cisco", "Hikvision", "conflict", "hikvision"),
    ("lorex", "Lorex", "covered", "dahua"),
]


@pytest.mark.parametrize(("name", "label", "outcome", "maker"), LABELS)
def test_a_label_counts_as_the_devices_own_word(
    shell: Shell, site: Path, tmp_path: Path, name: str, label: str, outcome: str, maker: str | None
) -> None:
    before = found(site, name)
    told = shell(
        "observe",
        site,
        "--device",
        f"site.jsonl#{name}",
        "--by",
        "J. Doe",
        "--maker",
        label,
        "--serial",
        "77",
        "-o",
        tmp_path / "new",
    )
    assert told.code == 0 and told.out[0].startswith("1 observation written")
    after = found(tmp_path / "new", name)
    assert (after["outcome"], after["maker"]) == (outcome, maker)
    assert after["device"] == before["device"] and after["origins"] == before["origins"]
    assert (after["serial"], after["first_seen"], after["last_seen"]) == (
        before["serial"],
        before["first_seen"],
        before["last_seen"],
    )
    assert {(one["what"], one["value"], one["by"]) for one in after["observed"]} == {
        ("maker", label, "J. Doe"),
        ("serial", "77", "J. Doe"),
    }
    assert report(tmp_path / "new")["summary"]["devices"] == 4, "nobody became a device by being spoken of"
    assert report(tmp_path / "new")["finished_at"] == report(site)["finished_at"], "a word makes no report newer"


def test_a_word_survives_other_packs_and_stays_with_its_device(shell: Shell, site: Path, tmp_path: Path) -> None:
    assert (
        shell("observe", site, "--device", "site.jsonl#mute", "--by", "J. Doe", "--maker", "Hikvision", "-o", site).code
        == 0
    )
    assert shell("assess", site, "-o", tmp_path / "again").code == 0
    assert (tmp_path / "again" / "report.json").read_bytes() == (site / "report.json").read_bytes()
    assert found(tmp_path / "again", "mute")["observed"] and not found(tmp_path / "again", "listed")["observed"]


def test_a_serial_that_another_device_has_joins_nobody(shell: Shell, site: Path) -> None:
    told = shell(
        "observe", site, "--device", "site.jsonl#mute", "--by", "J. Doe", "--serial", "9A0B1C2PAZ12345", "-o", site
    )
    assert told.code == 0 and told.out[-1] == "no verdict changed"
    assert report(site)["summary"]["devices"] == 4 and found(site, "lorex")["observed"] == []


def test_the_date_on_the_label_answers_the_question_of_the_sale(shell: Shell, site: Path) -> None:
    def asked() -> set[str]:
        return {q["id"] for reach in found(site, "lorex")["authorities"] for q in reach["open_questions"]}

    assert "build-date" in asked()
    (row,) = [
        row for row in csv.DictReader(io.StringIO("\n".join(shell("report", site, "-f", "csv").out))) if row["relabel"]
    ]
    assert row["relabel"] == (
        "Sold as Lorex, built by Dahua: DHIP answer, serial 9A0B1C2PAZ12345; the sale of the brand was on 2022-11-24: build date needed"
    )
    for day, side in (("2021-06", "before"), ("2023", "after")):
        assert (
            shell("observe", site, "--device", "site.jsonl#lorex", "--by", "J. Doe", "--built", day, "-o", site).code
            == 0
        )
        assert "build-date" not in asked()
        rows = [line for line in shell("report", site, "-f", "csv").out if "Sold as" in line]
        assert f"built {day}" in rows[0] if side == "before" else "built 2021-06, 2023" in rows[0]
    assert found(site, "lorex")["outcome"] == "covered", "a sale clears nothing"


def test_a_photograph_is_kept_by_its_digest_alone(shell: Shell, site: Path, tmp_path: Path) -> None:
    (tmp_path / "label.jpg").write_bytes(b"a picture")
    assert (
        shell(
            "observe",
            site,
            "--device",
            "site.jsonl#mute",
            "--by",
            "J. Doe",
            "--photo",
            tmp_path / "label.jpg",
            "-o",
            site,
        ).code
        == 0
    )
    (one,) = found(site, "mute")["observed"]
    assert one["value"] == f"{digest(b'a picture')} (9 bytes, label.jpg)"
    assert not any(b"a picture" in (piece.body or b"") for piece in read(site))


def test_a_filled_sheet_is_read_back(shell: Shell, site: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO("\n".join(shell("report", site, "-f", "walk-csv").out))))
    assert {row["outcome"] for row in rows} == {"covered", "unknown"}, "who is named and unlisted needs no look"
    for row in rows:
        row |= {"maker": "Hikvision", "by": "R. Roe"} if row["outcome"] == "unknown" else {}
    for delimiter in ";":
        with (tmp_path / "filled.csv").open("w", newline="") as file:
            out = csv.DictWriter(file, rows[0], delimiter=delimiter)
            out.writeheader()
            out.writerows(rows)
        told = shell("observe", site, "--sheet", tmp_path / "filled.csv", "-o", tmp_path / f"new{ord(delimiter)}")
        assert told.code == 0 and told.out[0].startswith("1 observation written")
        (one,) = found(tmp_path / f"new{ord(delimiter)}", "mute")["observed"]
        assert (one["by"], one["value"]) == ("R. Roe", "Hikvision")


def test_the_page_shows_words_apart(shell: Shell, site: Path) -> None:
    assert "What people saw" not in "\n".join(shell("report", site, "-f", "html").out)
    shell("observe", site, "--device", "site.jsonl#mute", "--by", "J. <b>Doe", "--place", "closet 3", "-o", site)
    assert any("place: closet 3 (J. <b>Doe, " in line for line in shell("report", site, "-f", "csv").out)
    page = "\n".join(shell("report", site, "-f", "html").out)
    assert "What people saw" in page and "closet 3" in page and "J. &lt;b&gt;Doe" in page


WRONG = [
    (["--by", "J", "--maker", "X"], "no --device D"),
    (["--device", "nobody", "--by", "J", "--maker", "X"], "no device 'nobody'"),
    (["--device", "site.jsonl#mute", "--maker", "X"], "names nobody"),
    (["--device", "site.jsonl#mute", "--by", "J"], "says nothing"),
    (["--device", "site.jsonl#mute", "--by", "J", "--maker", "X", "--on", "2199-01-01"], "day of looking"),
    (["--device", "site.jsonl#mute", "--by", "J", "--maker", "X", "--on", "x"], "is no day"),
    (["--device", "site.jsonl#mute", "--by", "J", "--built", "June"], "is no date"),
    (["--device", "site.jsonl#mute", "--by", "J", "--photo", "no-such.jpg"], "no-such.jpg: cannot be read"),
    (["--sheet", "no-such.csv"], "no-such.csv: cannot be read"),
    (["--sheet", "x", "--maker", "X"], "--sheet: stands without"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=lambda one: one if isinstance(one, str) else "")
def test_wrong_words_are_one_line_and_change_nothing(shell: Shell, site: Path, words: list[str], said: str) -> None:
    held = (site / "evidence.jsonl").read_bytes()
    told = shell("observe", site, *words, "-o", site)
    assert told.code == 2
    clear(told, said)
    assert (site / "evidence.jsonl").read_bytes() == held


SHEETS = [
    ("device,maker\nnobody,X\n", "filled.csv:2: no device 'nobody'"),
    ("device,maker\n,X\n", "filled.csv:2: names no device"),
    ("device,maker\nsite.jsonl#mute,\n", "holds no filled line"),
    ("thing,maker\nx,y\n", "has no column `device`"),
    ('device,maker\n"x,y\n', "not CSV"),
]


@pytest.mark.parametrize(("text", "said"), SHEETS)
def test_a_wrong_sheet_is_named_by_its_line(shell: Shell, site: Path, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "filled.csv").write_text(text)
    told = shell("observe", site, "--sheet", tmp_path / "filled.csv", "--by", "J. Doe", "-o", tmp_path / "new")
    assert told.code == 2 and not (tmp_path / "new" / "report.json").exists()
    clear(told, said)


def test_a_word_holds_no_two_devices_together(shell: Shell, tmp_path: Path) -> None:
    """What a cloned host key had joined falls apart once two serial numbers are known, whatever was said before."""
    clones = '{"id":"a","field":"ssh.host_key","text":"SHA256:cloned"}\n{"id":"b","field":"ssh.host_key","text":"SHA256:cloned"}\n'
    (tmp_path / "clones.jsonl").write_text(clones)
    shell("import", tmp_path / "clones.jsonl", "-o", tmp_path / "site")
    (one,) = report(tmp_path / "site")["findings"]
    shell(
        "observe",
        tmp_path / "site",
        "--device",
        one["device"],
        "--by",
        "J. Doe",
        "--maker",
        "Hikvision",
        "-o",
        tmp_path / "site",
    )
    serials = '{"id":"a","field":"entity.serial","text":"FOC1"}\n{"id":"b","field":"entity.serial","text":"FOC2"}\n'
    (tmp_path / "clones.jsonl").write_text(serials.replace("FOC", "FOC00"))
    shell("import", tmp_path / "clones.jsonl", "-o", tmp_path / "site")
    found = {one["serial"]: one["outcome"] for one in report(tmp_path / "site")["findings"]}
    assert sorted(found) == ["FOC001", "FOC002"] and sorted(found.values()) == ["covered", "unknown"]
