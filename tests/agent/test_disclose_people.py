"""An extract carries what a person saw where its verdict rests on it, and no more of people than that."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent.disclose import Ground, Wish, extract, ground
from model.extract import fault, parsed, written
from model.report import Report, Seen
from tests.agent.test_disclose import independent, kept, leaks
from tests.reporters import sample

LOOKED, ELSE = "sha256:" + "7" * 64, "sha256:" + "8" * 64
WORDS = (
    Seen("maker", "Huawei", "R. Reader", "2026-11-05", LOOKED),
    Seen("photo", "sha256:" + "ab" * 32 + " 88123", "R. Reader", "2026-11-05", LOOKED),
    Seen("note", "next to 10.0.0.3 in the closet", "R. Reader", "2026-11-05", LOOKED),
    Seen("purchase", "PO 4711, Example Supplies", "B. Buyer", "2026-11-06", ELSE),
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return ground(kept(tmp_path_factory.mktemp("people") / "hq", looked_at(sample.report())))


def looked_at(report: Report) -> Report:
    """The sample, where the verdict on `core-2` rests on one person's looking and another's paper stands beside it."""
    made = []
    for one in report.findings:
        if "core-2" in one.names:
            label = msgspec.structs.replace(one.why[0], evidence=LOOKED, key="person.maker", value="Huawei")
            one = msgspec.structs.replace(one, why=(*one.why, label), observed=WORDS)
        elif one.outcome == "covered":
            one = msgspec.structs.replace(one, observed=(Seen("place", "roof of block 9", "O. Other", "", ELSE),))
        made.append(one)
    return msgspec.structs.replace(report, findings=tuple(made))


def said(
    held: Ground, *keys: str, device: str = "core-2", addresses: bool = True
) -> tuple[dict[str, set[str]], list[str]]:
    """{key: values} of the people's words in an extract, and the keys of what was withheld; the file holds nothing of others."""
    made, withheld = extract(held, Wish((device,), keys, addresses))
    data = written(made)
    assert fault(parsed(data, "x")) == ""
    assert not leaks(data, {"roof of block 9", "O. Other", LOOKED, ELSE, *({"10.0.0.3"} - {device})})
    found: dict[str, set[str]] = {}
    for leaf in (one["leaf"] for one in independent(data)["shown"]):
        if leaf["kind"] == "observed":
            found.setdefault(leaf["content"]["key"], set()).add(leaf["content"]["value"])
    return found, withheld


def test_the_words_that_the_verdict_rests_on_go_along_with_who_said_them(held: Ground) -> None:
    found, withheld = said(held)
    assert found == {"person.maker": {"Huawei"}, "person.photo": {WORDS[1].value}, "person.by": {"R. Reader"}}
    assert withheld == ["person.note"], "it names another device"


def test_other_words_only_by_their_key(held: Ground) -> None:
    assert said(held, "person.purchase")[0] == {"person.purchase": {WORDS[3].value}}
    assert said(held, "snmp.sys_description")[0] == {}
    assert said(held, device=sample.RECORDER)[0].keys() <= {"person.by", "person.maker"}


def test_who_allowed_the_scan_is_named_by_no_word_of_his(tmp_path: Path) -> None:
    """Whoever looked may be who is withheld everywhere else: the word goes, the name stays."""
    report = looked_at(sample.report())
    found = tuple(
        msgspec.structs.replace(
            one, observed=tuple(msgspec.structs.replace(seen, by="P. Porter") for seen in one.observed)
        )
        for one in report.findings
    )
    own = ground(kept(tmp_path / "hq", msgspec.structs.replace(report, findings=found)))
    words, withheld = said(own)
    assert "person.by" not in words and "person.by" in withheld and words["person.maker"] == {"Huawei"}


def test_a_build_date_goes_along_where_the_relabel_asks_for_it(tmp_path: Path) -> None:
    report = sample.report()
    seen = Seen("built", "2021-06", "R. Reader", "2026-11-05", ELSE)
    found = tuple(
        msgspec.structs.replace(one, observed=(seen,), relabel=msgspec.structs.replace(one.relabel, built="2021-06"))
        if one.relabel
        else one
        for one in report.findings
    )
    own = ground(kept(tmp_path / "hq", msgspec.structs.replace(report, findings=found)))
    made, _ = extract(own, Wish((sample.LOREX,)))
    assert {one.leaf.content["value"] for one in made.shown if one.leaf.kind == "observed"} == {"2021-06", "R. Reader"}
