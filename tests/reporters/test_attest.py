"""laydown attest on the command line: what it writes, what it refuses, and its exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from model.canonical import digest
from reporters import json as json_format
from tests.reporters import sample
from tests.reporters.pages import Page, pages_of

ENTITY = 'name = "Example Marine LLC"\nuei = "ABCDEF123456"\n[[site]]\nid = "hq"\nname = "Harbour Street"\n'
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a report, an entity file and an answers file beside it."""
    (tmp_path / "hq").mkdir()
    data = json_format.render(sample.report())
    (tmp_path / "hq" / "report.json").write_bytes(data)
    (tmp_path / "entity.toml").write_text(ENTITY)
    (tmp_path / "answers.toml").write_text(f'reports = ["{digest(data)}"]\nsample = true\n')
    return tmp_path


@pytest.fixture
def attest(site: Path) -> Run:
    def run(*words: str, python: tuple[str, ...] = ("-m", "agent.command")) -> subprocess.CompletedProcess[str]:
        start = (
            [sys.executable, "-c", "import agent.command; agent.command.main()"]
            if python[0] == "-m"
            else [sys.executable, *python]
        )
        return subprocess.run([*start, "attest", *words], cwd=site, capture_output=True, text=True, timeout=60)

    return run


WHOLE = ("hq", "--entity", "entity.toml", "--answers", "answers.toml", "--form")


@pytest.mark.needs("py:typst")
@pytest.mark.parametrize("form", ["far-52.204-26", "far-52.240-90"])
def test_a_folder_gets_both_media_and_exit_4_says_that_holds_stand(site: Path, attest: Run, form: str) -> None:
    done = attest(*WHOLE, form, "-o", "filings")
    assert done.returncode == 4 and "refused" in done.stdout, done.stderr
    page = Page((site / "filings" / f"{form}.html").read_bytes())
    pages = pages_of((site / "filings" / f"{form}.pdf").read_bytes())
    assert "SAMPLE" in page.text and all("SAMPLE" in one for one in pages)
    assert "hq" in page.text and "ABCDEF123456" in pages[0]


def test_one_file_and_json(site: Path, attest: Run) -> None:
    done = attest(*WHOLE, "far-52.204-26", "-o", "deep/paper.html", "--json")
    told = json.loads(done.stdout)
    assert told["exit"] == done.returncode == 4 and told["files"] == ["deep/paper.html"] and told["sample"] is True
    assert {"device", "component", "mac", "coverage", "network"} <= {hold["kind"] for hold in told["holds"]}
    assert (site / "deep" / "paper.html").read_bytes().startswith(b"<!doctype html>")


def test_no_hold_is_exit_0(site: Path, attest: Run) -> None:
    from datetime import date

    from model.answers import Answers
    from model.entity import parsed
    from model.gate import holds

    found = holds([sample.report()], parsed(ENTITY.encode(), "entity.toml"), Answers(), date(2026, 11, 2))
    words = [
        'whose = "nobody\'s"\nused = "no"\nby = "A. Officer"\nuntil = "9999-01-01"\nreason = "a test"\nsubject = '
        + json.dumps(h.subject)
        for h in found
    ]
    entity = ENTITY.replace("[[site]]", "current_days = 100000\n[[site]]")
    (site / "entity.toml").write_text(entity)
    (site / "answers.toml").write_text("".join(f"[[disposition]]\n{word}\n" for word in words))
    done = attest(*WHOLE, "far-52.204-26", "-o", "paper.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no hold stands" in done.stdout


def test_answers_about_another_report_are_refused(site: Path, attest: Run) -> None:
    (site / "answers.toml").write_text(f'reports = ["sha256:{"0" * 64}"]\n')
    done = attest(*WHOLE, "far-52.204-26", "-o", "filings")
    assert done.returncode == 1 and "the answers are about another report" in done.stderr
    assert not (site / "filings").exists()


WITHOUT = "import sys; sys.modules['typst'] = None; import agent.command; agent.command.main()"


@pytest.mark.parametrize("output", ["filings", "filings/far-52.204-26.pdf"])
def test_without_typst_the_html_is_written_and_the_remedy_said(site: Path, attest: Run, output: str) -> None:
    done = attest(*WHOLE, "far-52.204-26", "-o", output, python=("-c", WITHOUT))
    assert "pip install 'laydown[paper]'" in done.stderr and done.stderr.count("\n") == 1
    assert done.returncode == 4
    assert [path.name for path in (site / "filings").iterdir()] == ["far-52.204-26.html"]


def test_site_only_needs_no_entity_and_says_whose_it_is_not(site: Path, attest: Run) -> None:
    done = attest("hq", "--site-only", "--form", "far-52.204-26", "-o", "paper.html")
    assert done.returncode == 4
    text = Page((site / "paper.html").read_bytes()).text
    assert "is not the entity's" in text and "Example Marine LLC" in text


def test_list_names_every_form(attest: Run) -> None:
    done = attest("--form", "list")
    assert done.returncode == 0 and "far-52.204-26" in done.stdout and "far-52.240-90" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hq", "--form", "far-52.204-26", "-o", "x"), "no --entity given"),
        (("--entity", "entity.toml", "--form", "far-52.204-26", "-o", "x"), "no DIR given"),
        (("hq", "--entity", "entity.toml", "--form", "far-99", "-o", "x"), "far-99: no such form"),
        (("hq", "--entity", "entity.toml", "--form", "far-52.204-26"), "no -o given"),
        (("hq", "--entity", "none.toml", "--form", "far-52.204-26", "-o", "x"), "none.toml: cannot be read"),
        (("nowhere", "--entity", "entity.toml", "--form", "far-52.204-26", "-o", "x"), "no report here"),
        (
            ("hq", "--entity", "entity.toml", "--form", "far-52.204-26", "-o", "entity.toml"),
            "entity.toml: not a folder",
        ),
    ],
)
def test_wrong_use_is_one_line_with_a_remedy(attest: Run, words: tuple[str, ...], said: str) -> None:
    done = attest(*words)
    assert done.returncode == 2 and said in done.stderr
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("laydown: ")


def test_a_bad_entity_file_is_named(site: Path, attest: Run) -> None:
    (site / "entity.toml").write_text('name = "x"\nsites = 3\n')
    done = attest(*WHOLE, "far-52.204-26", "-o", "x")
    assert done.returncode == 1 and "entity.toml: not an entity file" in done.stderr and done.stderr.count("\n") == 1
