"""What leaves for whom: nothing without a name, nothing for others unless they are named, nothing past its day."""

from __future__ import annotations

from datetime import date

import pytest

from agent.config import Config
from agent.deployed.release import Word, spoken, standing
from agent.deployed.tables import ReleaseTable, ReleaseTo
from model.parcel import Release
from model.report import Authority
from model.trouble import UsageTrouble

OWN, OTHER, DAY = "own", "prime", date(2026, 11, 23)


def own(level: Release, by: str = "", authority: str = "") -> Word:
    """What stands for the site's own organisation."""
    held = Config(authority=Authority(name=authority), release=ReleaseTable(level=level, by=by))
    return standing(held, OWN, OWN, DAY)


def other(level: Release, until: str = "") -> Word:
    """What stands for another organisation that the configuration names."""
    named = ReleaseTo(recipient=OTHER, level=level, by="J. Doe", until=until)
    return standing(Config(release=ReleaseTable(by="R. Roe", to=(named,))), OTHER, OWN, DAY)


@pytest.mark.parametrize(("by", "authority", "name"), [("R. Roe", "A. Poe", "R. Roe"), ("", "A. Poe", "A. Poe")])
def test_the_own_organisation_gets_what_a_person_releases(by: str, authority: str, name: str) -> None:
    assert own("full", by, authority) == Word(OWN, "full", name, addresses=True)


@pytest.mark.parametrize("by", ["", "  "])
def test_without_a_name_nothing_leaves(by: str) -> None:
    word = own("full", by)
    assert word.level == "none" and "nobody releases it" in word.why


def test_others_get_nothing_unless_they_are_named() -> None:
    word = standing(Config(release=ReleaseTable(level="full", by="R. Roe")), OTHER, OWN, DAY)
    assert word.level == "none" and "no [[release.to]]" in word.why


@pytest.mark.parametrize(
    ("until", "level"), [("", "extract"), ("2026-11-24", "extract"), ("2026-11-23", "extract"), ("2026-11-22", "none")]
)
def test_a_release_to_another_ends_with_its_day(until: str, level: str) -> None:
    word = other("extract", until)
    assert (word.level, word.by, word.addresses) == (level, "J. Doe", False)
    assert bool(word.why) == (level == "none")


def test_none_is_said_to_be_the_configurations_word() -> None:
    assert "release.level is none" in own("none", "R. Roe").why and "level is none" in other("none").why


def test_a_persons_word_for_one_folder() -> None:
    assert spoken(OTHER, "summary", " R. Roe ", False) == Word(OTHER, "summary", "R. Roe", spoken=True)
    for level, by in (("none", "R. Roe"), ("all", "R. Roe"), ("full", "  ")):
        with pytest.raises(UsageTrouble):
            spoken(OTHER, level, by, False)
