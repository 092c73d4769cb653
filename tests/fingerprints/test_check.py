"""Each fault that a pack can have is one line that names the file, and the rule where there is one."""

from __future__ import annotations

import pytest

from fingerprints import registry
from fingerprints.check import faults
from fingerprints.pack import Pack
from model.trouble import Trouble
from tests.fingerprints.small_pack import PARTS, rule

TABLES = registry.load(registry.SHIPPED)
PLAIN = "rules/plain.toml"


def changed(**files: str | None) -> dict[str, bytes]:
    """The small pack with files replaced (`rules__plain`), or left out (None)."""
    parts = dict(PARTS)
    for name, text in files.items():
        key = name.replace("__", "/") + ".toml"
        if text is None:
            parts.pop(key)
        else:
            parts[key] = text
    return {name: text.encode() for name, text in parts.items()}


def told(**files: str | None) -> list[str]:
    """Every fault of the changed pack: those that keep it from loading, and those that `faults` finds."""
    try:
        return faults(Pack(changed(**files), TABLES))
    except Trouble as trouble:
        return [str(trouble)]


def plain(made: str) -> str:
    return "name='Plain Inc'\n" + made


SOUND = rule("d", "snmp.sys_description", "^Plain switch")
PROOFS = "key='html_title'\ngrade='declared'\nsource='test'\n"


def test_the_small_pack_is_sound() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("rules", "where", "what"),
    [
        (SOUND.replace("['Plain switch']", "['Plane switch']"), "[d]", "does not match its own example 'Plane switch'"),
        (SOUND.replace("['zzz']", "['Plain switch 2']"), "[d]", "matches its near-miss 'Plain switch 2'"),
        (SOUND.replace("source='test'", "source=' '"), "[d]", "needs matches, misses and a source"),
        (SOUND.replace("['zzz']", "[]"), "[d]", "needs matches, misses and a source"),
        (SOUND.replace("['Plain switch']", "[]"), "[d]", "needs matches, misses and a source"),
        (SOUND.replace("source='test'\n", ""), "[d]", "missing required field `source`"),
        (SOUND.replace("misses=['zzz']\n", ""), "[d]", "missing required field `misses`"),
        (SOUND.replace("grade='declared'", "grade='certain'"), "[d]", "Invalid enum value 'certain'"),
        (SOUND.replace("source=", "sauce="), "[d]", "unknown field `sauce`"),
        (SOUND.replace("^Plain switch'", "(?=Plain)'", 1), "[d]", "not an RE2 pattern"),
        (SOUND + "unless='(?!x)'", "[d]", "not an RE2 pattern"),
        (SOUND + "requires={ html_title='(' }", "[d]", "not an RE2 pattern"),
        (SOUND + "model='{model}'", "[d]", "a template names {model}, which its pattern does not"),
        (SOUND + "firmware='v1'\nexpects={ firmware='v2' }", "[d]", "gives {'firmware': 'v1'} on its first example"),
        (SOUND + SOUND, "", "rule id 'd' stands twice"),
        ("[[rule]\nid=", "", "not TOML"),
        ("\x00\x01", "", "not TOML"),
        (
            f"[[rule]]\nid='d'\npattern='x'\nmatches=['x']\nmisses=['y']\n{PROOFS}kinds='x'",
            "[d]",
            "unknown field `kinds`",
        ),
    ],
)
def test_a_fault_of_a_rule_names_file_and_rule(rules: str, where: str, what: str) -> None:
    (line,) = told(rules__plain=plain(rules))
    assert line.startswith(f"{PLAIN} {where}".rstrip()) and what in line
    assert "\n" not in line


def test_a_rule_that_claims_anothers_example_is_named_with_whom_it_robs() -> None:
    lines = told(
        rules__plain=plain(rule("d", "snmp.sys_description", "^L?isted box").replace("'Listed box'", "'isted box'"))
    )
    assert any(
        line.startswith("rules/plain.toml [d]: claims the example 'Listed box' of rules/listed.toml [d]")
        for line in lines
    ), lines


def test_a_brand_and_its_builder_may_both_be_right() -> None:
    assert told(rules__brand="name='Brand Inc'\n" + rule("d", "snmp.sys_description", "^Listed box")) == []


def test_a_hint_may_say_what_another_declares() -> None:
    assert told(rules__system="name='Some System'\n" + rule("s", "snmp.sys_description", "^Plain", "hint")) == []


RELABEL = "[[relabel]]\nbrand='{}'\nfactory='{}'\nsources=['x']\n"


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"relabels__listed": RELABEL.format("nobody", "listed")}, "relabels: brand 'nobody' has no rules file"),
        (
            {"relabels__listed": RELABEL.format("brand", "nobody")},
            "relabels: 'brand' needs a known factory and a source",
        ),
        (
            {"relabels__listed": RELABEL.format("brand", "listed").replace("['x']", "[]")},
            "relabels: 'brand' needs a known factory and a source",
        ),
        ({"relabels__listed": "[[relabel]]\nbrand=1"}, "relabels/listed.toml"),
        ({"rules__listed2": None}, "covered/section-889: names 'listed2', which has no rules file"),
        ({"rules__sister": None}, "covered/section-889: names 'sister', which has no rules file"),
        ({"covered__law": None}, "covered/: no authority of this pack decides whom the law names"),
        ({"covered__law": "id='x'\ntitle='X'\ncites=['y']\n"}, "covered/: no authority of this pack decides"),
        ({"covered__law": PARTS["covered/law.toml"].replace('["a law"]', "[]")}, "covered/section-889: cites nothing"),
        ({"covered__law": "id="}, "covered/law.toml"),
        ({"covered__more": "id='more'\n"}, "covered/more.toml: Object missing required field `title`"),
    ],
)
def test_a_fault_of_law_or_relabels_is_named(files: dict[str, str | None], line: str) -> None:
    assert any(one.startswith(line) for one in told(**files)), told(**files)


def test_every_fault_is_said_not_the_first_alone() -> None:
    bad = SOUND.replace("['Plain switch']", "['Plane']")
    assert len(told(rules__plain=plain(bad + bad.replace("id='d'", "id='e'").replace("^Plain", "^Plan")))) == 2
