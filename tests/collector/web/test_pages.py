"""Pages as each role gets them: well formed, nothing inline, nothing of another's, no form without its word, lists without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from collector.people import accounts, passwords
from collector.settings import Provider
from collector.store.tables import audit, device, report
from collector.web.bars import Bar, chart
from collector.web.evidence import octets, place, text
from collector.web.files import shipped
from model.report import Site
from tests.collector.house import House
from tests.collector.site import CISCO, HUAWEI, evidence
from tests.reporters.pages import Page

pytestmark = pytest.mark.needs("py:litestar")
PASSWORD = "a long sentence is easiest to keep"
READ = ("/", "/sites", "/devices", "/review", "/clocks", "/filings", "/packs", "/agents", "/organisation", "/me")
SITE = re.compile(r"(?<![\w+/])hq(?![\w+/=])")  # not where a key in base64 happens to hold these letters
RUN = ("/tokens", "/register", "/audit", "/people")
HTML = {"Accept": "text/html"}


class Reader:
    """Somebody who is signed in, with the session's cookie."""

    def __init__(self, house: House, login: str, role: str, org: str = "First", entities: tuple[str, ...] = ()) -> None:
        name = house.organisation(org)
        with house.place.store.system(write=True) as tx:
            accounts.added(tx, name, login, role, "", PASSWORD, entities)
        self.client, self.login = house.client, login
        answer = self.client.post("/login", data={"login": login, "password": PASSWORD}, follow_redirects=False)
        assert answer.status_code == 303 and answer.headers["location"] == "/"
        self.cookie = {"Cookie": f"laydown={answer.cookies['laydown']}"}
        self.client.cookies.clear()

    def get(self, path: str, **more: str) -> Any:
        return self.client.get(path, headers={**HTML, **self.cookie, **more}, follow_redirects=False)

    def page(self, path: str) -> Page:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return Page(answer.content)

    def post(self, path: str, data: dict[str, Any] | None = None, csrf: str | None = None, **more: Any) -> Any:
        word = self.csrf if csrf is None else csrf
        return self.client.post(
            path, data={"csrf": word, **(data or {})}, headers={**HTML, **self.cookie}, follow_redirects=False, **more
        )

    @property
    def csrf(self) -> str:
        return next(one["value"] for one in self.page("/me").all("input") if one.get("name") == "csrf")


class Town:
    """A house with a site that reported and a site that never did; somebody of each role, and a stranger."""

    def __init__(self, house: House) -> None:
        self.house = house
        agent = house.agent("hq", country="US", contract="N1", supply_category="Network")
        agent.send(agent.parcel(evidence(Site(id="hq"), {"10.0.0.1": HUAWEI, "10.0.0.2": CISCO})))
        house.site("yard", country="DE")
        house.rows()
        self.admin, self.reviewer = Reader(house, "ada", "admin"), Reader(house, "rex", "reviewer")
        self.viewer, self.stranger = Reader(house, "vic", "viewer"), Reader(house, "mal", "admin", "Other")
        with house.place.store.system() as tx:
            row = tx.execute(select(device.c.site, device.c.device).where(device.c.outcome == "covered")).one()
            self.report = tx.execute(select(report.c.id)).scalars().first()
        self.site, self.device = f"/sites/{row.site}", f"/sites/{row.site}/devices/{row.device}"

    def pages(self) -> tuple[str, ...]:
        tabs = (f"{self.site}?show={one}" for one in ("devices", "coverage", "networks", "macs", "history"))
        return (*READ, self.site, *tabs, self.device, f"{self.site}/policy")


@pytest.fixture(scope="module")
def town(shared_house: House) -> Iterator[Town]:
    yield Town(shared_house)


def test_every_page_is_whole_and_holds_nothing_inline(town: Town) -> None:
    for path in (*town.pages(), *RUN):
        answer = town.admin.get(path)
        made = Page(answer.content)
        assert answer.status_code == 200 and made.faults == [], path
        assert "'unsafe" not in answer.headers["content-security-policy"]
        assert not [
            tag for tag, attrs in made.tags if "style" in attrs or any(name.startswith("on") for name in attrs)
        ], path
        assert not made.all("style") and all("src" in one for one in made.all("script")), path
        loaded = [
            one[name]
            for tag in ("script", "link", "img")
            for one in made.all(tag)
            for name in ("src", "href")
            if name in one
        ]
        assert all(one.startswith("/static/") for one in loaded), path
        ids = [attrs["id"] for _, attrs in made.tags if "id" in attrs]
        assert len(ids) == len(set(ids)), path
        assert len(made.all("h1")) == 1 and made.all("html")[0]["lang"] == "en", path


def test_postgresql_gives_the_same_pages(big_house: House) -> None:
    town = Town(big_house)
    for path in (
        *town.pages(),
        *RUN,
        "/sites?state=current&sort=-overdue",
        "/review?standing=open",
        "/devices?search=10.0",
    ):
        assert town.admin.page(path).faults == [], path
    said = {"q0.key": "", "by": "R. Roe", "date": "2026-01-15"}
    assert town.reviewer.post(f"{town.device}/answers", said).status_code == 303


def test_files_are_kept_for_good_and_an_old_name_leads_nowhere(town: Town) -> None:
    client = town.house.client
    for name, one in shipped().items():
        answer = client.get(f"/static/{one.digest}/{name}")
        assert answer.content == one.data and "immutable" in answer.headers["cache-control"]
        assert client.get(f"/static/{'0' * 16}/{name}").status_code == 404
    fonts = re.findall(rb"url\((/static/[^)]+woff2)\)", shipped()["laydown.css"].data)
    assert len(fonts) == 3 and all(client.get(one.decode()).status_code == 200 for one in fonts)


def test_each_role_sees_what_it_may_do_and_no_more(town: Town) -> None:
    for path in town.pages():
        assert town.viewer.page(path).all("h1")
    for path in RUN:
        assert town.viewer.get(path).status_code == town.reviewer.get(path).status_code == 403
        assert "this needs the role admin" in Page(town.viewer.get(path).content).text
    links = {one["href"] for one in town.viewer.page("/").all("a")}
    assert not links & set(RUN) and set(READ) <= links | {"/me"}
    assert "Keep these answers" not in town.viewer.page(town.device).text
    assert "Keep these answers" in town.reviewer.page(town.device).text
    for path, data in (
        (f"{town.device}/answers", {}),
        ("/filings", {}),
        ("/replays", {"pack": "x"}),
        ("/tokens", {"sites": "hq", "days": "1"}),
    ):
        assert town.viewer.post(path, data).status_code == 403
    for path, data in (
        (f"{town.site}/policy", {}),
        (f"{town.site}/close", {}),
        ("/organisation", {}),
        ("/people", {"login": "x"}),
    ):
        assert town.reviewer.post(path, data).status_code == 403


def test_what_is_no_page_is_said_in_a_page_and_to_a_program_in_json(town: Town) -> None:
    for path in ("/nothing", "/sites/a/b/c", "/static/x"):
        answer = town.viewer.get(path)
        assert answer.status_code == 404 and "there is no such page" in Page(answer.content).text
        assert town.house.client.get(path, headers={"Accept": "application/json"}).json()["error"] == "request"
    assert town.viewer.get("/api/v1/nothing").json()["error"] == "request"


def test_another_organisation_gets_a_page_that_says_nothing(town: Town) -> None:
    for path in (town.site, town.device, f"{town.site}/policy"):
        answer = town.stranger.get(path)
        assert answer.status_code == 404 and not SITE.search(Page(answer.content).text) and "Huawei" not in answer.text
    for path in READ:
        told = town.stranger.page(path).text
        assert not SITE.search(told) and "10.0.0.1" not in told and "Huawei" not in told
    for path in (f"{town.site}/policy", f"{town.site}/close", f"{town.device}/answers"):
        assert town.stranger.post(path, {"targets": "10.0.0.0/8"}).status_code == 404


def test_who_is_not_signed_in_is_led_to_the_form_by_page_form_and_script(town: Town) -> None:
    client = town.house.client
    for path in (*READ, *RUN, town.device):
        answer = client.get(path, headers=HTML, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    answer = client.post("/filings", data={}, headers=HTML, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    answer = client.get("/sites", headers={"HX-Request": "true", "Accept": "*/*"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/login")


def test_a_form_without_the_sessions_word_or_from_another_site_does_nothing(town: Town) -> None:
    for csrf in ("", "guess", town.stranger.csrf):
        assert town.admin.post("/people", {"login": "mallory", "role": "admin"}, csrf=csrf).status_code == 403
    assert "mallory" not in town.admin.page("/people").text
    crossed = {**HTML, "Sec-Fetch-Site": "cross-site"}
    answer = town.house.client.post(
        "/login", data={"login": "ada", "password": PASSWORD}, headers=crossed, follow_redirects=False
    )
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_signing_in_says_what_is_wrong_and_asks_for_the_code(town: Town) -> None:
    client, house = town.house.client, town.house
    wrong = client.post("/login", data={"login": "ada", "password": "no"}, headers=HTML)
    assert wrong.status_code == 401 and "Name, password or code is not right: try again" in Page(wrong.content).text
    name = house.organisation()
    with house.place.store.system(write=True) as tx:
        made = accounts.added(tx, name, "tot", "viewer", "", PASSWORD)
        secret = passwords.new_secret()
        accounts.changed(tx, name, made, totp=secret)
    from collector.clock import now

    said = {"login": "tot", "password": PASSWORD}
    assert client.post("/login", data=said, follow_redirects=False).status_code == 401
    code = passwords.code(secret, int(now().timestamp()) // 30)
    good = client.post("/login", data={**said, "code": f"{code[:3]} {code[3:]}"}, follow_redirects=False)
    assert good.status_code == 303 and "HttpOnly" in good.headers["set-cookie"]
    client.cookies.clear()


def test_the_sign_in_offers_each_provider(house: House) -> None:
    one = Provider("https://id.example.org", "laydown", "secret", house.organisation(), "Example ID")
    house.place.settings = msgspec.structs.replace(house.place.settings, provider=(one,))
    made = Page(house.client.get("/login").content)
    assert "Sign in with Example ID" in made.text and "/api/v1/oidc/0" in {link["href"] for link in made.all("a")}


def test_a_register_with_wrong_lines_is_refused_line_by_line(town: Town) -> None:
    wrong = "site,country,due\ngood,US,\nb ad,US,\nthird,usa,\nfourth,US,tomorrow\n"
    answer = town.admin.post("/register", files={"file": ("sites.csv", wrong.encode(), "text/csv")})
    told = Page(answer.content).text
    assert answer.status_code == 400 and "3 lines are not right" in told
    assert [line for line in ("3 'b ad'", "4 country 'usa'", "5 due 'tomorrow'") if line not in told] == []
    assert "good" not in town.admin.page("/sites?search=good").text.replace("search=good", "")
    strange = town.admin.post("/register", {"csv": "place,country\nx,US\n"}, files={"none": ("", b"")})
    assert strange.status_code == 400 and "has no column site" in Page(strange.content).text


def test_lists_are_filtered_sorted_and_parted_by_links_alone(town: Town) -> None:
    assert "1 to 1 of 1 site" in town.viewer.page("/sites?state=never-reported").text
    assert "yard" not in _rows(town.viewer.get("/sites?country=US").text)
    first = town.viewer.page("/sites?limit=1&sort=ref")
    links = {one.get("id"): one["href"] for one in first.all("a")}
    assert links["p-on"] == "/sites?sort=ref&limit=1&offset=1" and links["by-ref"] == "/sites?sort=-ref&limit=1"
    assert "hq" in _rows(town.viewer.get("/sites?limit=1&sort=ref").text)
    assert "yard" in _rows(town.viewer.get(links["p-on"]).text) and "yard" in _rows(
        town.viewer.get(links["by-ref"]).text
    )
    (head,) = [one for one in first.all("th") if one.get("aria-sort")]
    assert head["aria-sort"] == "ascending"
    assert town.viewer.get("/sites?sort=nonsense").status_code == 400


def _rows(page: str) -> str:
    return page[page.index("<tbody>") : page.index("</tbody>")]


def test_a_token_and_an_invitation_are_told_once(town: Town) -> None:
    given = town.admin.post("/tokens", {"sites": "hq\nyard", "days": "7"})
    words = re.findall(r'class="word">([^<]+)<', given.text)
    assert given.status_code == 200 and len(words) == 2 and all(len(one) > 20 for one in words)
    again = town.admin.get("/tokens").text
    assert not [one for one in words if one in again]
    every = town.admin.post("/tokens", {"all": "yes", "days": "7"})
    assert re.findall(r'<th scope="row">(\w+)</th><td><code class="word">', every.text) == ["yard"]
    assert town.admin.post("/tokens", {"sites": "nowhere", "days": "7"}).status_code == 404
    assert town.admin.post("/tokens", {"sites": "hq", "days": "soon"}).status_code == 400


def test_policy_and_rules_are_kept_as_typed(town: Town) -> None:
    led = town.admin.post(f"{town.site}/policy", {"targets": "10.0.0.0/24\n10.0.1.0/24", "schedule": "02:30 sat"})
    assert led.status_code == 303
    told = town.admin.page(f"{town.site}/policy").text
    assert "10.0.0.0/24, 10.0.1.0/24" in told and "02:30 sat" in told
    said = {"current_days": "60", "silent_days": "5", "fell": "120", "markings": "unmarked\nCUI", "keep_audit": "400"}
    rest = {f"keep_{one}": "0" for one in ("evidence", "report", "session")}
    assert town.admin.post("/organisation", {**said, **rest}).status_code == 303
    told = town.viewer.page("/organisation").text
    assert "60 days" in told and "5 days" in told and "12.0 %" in told and "unmarked, CUI" in told
    assert town.admin.post("/organisation", {**said, **rest, "fell": "0"}).status_code == 400


def test_a_clock_gets_a_persons_word_or_none(town: Town) -> None:
    page = town.reviewer.page(f"/clocks?site={town.site.rsplit('/')[-1]}")
    clause = next(one["value"] for one in page.all("input") if one.get("name") == "clause")
    said = {
        "device": town.device.rsplit("/")[-1],
        "clause": clause,
        "accept": "no",
        "by": "R. Roe",
        "date": "2026-01-15",
    }
    assert town.reviewer.post(f"{town.site}/clocks", said).status_code == 400, "no reason"
    assert town.reviewer.post(f"{town.site}/clocks", {**said, "reason": "It was known before."}).status_code == 303
    assert "It was known before." in town.viewer.page("/clocks?standing=rejected").text


def test_reading_a_device_is_on_record_before_the_page_leaves(town: Town) -> None:
    town.viewer.page(town.device)
    with town.house.place.store.system() as tx:
        last = tx.execute(select(audit).where(audit.c.name == "vic").order_by(audit.c.id.desc()).limit(3)).all()
    assert f"device {town.device.rsplit('/')[-1]}" in {row.what for row in last}


def test_evidence_is_erased_with_a_reason_and_the_device_says_so(house: House) -> None:
    town = Town(house)
    path = f"/reports/{town.report}/erase"
    assert town.reviewer.post(path, {"kind": "evidence", "reason": "x"}).status_code == 403
    assert town.admin.post(path, {"kind": "evidence", "reason": " "}).status_code == 400
    assert "VRP (R)" in town.viewer.get(town.device).text
    assert town.admin.post(path, {"kind": "evidence", "reason": "asked for by its owner"}).status_code == 303
    assert "This evidence is not kept here." in town.viewer.page(town.device).text
    assert "evidence erased" in town.viewer.page(f"{town.site}?show=history").text
    assert "asked for by its owner" in town.admin.page("/audit").text


def test_bars_tell_their_figures_and_escape_their_names() -> None:
    drawn = chart(
        "x",
        "By <b>",
        [Bar("<script>", (("covered", "covered", 3), ("suspect", "suspect", 0)), "/a?b=1&c=2"), Bar("none", ())],
    )
    assert "<script>" not in drawn and "&lt;script&gt;" in drawn and 'href="/a?b=1&amp;c=2"' in drawn
    assert drawn.count("<rect") == 1 and "3 covered" in drawn and ">0</text>" in drawn


def test_evidence_is_shown_around_what_was_found() -> None:
    body = b"x" * 2000 + b"VRP <b>8</b>" + b"y" * 2000
    at, size = place(body, "VRP <b>8</b>")
    told, dump = text(body, at, size), octets(body, at)
    assert (
        told is not None
        and told.hit == "VRP &lt;b&gt;8&lt;/b&gt;"
        and told.before.startswith("…")
        and told.after.endswith("…")
    )
    assert dump is not None and dump.start == 1984 and "56 52 50" in dump.lines and "<b>" not in dump.lines
    assert place(b"\x00\xe0\xfc\x01\x02\x03", "00:e0:fc:01:02:03") == (0, 6) and place(b"abc", "zzz") == (0, 0)
    assert text(b"\x00" * 40, 0, 2) is None and text(b"", 0, 0) is None and octets(b"", 0) is None


def test_the_styles_are_what_the_package_gives(tmp_path: Path) -> None:
    """Every class that a template uses and that begins with usa- is in the trimmed styles or in our own."""
    from importlib.resources import files

    held = (shipped()["uswds.css"].data + shipped()["laydown.css"].data).decode()
    used = {
        name
        for one in files("collector.web").joinpath("templates").iterdir()
        for name in re.findall(r"\busa-[a-z_-]+[a-z]", one.read_text("utf-8"))
    }
    assert {name for name in used if f".{name}" not in held} <= {"usa-alert--", "usa-current"}
