"""`laydown review --web` over real HTTP: who gets in, what is kept, what a refused form gives back."""

from __future__ import annotations

import http.client
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from agent.clock import now
from agent.filing import Source, filing_of
from agent.review import web
from agent.review._web_request import LARGEST
from agent.review.store import Store
from model.answering import entered, toml, word
from model.answers import Answers, parsed
from model.asked import Ask
from reporters import json
from reporters.asking import asked
from tests.reporters import sample
from tests.reporters.pages import Page
from tests.reporters.test_browser import FLAGS

FORM = "application/x-www-form-urlencoded"


class Visit:
    """A browser's part: the port, the cookie once it has one, and the first link."""

    def __init__(self, link: str, folder: Path, store: Store, source: Source) -> None:
        self.host, _, path = link.removeprefix("http://").partition("/")
        self.enter, self.folder, self.store, self.source = f"/{path}", folder, store, source
        self.cookie, self.base = "", ""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers, text of one request; `Content_Type` stands for Content-Type."""
        sent = {"Host": self.host, "Cookie": self.cookie}
        if method == "POST":
            sent |= {"Origin": f"http://{self.host}", "Content-Type": FORM, "Content-Length": str(len(body))}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        link = http.client.HTTPConnection(self.host, timeout=10)
        link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value:
                link.putheader(name, value)
        link.endheaders(body)
        found = link.getresponse()
        text = found.read().decode()
        link.close()
        return found.status, dict(found.headers), text

    def open(self) -> None:
        """Follow the first link."""
        status, headers, _ = self.ask("GET", self.enter)
        assert status == 303
        self.cookie, self.base = headers["Set-Cookie"].partition(";")[0], headers["Location"].rstrip("/")

    def page(self, key: str = "", device: str = "") -> tuple[str, dict[str, str]]:
        """The path of a question's form, or a device's, and its hidden fields."""
        path = (
            f"{self.base}/device?" + urlencode({"id": device})
            if device
            else f"{self.base}/ask?" + urlencode({"key": key})
        )
        status, _, text = self.ask("GET", path)
        assert status == 200
        return path, hidden(text)

    def send(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, dict[str, str], str]:
        """Post a form."""
        return self.ask("POST", path, urlencode(fields).encode(), **headers)

    def asks(self) -> list[Ask]:
        """The questions as another program would find them now."""
        path = self.store.path
        return asked(filing_of(msgspec.structs.replace(self.source, answers=path if path.exists() else None), "review"))


def hidden(text: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', text)
    return {unescape(name): unescape(value) for name, value in found if name != "group"}


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    """A review of the sample site, served until the test ends."""
    (tmp_path / "report.json").write_bytes(json.render(sample.report()))
    source = Source((tmp_path,), site_only=True)
    store = Store(tmp_path / "answers.toml", tuple(one.digest for one in filing_of(source, "review").reports))
    links: list[str] = []
    server = threading.Thread(target=web.serve, args=(source, store), kwargs={"opened": links.append, "timeout": 60})
    server.start()
    while not links and server.is_alive():
        time.sleep(0.01)
    made = Visit(links[0], tmp_path, store, source)
    yield made
    if server.is_alive():
        if not made.cookie:
            made.open()
        made.send(f"{made.base}/stop", {"token": hidden(made.ask("GET", f"{made.base}/")[2])["token"]})
    server.join(10)
    assert not server.is_alive()


def a_device(asks: list[Ask]) -> Ask:
    return next(one for one in asks if one.key.startswith("device:") and one.noun == "answer")


SAID = {"0.text": 'It watches <b>the quay</b> & "more"\nday and night', "0.by": "A. Officer", "0.date": "2026-11-01"}


def test_the_link_works_once_and_nothing_is_seen_without_it(visit: Visit) -> None:
    assert visit.ask("GET", "/enter?token=wrong")[0] == 403
    assert visit.ask("GET", "/")[0] == 403
    visit.open()
    cookie = visit.ask("GET", visit.enter)
    assert cookie[0] == 403 and "Set-Cookie" not in cookie[1]
    assert visit.ask("GET", f"{visit.base}/")[0] == 200
    assert visit.ask("GET", f"{visit.base}/", Cookie="laydown_x=1")[0] == 403
    assert visit.ask("GET", f"{visit.base}/", Cookie=visit.cookie[:-1] + "!")[0] == 403


def test_the_cookie_is_bound_and_pages_are_not_cached(visit: Visit) -> None:
    _, headers, _ = visit.ask("GET", visit.enter)
    assert {"HttpOnly", "SameSite=Strict", f"Path={headers['Location'].rstrip('/')}"} <= set(
        headers["Set-Cookie"].split("; ")
    )
    visit.cookie, visit.base = headers["Set-Cookie"].partition(";")[0], headers["Location"].rstrip("/")
    _, headers, text = visit.ask("GET", f"{visit.base}/")
    assert headers["Cache-Control"] == "no-store" and "<script" not in text
    assert not re.search(r'(?:href|src|action)="(?!/|#)', text)  # nothing of another host
    assert (
        "script-src" not in headers["Content-Security-Policy"]
        and "default-src 'none'" in headers["Content-Security-Policy"]
    )
    assert Page(text.encode()).faults == []


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "[::1]:80"])
def test_another_name_that_leads_here_is_refused(visit: Visit, host: str) -> None:
    assert visit.ask("GET", visit.enter, Host=host)[0] == 421
    visit.open()  # the token was not spent by it


def test_a_form_of_another_page_or_program_is_refused(visit: Visit) -> None:
    visit.open()
    path, fields = visit.page(a_device(visit.asks()).key)
    other = {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Sec_Fetch_Site": "cross-site"}
    for headers in other:
        assert visit.send(path, fields | SAID, **headers)[0] == 403
    assert visit.send(path, fields | SAID | {"token": "0" * 64})[0] == 403
    elsewhere, _ = visit.page(visit.asks()[0].key)
    assert visit.send(elsewhere, fields | SAID)[0] == 403  # a token is good for its own form
    assert not visit.store.path.exists()


def test_bodies_are_bounded_and_of_one_kind(visit: Visit) -> None:
    visit.open()
    path, _ = visit.page(visit.asks()[0].key)
    assert visit.ask("POST", path, b"", Content_Length=str(LARGEST + 1))[0] == 413
    assert visit.ask("POST", path, b"{}", Content_Type="application/json")[0] == 415
    assert visit.ask("POST", path, b"", Content_Length="")[0] == 411
    assert visit.ask("POST", path, b"a=%ff")[0] == 400
    assert visit.ask("POST", path, b"a=1&a=2")[0] == 400
    assert visit.ask("PUT", path, b"")[0] == 501
    assert visit.ask("GET", f"{visit.base}/nowhere")[0] == 404


def test_what_is_kept_is_what_the_terminal_would_write(visit: Visit) -> None:
    visit.open()
    ask = a_device(visit.asks())
    path, fields = visit.page(ask.key)
    status, headers, _ = visit.send(path, fields | SAID)
    assert status == 303
    said = word(ask, {name.partition(".")[2]: text for name, text in SAID.items()})
    expected = entered(Answers(reports=visit.store.reports), ask.noun, said)
    assert visit.store.path.read_bytes() == toml(expected)
    text = visit.ask("GET", headers["Location"])[2]
    assert "Kept" in text and "&lt;b&gt;the quay&lt;/b&gt;" in text and "<b>" not in text


def test_a_refused_form_gives_back_what_was_typed_and_says_where(visit: Visit) -> None:
    visit.open()
    path, fields = visit.page(a_device(visit.asks()).key)
    status, _, text = visit.send(path, fields | SAID | {"0.date": "2026-02-30", "0.by": ""})
    page = Page(text.encode())
    assert status == 422 and not visit.store.path.exists()
    assert 'href="#0.by"' in text and "the quay" in page.text
    named = {one["id"]: one for one in page.all("input") if "id" in one}
    assert named["0.by"]["aria-describedby"] == "0.by-hint 0.by-fault" and named["0.by"]["aria-invalid"] == "true"
    status, _, text = visit.send(path, fields | SAID | {"0.date": "2026-02-30"})
    assert status == 422 and "no day of the calendar" in text and 'value="2026-02-30"' in text


def test_two_tabs_lose_nothing_of_each_other(visit: Visit) -> None:
    visit.open()
    ask = a_device(visit.asks())
    path, first = visit.page(ask.key)
    _, second = visit.page(ask.key)
    assert visit.send(path, first | SAID)[0] == 303
    status, _, text = visit.send(path, second | SAID | {"0.text": "mine"})
    assert status == 409 and "the quay" in text and "mine" in text
    assert parsed(visit.store.path.read_bytes(), "a").answer[0].text == SAID["0.text"]
    assert visit.send(path, hidden(text) | SAID | {"0.text": "mine"})[0] == 303
    assert [one.text for one in parsed(visit.store.path.read_bytes(), "a").answer] == ["mine"]


def test_a_device_is_answered_at_once_and_untouched_questions_stay(visit: Visit) -> None:
    visit.open()
    device = a_device(visit.asks()).fixed["device"]
    path, fields = visit.page(device=device)
    keys = {name.partition(".")[0]: value for name, value in fields.items() if name.endswith(".key")}
    held = {one.key: one for one in visit.asks()}
    at = next(n for n, key in keys.items() if held[key].noun == "answer")
    who = {"all.by": "A. Officer", "all.date": "2026-11-01"}
    assert visit.send(path, fields | who)[0] == 422
    assert visit.send(path, fields | who | {f"{at}.text": "the quay"})[0] == 303
    assert [one.device for one in parsed(visit.store.path.read_bytes(), "a").answer] == [device]
    assert len([one for one in visit.asks() if one.said]) == 1


def test_hostile_names_stay_text(visit: Visit) -> None:
    visit.open()
    text = visit.ask("GET", f"{visit.base}/?show=all&word=script")[2]
    assert "<script>alert" not in text and "\u202e" not in text and Page(text.encode()).faults == []
    assert "&lt;script&gt;" in visit.ask("GET", f"{visit.base}/?word=%3Cscript%3E")[2]


def test_idleness_ends_it(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(json.render(sample.report()))
    source = Source((tmp_path,), site_only=True)
    store = Store(tmp_path / "answers.toml", ())
    assert "nobody" in web.serve(source, store, timeout=0.1)
    assert now().date() > date(2020, 1, 1)


@pytest.mark.needs("chromium")
def test_a_real_browser_gets_in_by_the_link(
    tmp_path: Path, command: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[web.Server] = []

    class Kept(web.Server):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(web, "Server", Kept)
    (tmp_path / "report.json").write_bytes(json.render(sample.report()))
    source, links = Source((tmp_path,), site_only=True), list[str]()
    store = Store(tmp_path / "answers.toml", tuple(one.digest for one in filing_of(source, "review").reports))
    server = threading.Thread(target=web.serve, args=(source, store), kwargs={"opened": links.append, "timeout": 90})
    server.start()
    while not links and server.is_alive():
        time.sleep(0.01)
    flags = [one for one in FLAGS if "pdf" not in one and "resolver" not in one]
    own = [f"--user-data-dir={tmp_path / 'profile'}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    words = [command("chromium"), *flags, *own, "--dump-dom", links[0]]
    found = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    made[0].heard -= 90  # as if the browser had left long ago
    server.join(30)
    assert "Answer the next question" in found and not server.is_alive()
