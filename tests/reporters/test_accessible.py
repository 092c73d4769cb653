"""Pages for everybody: axe-core finds nothing wrong with any of them, in any language, in light colours and in dark; keys reach all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from model.answers import Answers, Removal
from reporters import _review_page as page
from reporters import html, walk_sheet
from reporters._catalogue import languages
from reporters._review_page import Desk, Entry, Listing
from reporters.asking import asked
from reporters.forms import far_52_204_26, laydown
from tests.reporters import sample
from tests.reporters.axe import checked
from tests.reporters.keyboard import Browser, browser

pytestmark = pytest.mark.needs("chromium")


@cache
def pages() -> dict[str, bytes]:
    """Each kind of page, the report and a question in each language."""
    inputs = msgspec.structs.replace(
        sample.report().inputs, engine=f"0.1.0 sha256:{'5c' * 32}"
    )  # as long as it is in life
    report = msgspec.structs.replace(sample.report(), inputs=inputs)
    found = {f"report in {lang}": html.render(report, lang) for lang in languages()}
    found |= {f"review in {lang}, {name}": data for lang in languages() for name, data in review(lang)}
    device = next(one.device for one in sample.report().findings if one.authorities)
    plan = Removal(
        device=device,
        purpose="watches",
        replacement="another",
        start="2026-12-01",
        end="2027-03-01",
        by="A",
        date="2026-11-01",
    )
    planned = sample.filing(Answers(removal=(plan,)), form="laydown")
    found["form"] = far_52_204_26.render(sample.filing(Answers(sample=True)), "text/html")
    return found | {"laydown": laydown.render(planned, "text/html"), "walk sheet": walk_sheet.render(sample.report())}


def review(lang: str) -> Iterator[tuple[str, bytes]]:
    desk = Desk("/s/0", "Example Marine LLC", lang=lang, sample=True)
    asks = asked(sample.filing())
    kept = [msgspec.structs.replace(one, said={"by": "A. Officer"}) for one in asks[:2]]
    device = next(one.fixed["device"] for one in asks if one.noun == "removal")
    entries = [
        Entry(one, faults={one.blanks[0]: "wrong"}, stale=not n) for n, one in enumerate(page.of_device(asks, device))
    ]
    yield "list", page.listing(desk, [*kept, *asks[2:]], Listing(show="all"), "token")
    yield (
        "question",
        page.asking(desk, [Entry(next(one for one in asks if one.options))], "token", place=(1, len(asks))),
    )
    if lang == "en":
        yield "device", page.asking(desk, entries, "token", device=device)
        yield "kept", page.kept(desk, kept, asks[2], 2, len(asks))
        yield "refusal", page.plain(desk, "Refused", ["This form was sent by another page."], "error", back=False)


def styled(data: bytes) -> bytes:
    """A page of review with its style inside, as a frame without a server needs it."""
    head, link, rest = data.partition(b'<link rel="stylesheet" href="/s/0/style.css">')
    return head + b"<style>" + page.stylesheet() + b"</style>" + rest if link else data


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(scheme: str, tmp_path: Path, command: Callable[[str], str]) -> None:
    found = checked(command("chromium"), {name: styled(data) for name, data in pages().items()}, tmp_path, scheme)
    assert set(found) == set(pages()) and all(one["rules"] > 15 for one in found.values())
    assert [(name, fault) for name, one in found.items() for fault in one["faults"]] == []
    assert [(name, one["wide"]) for name, one in found.items() if one["wide"] > 390] == [], "read on a telephone"


REACHED = """(() => {
  const one = document.activeElement, style = getComputedStyle(one);
  if (!window.seen) window.seen = new Set();
  const again = window.seen.has(one);
  window.seen.add(one);
  return { tag: one.tagName, text: one.textContent.trim().slice(0, 40), again,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
})()"""
MISSED = """Array.from(document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"))
  .filter((one) => one.checkVisibility() && !window.seen.has(one) && !(one.type === "radio" && one.name))
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", ["report in en", "review in en, device"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    name: str, tmp_path: Path, command: Callable[[str], str]
) -> None:
    with browser(command("chromium"), tmp_path, styled(pages()[name])) as keys:
        keys.press("Tab")
        first = keys.ask(REACHED)
        assert first["text"].startswith("Skip to") and first["ring"]
        keys.press("Enter")
        assert keys.ask("document.activeElement.id") == "main", "past the navigation at once"
        keys.ask("document.activeElement.blur()")
        found = list(_round(keys))
        assert [one for one in found if not one["ring"]] == []
        assert len(found) > 3 and keys.ask(MISSED) == []


def _round(keys: Browser) -> Iterator[dict[str, str]]:
    """What Tab reaches, one after the other, until it comes round."""
    keys.ask("window.seen = new Set()")
    for _ in range(400):
        keys.press("Tab")
        one = keys.ask(REACHED)
        if one["again"]:
            return
        if one["tag"] != "BODY":  # between the last and the first
            yield one


def test_keys_open_what_is_folded_and_choose(tmp_path: Path, command: Callable[[str], str]) -> None:
    data = styled(pages()["review in en, question"])
    with browser(command("chromium"), tmp_path, html.render(sample.report())) as keys:
        keys.ask("document.querySelector('summary').focus()")
        keys.press("Enter")
        assert keys.ask("document.querySelector('details').open") is True
    (tmp_path / "two").mkdir()
    with browser(command("chromium"), tmp_path / "two", data) as keys:
        keys.ask("document.querySelector('input[type=radio]').focus()")
        keys.press("Space")
        keys.press("ArrowDown")
        assert keys.ask("Array.from(document.querySelectorAll('input[type=radio]')).map((one) => one.checked)") == [
            False,
            True,
        ]
