"""A real chromium before a served collector: what it complains of, what it asks of other hosts, and what axe-core finds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.conftest import ROOT

AXE = (ROOT / "tests" / "tools" / "axe" / "axe.min.js").read_text("utf-8")
RUN = "(only) => axe.run(document, {resultTypes: ['violations'], ...(only ? {runOnly: [only]} : {})})"
# No name is resolved and nothing asked but what a page asks: neither the browser's own housekeeping reaches anybody.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


class Window:
    """One tab. `faults`: what the browser complained of (a policy that was broken, a script's error); `asked`: every URL."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.faults: list[str] = []
        self.asked: set[str] = set()
        page.on("console", self._said)
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("request", lambda one: self.asked.add(one.url))
        page.set_default_timeout(10_000)

    def _said(self, one: Any) -> None:
        if one.type in ("error", "warning") and "status of 4" not in one.text:
            self.faults.append(one.text)

    def open(self, path: str) -> None:
        """A page that must be there."""
        answer = self.page.goto(self.base + path)
        assert answer is not None and answer.status == 200, (path, self.page.inner_text("main"))

    def click(self, what: str) -> None:
        """The button or link of that name in the page's main part."""
        found = self.page.locator("main").get_by_role("button", name=what, exact=True)
        (found if found.count() else self.page.locator("main").get_by_role("link", name=what, exact=True)).first.click()

    def said(self) -> str:
        """The words of the main part."""
        return " ".join(self.page.inner_text("main").split())

    def axe(self, only: str = "") -> list[tuple[str, ...]]:
        """(page, rule, where) of everything that axe-core finds wrong, by one rule or by all; nothing is left out as small."""
        self.page.evaluate(f"() => {{ {AXE} }}")  # by the debugger's hand: the page's own policy stays in force
        found = self.page.evaluate(RUN, only)
        assert len(found["passes"]) > (0 if only else 10)
        return [
            (
                self.page.url.removeprefix(self.base),
                one["id"],
                one["nodes"][0]["html"][:200],
                one["nodes"][0]["failureSummary"],
            )
            for one in found["violations"]
        ]


@contextmanager
def window(chromium: str, base: str, scheme: Any = "light", **more: Any) -> Iterator[Window]:
    """A tab of a fresh browser."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            yield Window(
                browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}, **more).new_page(),
                base,
            )
        finally:
            browser.close()
