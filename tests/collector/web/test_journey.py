"""The way of an agency in a real browser: first admin, register, token, an agent's report, its evidence, review, a filing, a replay."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collector.people import passwords
from fingerprints.pack import load
from tests.collector.cli import Served
from tests.collector.site import zipped
from tests.collector.test_replay import RULE
from tests.collector.web.browser import Window, window
from tests.conftest import ROOT
from tests.deployed.conftest import template  # noqa: F401  (a fixture)

pytestmark = pytest.mark.needs("chromium", "py:playwright", "py:litestar")
PASSWORD = "a long sentence is easiest to keep"
CONFIG = (
    '[site]\nid = "hq"\n[authority]\nname = "R. Roe"\n[scope]\ntargets = ["127.0.0.1"]\n[agent]\nstate = "{state}"\n'
)
REGISTER = "site,name,entity,country,contract,supply_category\nhq,Headquarters,Example Marine LLC,US,N00024-26-C-0001,Network\n"
PAGES = ("/", "/sites", "/devices", "/review", "/clocks", "/filings", "/packs", "/agents", "/tokens", "/register", "/audit", "/people",
         "/organisation", "/me")  # fmt: skip
TABS = ("", "?show=devices", "?show=coverage", "?show=networks", "?show=macs", "?show=history", "/policy")


def ran(folder: Path, *words: str) -> str:
    """A command in a process of its own."""
    line = [sys.executable, "-m", *words]
    done = subprocess.run(
        line, cwd=folder, capture_output=True, text=True, timeout=60, env={"PYTHONPATH": str(ROOT), "PATH": ""}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A new collector."""
    ran(tmp_path, "collector.command", "init", "--dir", "c", "--organisation", "Example Agency")
    made = Served(tmp_path / "c")
    yield made
    made.stop()


def test_from_the_first_admin_to_a_replay(
    served: Served,
    template: Path,  # noqa: F811
    tmp_path: Path,
    command: Callable[[str], str],
) -> None:
    with window(command("chromium"), served.url) as tab:
        admitted(tab, tmp_path)
        token = registered(tab)
        reported(tmp_path, template, served.url, token)
        opened(tab)
        reviewed(tab)
        filed(tab, tmp_path)
        replayed(tab, tmp_path)
        looked(tab)
        assert tab.faults == []
        assert {url for url in tab.asked if not url.startswith(served.url)} == set()


def admitted(tab: Window, folder: Path) -> None:
    """The invitation that the first command printed becomes a password, and a second factor."""
    word = ran(folder, "collector.command", "user", "add", "ada", "--dir", "c", "--role", "admin").split()[-1]
    tab.open("/invitation")
    assert tab.axe() == []
    for name, value in (("invitation", word), ("password", PASSWORD), ("again", PASSWORD)):
        tab.page.fill(f"#in-{name}", value)
    tab.click("Set the password")
    assert "Your password is set" in tab.said() and tab.axe() == []
    signed_in(tab)
    assert "The register is empty" in tab.said() and tab.axe() == []
    tab.open("/me")
    tab.click("Make a secret")
    secret = tab.page.inner_text("#secret")
    assert tab.axe() == []
    tab.page.fill("#in-code", code(secret))
    tab.click("Put it in force")
    assert "The authenticator is in force" in tab.said()


def signed_in(tab: Window) -> None:
    tab.open("/login")
    tab.page.fill("#in-login", "ada")
    tab.page.fill("#in-password", PASSWORD)
    tab.click("Sign in")
    tab.page.wait_for_url(f"{tab.base}/")


def code(secret: str) -> str:
    """What an authenticator shows now."""
    from collector.clock import now

    return passwords.code(secret, int(now().timestamp()) // 30)


def registered(tab: Window) -> str:
    """A register whose second line is wrong is refused by number; a good one is taken, and the site gets a token."""
    tab.open("/register")
    tab.page.fill("#in-csv", REGISTER + "yard,Yard,Example Marine LLC,usa,,\n")
    tab.click("Bring it")
    assert "Nothing was taken" in tab.said() and re.search(r"\b3 country 'usa'", tab.said()) and tab.axe() == []
    tab.page.fill("#in-csv", REGISTER)
    tab.click("Bring it")
    assert "1 site added" in tab.said()
    tab.open("/tokens?site=hq")
    tab.click("Give out")
    assert tab.axe() == []
    return tab.page.inner_text("#given .word")


def reported(folder: Path, template: Path, url: str, token: str) -> None:  # noqa: F811
    """A real agent enrols with the token and pushes what it found."""
    (folder / "agent.toml").write_text(CONFIG.format(state=folder / "state"))
    shutil.copytree(template, folder / "hq-scan")
    ran(folder, "agent.command", "agent", "enroll", url, "--token", token)
    ran(folder, "agent.command", "push", "hq-scan")


def opened(tab: Window) -> None:
    """The site appears by itself, and each verdict shows what it rests on."""
    for _ in range(40):
        tab.open("/sites")
        if "never reported" not in tab.page.inner_text("tbody"):
            break
        tab.page.wait_for_timeout(250)
    assert "1 to 1 of 1 site" in tab.said() and "current" in tab.page.inner_text("tbody")
    tab.open("/devices?outcome=covered,conflict")
    tab.page.click("tbody th a >> nth=0")
    said = tab.said()
    assert "Why: the evidence behind the verdict" in said and "Source of the rule" in said and "sha256:" in said
    assert "declared" in said and tab.page.locator("mark").count() and tab.page.locator("pre.hex").count()
    assert tab.axe() == []


def reviewed(tab: Window) -> None:
    """A question is answered by name and day; a slip is said, and what was typed stays."""
    tab.open("/review")
    assert tab.axe() == []
    tab.page.click("tbody th a >> nth=0")
    question = tab.page.locator("div.question", has_text="telecommunications equipment").first
    question.locator("details").evaluate("one => { one.open = true }")
    question.locator("textarea").first.fill("It is a switch in the yard's office.")
    tab.page.fill("#in-by", "R. Roe")
    tab.page.fill("#in-date", "yesterday")
    tab.click("Keep these answers")
    assert "Nothing was kept yet" in tab.said() and tab.axe() == []
    assert question.locator("textarea").first.input_value() == "It is a switch in the yard's office."
    tab.page.fill("#in-date", "2026-01-15")
    tab.click("Keep these answers")
    assert (
        "The answer is kept." in tab.said() and "It is a switch in the yard's office. R. Roe, 2026-01-15" in tab.said()
    )
    tab.open("/review")
    tab.click("Example Marine LLC")
    assert "questions of" in tab.said() and tab.axe() == []
    tab.open("/review?standing=answered")
    assert "1 answer" in tab.page.inner_text("tbody")


def filed(tab: Window, folder: Path) -> None:
    """A paper is drafted with the answer in it, read, and the signed one kept."""
    tab.open("/filings")
    tab.page.select_option("#in-form", "laydown")
    tab.click("Draft it")
    assert "Drafted. Software ticked no box." in tab.said() and tab.axe() == []
    with tab.page.expect_download() as coming:
        tab.click("HTML")
    paper = Path(coming.value.path()).read_text("utf-8")
    assert '<th scope="row">R. Roe</th><td>2026-01-15</td><td>questions</td>' in paper
    (folder / "signed.pdf").write_bytes(b"%PDF-1.7 signed")
    tab.page.fill("#in-by", "R. Roe")
    tab.page.set_input_files("#in-file", folder / "signed.pdf")
    tab.click("Keep it")
    assert "The signed paper is kept" in tab.said() and tab.axe() == []


def replayed(tab: Window, folder: Path) -> None:
    """A pack that knows one maker more judges the site again; what it changes is shown, and adopted."""
    rule = RULE.replace(b"snmp.sys_description", b"html_title").replace(b"Exampleworks Gate 7", b"Hello")
    rule = rule.replace(b"^Exampleworks Gate ", b"^Hello$")
    (folder / "new.zip").write_bytes(zipped({**load().parts, "rules/exampleworks.toml": rule}))
    tab.open("/packs")
    tab.page.set_input_files("#in-file", folder / "new.zip")
    tab.click("Bring it")
    assert "The pack is kept" in tab.said() and tab.axe() == []
    tab.page.get_by_role("button", name="Judge all sites by it").click()
    tab.page.wait_for_selector("text=Adopt this replay")
    said = tab.said()
    assert "1 of 1 site judged; 1 device would be judged otherwise" in said and tab.axe() == []
    assert "Looking at this is on record" in said and "unknown clear exampleworks" in said
    tab.click("Adopt this replay")
    assert "Adopted. The new verdicts count from now on" in tab.said()
    tab.open("/audit")
    assert "replay adopted" in tab.page.inner_text("tbody") and "previewed" in tab.page.inner_text("tbody")


def looked(tab: Window) -> None:
    """Every page, in light and in dark: axe-core finds nothing; filters work with a script as without."""
    tab.open("/sites")
    home = tab.page.get_attribute("tbody th a", "href") or ""
    everything = [*PAGES, *(home + tab_of for tab_of in TABS)]
    found = []
    for path in everything:
        tab.open(path)
        tab.page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true })")
        found += tab.axe()
        tab.page.emulate_media(color_scheme="dark")
        found += tab.axe("color-contrast")
        tab.page.emulate_media(color_scheme="light")
    assert found == []
    keyed(tab)
    tab.open("/devices")
    tab.page.fill("#f-search", "nothing is called so")
    tab.page.wait_for_selector("text=No device here")
    assert "search=nothing" in tab.page.url and tab.page.locator("tbody tr").count() == 0
    tab.page.go_back()
    tab.page.wait_for_selector("tbody tr")


REACHED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  window.seen = window.seen || new Set();
  const again = window.seen.has(one);
  window.seen.add(one);
  return [one.textContent.trim().slice(0, 30), again, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
}"""
MISSED = """() => Array.from(document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"))
  .filter((one) => one.checkVisibility() && !window.seen.has(one)).map((one) => one.outerHTML.slice(0, 120))"""


def keyed(tab: Window) -> None:
    """Keys alone reach everything, show where they are, and pass the menu at once."""
    tab.open("/sites")
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("() => document.activeElement.textContent") == "Skip to main content"
    tab.page.keyboard.press("Enter")
    assert tab.page.evaluate("() => document.activeElement.id") == "main"
    tab.page.evaluate("() => { window.seen = new Set(); document.activeElement.blur(); }")
    for _ in range(200):
        tab.page.keyboard.press("Tab")
        name, again, ring = tab.page.evaluate(REACHED)
        if again:
            break
        assert ring or name.startswith("Skip") or not tab.page.evaluate("() => document.hasFocus()"), name
    assert tab.page.evaluate(MISSED) == []
