"""Recog's files as an extra pack: taken as data, proven by their own examples, believed less than any rule of ours."""

from __future__ import annotations

import pytest

from fingerprints import recog
from fingerprints.assess import assess
from fingerprints.pack import Pack, with_extra
from model.claims import Fact
from model.evidence import Observation, observed
from model.report import Finding
from model.trouble import Trouble
from tests.fingerprints.small_pack import pack

# Written for this test: the format is Recog's, the devices are made up.
XML = r"""<?xml version="1.0"?>
<fingerprints matches="html_title" protocol="http" database_type="service">
  <fingerprint pattern="^Listed (\S+) \[v([\d.]+)\] \(x\)" flags="REG_ICASE">
    <description>made up</description>
    <example hw.product="cam7">listed cam7 [v1.2] (x)</example>
    <param pos="0" name="hw.vendor" value="Listed Ltd"/>
    <param pos="0" name="hw.device" value="Camera"/>
    <param pos="1" name="hw.product"/>
    <param pos="2" name="hw.version"/>
  </fingerprint>
  <fingerprint pattern="^Stranger"><example>Stranger 1</example><param pos="0" name="hw.vendor" value="Stranger &amp; Sons"/></fingerprint>
  <fingerprint pattern="^Plain">
    <example _encoding="base64">UGxhaW4gMQ==</example>
    <param pos="0" name="hw.vendor" value="Plain Inc"/></fingerprint>
  <fingerprint pattern="^Soft"><example>Soft</example><param pos="0" name="service.vendor" value="Soft"/></fingerprint>
  <fingerprint pattern="^Mute"><param pos="0" name="hw.vendor" value="Mute"/></fingerprint>
  <fingerprint pattern="^(?!x)Ahead"><example>Ahead</example><param pos="0" name="hw.vendor" value="Ahead"/></fingerprint>
  <fingerprint pattern="^Wrong"><example>Right</example><param pos="0" name="hw.vendor" value="Wrong"/></fingerprint>
</fingerprints>
"""
DESCR, TITLE = "snmp.sys_description", "html_title"
PACK = with_extra(pack(), {"titles.xml": XML.encode()})


def judged(*facts: tuple[str, str], held: Pack = PACK) -> Finding:
    made = [
        observed(Observation("t", "desk/eth0", "10.0.0.1", key, "answered", "2026-11-01T10:00:00.000000Z"), b"x")
        for key, _ in facts
    ]
    values = {one.id: fact for one, fact in zip(made, facts, strict=True)}
    reader = {"t": lambda group: iter([Fact(one.id, "self", *values[one.id]) for one in group])}
    (found,) = assess(made, reader, held, "test").findings
    return found


def test_fingerprints_without_proof_vendor_or_pattern_are_counted_and_left_out() -> None:
    assert [one.vendor for one in PACK.extra] == ["Listed Ltd", "Stranger & Sons", "Plain Inc"]
    assert PACK.left_out == {
        "names no hardware vendor": 1, "gives no example": 1, "has no RE2 pattern": 1, "does not match its own example": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "outcome", "maker"),
    [
        ([(TITLE, "Listed cam7 [v1.2] (x)")], "suspect", "listed"),
        ([(TITLE, "Stranger 7")], "clear", "recog-stranger_sons"),
        ([(TITLE, "Plain 7")], "clear", "plain"),
        ([(TITLE, "Listed cam7 [v1.2] (x)"), (DESCR, "Plain switch")], "suspect", "listed"),
        ([(TITLE, "Stranger 7"), (DESCR, "Plain switch")], "clear", "plain"),
        ([(TITLE, "Stranger 7"), (DESCR, "Listed box")], "covered", "listed"),
        ([(TITLE, "Somebody")], "unknown", None),
    ],
)
def test_a_third_party_never_accuses_for_certain_and_never_outvotes(
    facts: list[tuple[str, str]], outcome: str, maker: str | None
) -> None:
    found = judged(*facts)
    assert (found.outcome, found.maker) == (outcome, maker)


def test_its_reasons_are_named_as_its_own_and_its_groups_fill_the_model() -> None:
    found = judged((TITLE, "listed CAM7 [v1.2] (x)"))
    assert (found.why[0].rule, found.why[0].grade) == ("listed/recog:titles.xml:1", "hint")
    assert (found.model, found.firmware) == ("CAM7", "1.2")


def test_without_the_folder_nothing_of_it_is_known_and_the_digest_says_so() -> None:
    assert judged((TITLE, "Stranger 7"), held=pack()).outcome == "unknown"
    assert PACK.digest != pack().digest


@pytest.mark.parametrize(
    "data",
    [
        b"<fingerprints",
        b"<other/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><fingerprints matches="html_title">&a;</fingerprints>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><fingerprints matches="html_title"/>',
    ],
)
def test_what_is_no_fingerprint_file_is_named(data: bytes) -> None:
    if b"SYSTEM" in data:
        assert recog.read("recog/a.xml", data, {}).rules == (), "an outer reference is never followed"
        return
    with pytest.raises(Trouble, match=r"recog/a\.xml"):
        recog.read("recog/a.xml", data, {})
