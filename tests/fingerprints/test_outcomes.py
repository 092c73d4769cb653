"""Each row of docs/outcomes.md is one case here; a row without a case, or a case without a row, fails."""

import re
from pathlib import Path

import pytest

from fingerprints.assess import assess
from fingerprints.pack import Pack
from model.claims import Fact
from model.evidence import Evidence, Observation, observed
from model.report import RANK, Finding, Report
from tests.fingerprints.small_pack import pack

PACK = pack()
DOC = Path(__file__).parents[2] / "docs" / "outcomes.md"
HUAWEI_MAC, AXIS_MAC, LOCAL_MAC = "00:e0:fc:11:22:33", "00:40:8c:11:22:33", "02:11:22:33:44:55"
SELF, NEIGHBOR, STATION = "self", "neighbor:lldp.1", f"station:{AXIS_MAC}"
DESCR, TITLE, SERVER = "snmp.sys_description", "html_title", "http_header.server"

JANE, LABEL = "person:Jane Doe", "person.maker"  # her word points at the sighting that it was said of
SAID = [(1, JANE, "person.device", '["desk/eth0","10.0.0.1","2026-11-01T10:00:00.000000Z"]')]

# row: facts as (observation number, about, key, value); then outcome, maker, and what else must hold of the finding
Row = tuple[list[tuple[int, str, str, str]], str, str | None, str]
ROWS: dict[str, Row] = {
    "declared-listed": ([(0, SELF, DESCR, "Listed box 7")], "covered", "listed", "authorities"),
    "relabel-proved": (
        [(0, SELF, TITLE, "Brand camera"), (1, SELF, "dhip.method", "notify")],
        "covered",
        "listed",
        "relabel",
    ),
    "declared-disagree": (
        [(0, SELF, DESCR, "Listed box"), (1, SELF, DESCR, "Plain switch")],
        "conflict",
        "listed",
        "authorities",
    ),
    "two-listed": (
        [(0, SELF, DESCR, "Listed box"), (1, SELF, "ssh.banner", "SECOND")],
        "conflict",
        "listed",
        "authorities",
    ),
    "oui-listed": ([(0, SELF, "mac.address", HUAWEI_MAC)], "suspect", "listed", "authorities"),
    "relabel-by-name": ([(0, SELF, TITLE, "Brand camera")], "suspect", "listed", "relabel"),
    "relabel-not-by-name": ([(0, SELF, TITLE, "Maybe camera")], "clear", "maybe", ""),
    "affiliate": ([(0, SELF, TITLE, "Sister camera")], "suspect", "sister", "authorities"),
    "witness-listed": ([(0, NEIGHBOR, "lldp.sys_description", "Listed box")], "suspect", "listed", "witnesses"),
    "two-hints": ([(0, SELF, SERVER, "webs"), (1, SELF, TITLE, "hangzhou")], "suspect", "listed", "why"),
    "one-hint": ([(0, SELF, SERVER, "webs")], "unknown", None, ""),
    "declared-unlisted": ([(0, SELF, DESCR, "Plain switch")], "clear", "plain", "why"),
    "part-inside": (
        [(0, SELF, DESCR, "Plain switch"), (0, "component:1", "entity.mfg_name", "Listed")],
        "clear",
        "plain",
        "components",
    ),
    "witness-against-clear": (
        [
            (0, SELF, DESCR, "Plain switch"),
            (0, SELF, "mac.address", AXIS_MAC),
            (1, NEIGHBOR, "lldp.sys_description", "Listed box"),
            (1, NEIGHBOR, "mac.address", AXIS_MAC),
        ],
        "suspect",
        "listed",
        "witnesses",
    ),
    "label-listed": (
        [(0, SELF, "snmp.sys_name", "thing"), *SAID, (1, JANE, LABEL, "LISTED LTD.")],
        "covered",
        "listed",
        "observed",
    ),
    "label-disagrees": (
        [(0, SELF, DESCR, "Listed box"), *SAID, (1, JANE, LABEL, "Plain Inc")],
        "conflict",
        "listed",
        "observed",
    ),
    "label-unlisted": (
        [(0, SELF, "snmp.sys_name", "thing"), *SAID, (1, JANE, LABEL, "Plain Inc")],
        "clear",
        "plain",
        "observed",
    ),
    "software-only": ([(0, SELF, DESCR, "Linux 6.1")], "unknown", None, ""),
    "unreviewed-registrant": ([(0, SELF, "snmp.sys_object_id", "1.3.6.1.4.1.9.1.1")], "unknown", None, ""),
    "oui-unlisted": ([(0, SELF, "mac.address", AXIS_MAC)], "unknown", None, ""),
    "nothing": ([(0, SELF, "snmp.sys_name", "thing")], "unknown", None, "names"),
    "table-only": ([(0, STATION, "attached", '{"port":"7"}')], "unseen", None, "attached"),
    "witness-unlisted": ([(0, NEIGHBOR, "lldp.sys_description", "Plain switch")], "unseen", "plain", "witnesses"),
}


def exchanges(row: list[tuple[int, str, str, str]]) -> list[Evidence]:
    """One observation a number: 0 and 1 from two targets when the row speaks of a neighbour, else from one."""
    apart = any(about != SELF and not about.startswith(("component:", "person:")) for _, about, _, _ in row)
    made = []
    for number in sorted({number for number, *_ in row}):
        target = f"10.0.0.{number + 1 if apart else 1}"
        body = repr([fact for fact in row if fact[0] == number]).encode()
        seen_at = f"2026-11-01T10:00:0{number}.000000Z"
        made.append(observed(Observation("t", "desk/eth0", target, f"q{number}", "answered", seen_at), body))
    return made


def reader(row: list[tuple[int, str, str, str]]) -> object:
    def read(evidence: list[Evidence]) -> list[Fact]:
        numbers = {int(one.observation.asked[1:]): one.id for one in evidence}
        return [Fact(numbers[n], about, key, value) for n, about, key, value in row if n in numbers]

    return read


def report(row: list[tuple[int, str, str, str]], evidence: list[Evidence] | None = None) -> Report:
    return assess(exchanges(row) if evidence is None else evidence, {"t": reader(row)}, PACK, "test")  # type: ignore[dict-item]


def subject(found: Report, row: list[tuple[int, str, str, str]]) -> Finding:
    """The finding the row speaks of: the told one where a neighbour or station is told, else the only one."""
    told = [one for one in found.findings if one.witnesses or one.observed]
    return told[0] if told else found.findings[0]


@pytest.mark.parametrize("name", ROWS)
def test_row(name: str) -> None:
    row, outcome, maker, also = ROWS[name]
    one = subject(report(row), row)
    assert (one.outcome, one.maker) == (outcome, maker)
    if also:
        assert getattr(one, also), f"{also} is empty"
    if outcome != "unknown" and name != "table-only":
        assert one.why and all(why.evidence.startswith("sha256:") and "/" in why.rule for why in one.why)


def test_part_inside_is_suspect() -> None:
    parts = report(ROWS["part-inside"][0]).findings[0].components
    assert [(part.outcome, part.maker) for part in parts] == [("suspect", "listed")]


def test_own_interface_of_a_listed_registrant_is_a_part() -> None:
    row = [(0, SELF, DESCR, "Plain switch"), (0, SELF, "mac.address", HUAWEI_MAC)]
    one = report(row).findings[0]
    assert (one.outcome, one.maker) == ("clear", "plain")
    assert [(part.outcome, part.kind) for part in one.components] == [("suspect", "nic")]


def test_a_stronger_word_about_another_maker_takes_no_authority_away() -> None:
    told = [(1, NEIGHBOR, "lldp.sys_description", "Listed box"), (1, NEIGHBOR, "mac.address", AXIS_MAC)]
    itself = [(0, SELF, "mac.address", AXIS_MAC), (0, SELF, "ssh.banner", "SECOND")]
    other = (
        "id = 'other'\ntitle = 'Other'\ncites = ['a law']\n[[entry]]\nmaker = 'listed'\n"  # names the first one alone
    )
    held = Pack({**PACK.parts, "covered/other.toml": other.encode()}, PACK.registry)
    rows = told, [*told, *itself]
    before, after = (subject(assess(exchanges(row), {"t": reader(row)}, held, "test"), row) for row in rows)  # type: ignore[dict-item]
    assert (before.outcome, before.maker, after.outcome, after.maker) == ("suspect", "listed", "covered", "listed2")
    assert [[reach.id for reach in one.authorities] for one in (before, after)] == [["other", "section-889"]] * 2
    assert {why.rule.partition("/")[0] for why in after.why} == {"listed", "listed2"}


def test_a_neighbours_word_stays_cited_when_the_device_says_the_same() -> None:
    """Before, while and after somebody disagrees: what was cited of a witness does not go with the verdict's heading."""
    told = [(1, NEIGHBOR, DESCR, "Listed box"), (1, NEIGHBOR, "mac.address", AXIS_MAC)]
    itself = [*told, (0, SELF, "mac.address", AXIS_MAC), (0, SELF, DESCR, "Listed box")]
    for rows, outcome in (([*itself, (0, SELF, DESCR, "Plain switch")], "conflict"), (itself, "covered")):
        one = subject(report(rows), rows)
        assert (one.outcome, one.maker) == (outcome, "listed")
        assert "witnessed" in {why.grade for why in one.why} and one.why[0].grade == "declared"


def test_locally_administered_mac_is_no_evidence() -> None:
    assert report([(0, SELF, "mac.address", LOCAL_MAC)]).findings[0].outcome == "unknown"


def test_every_row_of_the_page_has_its_case() -> None:
    table = DOC.read_text().split("## Order")[0]
    written = re.findall(r"^\| ([a-z0-9-]+) \|.*?\| `(\w+)`|^\| (part-inside) \|.*?box `(clear)`", table, re.M)
    page = {(a or c): (b or d) for a, b, c, d in written if (a or c) != "row"}
    assert page == {name: row[1] for name, row in ROWS.items()}


def worst(found: Report, about: str) -> int:
    """Worst rank over the device at `about` and its components."""
    ranks = [0]
    for one in found.findings:
        if about in one.addresses:
            ranks += [RANK[one.outcome], *(RANK[part.outcome] for part in one.components)]
    return max(ranks)


@pytest.mark.parametrize(
    "first", sorted(set(ROWS) - {"witness-listed", "table-only", "witness-unlisted", "witness-against-clear"})
)
def test_more_evidence_never_lowers(first: str) -> None:
    base = ROWS[first][0]
    before = worst(report(base), "10.0.0.1")
    for name, (row, *_) in ROWS.items():
        if any(about.startswith(("neighbor", "station")) for _, about, _, _ in row):
            continue
        more = base + [(number + 2, about, key, value) for number, about, key, value in row]
        assert worst(report(more), "10.0.0.1") >= before, name
