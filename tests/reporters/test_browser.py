"""A real browser opens the pages: it asks nobody for anything, prints them, and is quick with 2,000 findings."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from model.answers import Answers
from reporters import html, walk_sheet
from reporters.forms import far_52_204_26
from tests.reporters import sample
from tests.reporters.pages import pages_of

pytestmark = pytest.mark.needs("chromium")
# No name is resolved and no proxy used, so neither the page nor the browser's own housekeeping reaches anybody.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
]
BROWSERS_OWN = "not an origin"  # who asked, in the network log, when no page did
Open = Callable[[bytes], tuple[bytes, list[str]]]


@pytest.fixture
def browse(tmp_path: Path, command: Callable[[str], str]) -> Open:
    """Print a page to PDF; gives the PDF and every URL that the page's load asked for."""

    def run(data: bytes) -> tuple[bytes, list[str]]:
        page, pdf, log = tmp_path / "page.html", tmp_path / "page.pdf", tmp_path / "net.json"
        page.write_bytes(data)
        own = [f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={pdf}", f"--log-net-log={log}"]
        subprocess.run([command("chromium"), *FLAGS, *own, page.as_uri()], capture_output=True, timeout=60, check=True)
        return pdf.read_bytes(), asked(log)

    return run


def asked(log: Path) -> list[str]:
    """URLs that a page asked for, out of the browser's network log."""
    found = [event.get("params", {}) for event in json.loads(log.read_text())["events"]]
    return sorted({one["url"] for one in found if one.get("initiator", BROWSERS_OWN) != BROWSERS_OWN and "url" in one})


def test_a_page_that_asks_is_found_out(browse: Open) -> None:
    _, asked_for = browse(b'<!doctype html><title>x</title><img src="https://elsewhere.example/x.png">')
    assert asked_for == ["https://elsewhere.example/x.png"]


def test_the_report_asks_nobody_and_prints_its_evidence(browse: Open) -> None:
    pdf, asked_for = browse(html.render(sample.report()))
    assert asked_for == []
    pages = pages_of(pdf)
    whole = "".join("".join(pages).split())
    assert "Whatthisreportdidnotsee" in "".join(pages[0].split())
    accused = [one for one in sample.report().findings if one.authorities]
    assert accused
    assert [why.evidence for one in accused for why in one.why if why.evidence not in whole] == []
    assert f"{len(pages)}/{len(pages)}" in whole


def test_the_walk_sheet_prints(browse: Open) -> None:
    pdf, asked_for = browse(walk_sheet.render(sample.report()))
    assert asked_for == [] and "Gi0/12" in "".join(pages_of(pdf))


def test_every_printed_page_of_a_sample_says_so(browse: Open) -> None:
    pdf, asked_for = browse(far_52_204_26.render(sample.filing(Answers(sample=True)), "text/html"))
    assert asked_for == []
    pages = pages_of(pdf)
    assert len(pages) > 3 and all("SAMPLE" in page for page in pages)


def test_2000_findings_open_in_the_time_of_a_busy_machine(tmp_path: Path, command: Callable[[str], str]) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(html.render(sample.report(sample.many(2000))))
    assert page.stat().st_size < 4_000_000
    own = [f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={tmp_path / 'shot.png'}"]
    # 2 s where nothing else runs, as docs/formats.md says; what hangs on the number of findings passes the minute.
    subprocess.run([command("chromium"), *FLAGS, *own, page.as_uri()], capture_output=True, timeout=60, check=True)
    assert (tmp_path / "shot.png").stat().st_size > 10_000
