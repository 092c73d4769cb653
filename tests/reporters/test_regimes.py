"""Regimes and what is proposed of them: by agency, kind, date and the list given; what a person confirmed and what nobody did."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from model.entity import Contract
from model.regime import Regime
from reporters.regimes import regime, regimes
from reporters.regimes._propose import UNCONFIRMED, bare, carries, confirmed, proposed, unknown

LAWS = regimes().values()
LEGACY = {"far-52.204-24", "far-52.204-25", "far-52.204-26"}
OVERHAUL = {"far-52.240-90", "far-52.240-91"}
DEFENSE = {"dfars-252.204-7016", "dfars-252.204-7017", "dfars-252.204-7018"}


def standing(contract: Contract, which: str) -> set[str]:
    return {one.regime for one in proposed(contract) if one.standing == which}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
def test_a_regime_is_whole(law: Regime) -> None:
    assert law.id.endswith(law.clause) and law.why and law.title and law.is_not
    assert law.role in ("provision", "clause") and law.binds in ("any", "dod")
    assert len({item.key for item in law.field}) == len(law.field) or law.id.startswith("dfars")
    for item in law.field:
        assert item.per in ("entity", "contract", "product", "service", "device"), item.key
        assert item.ask.endswith((".", "?")) and item.label and item.words and item.cite.strip(), item.key
        assert item.known in ("", "entity", "contract", "finding"), item.key
    for one in law.deadline:
        assert one.unit in ("business-days", "clock-hours") and one.count > 0
        assert one.after == "trigger" or one.after in {other.key for other in law.deadline}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
def test_a_clause_with_deadlines_says_what_opens_a_clock(law: Regime) -> None:
    assert bool(law.deadline) == bool(law.trigger_outcomes)
    assert not law.box or law.role == "provision"


def test_the_periods_are_those_of_the_clauses() -> None:
    found = {(law.id, one.key): (one.count, one.unit, one.after) for law in LAWS for one in law.deadline}
    assert found["far-52.204-25", "first"] == (1, "business-days", "trigger")
    assert found["far-52.204-25", "follow-up"] == (10, "business-days", "first")
    assert found["far-52.240-90", "disclosure"] == (72, "clock-hours", "trigger")
    assert found["far-52.240-91", "report"] == (72, "clock-hours", "trigger")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("52.204-25", "52.204-25"),
        ("FAR 52.204-25 (Nov 2021)", "52.204-25"),
        ("DFARS 252.204-7018", "252.204-7018"),
        ("252.204-7016, Alternate I", "252.204-7016"),
        (" H-12 ", "H-12"),
    ],
)
def test_a_clause_is_known_however_it_is_written(text: str, number: str) -> None:
    assert bare(text) == number


def test_a_defense_clause_is_never_taken_for_a_far_clause() -> None:
    held = Contract("N", clauses=("DFARS 252.204-7018",))
    assert carries(held, "252.204-7018") and not carries(held, "52.204-70") and not carries(held, "52.204-7018")


def test_a_defense_offer_before_and_after_the_overhaul() -> None:
    before = Contract("N", kind="offer", date="2026-01-31", dod=True)
    after = Contract("N", kind="offer", date="2026-02-01", dod=True)
    assert standing(before, "proposed") == LEGACY | DEFENSE and not standing(before, "possible")
    assert standing(after, "proposed") == OVERHAUL | DEFENSE and not standing(after, "possible")


def test_another_agencys_other_text_stays_possible_because_its_day_is_not_known() -> None:
    before = Contract("N", kind="offer", date="2026-01-31", dod=False)
    after = Contract("N", kind="offer", date="2026-02-01", dod=False)
    assert (standing(before, "proposed"), standing(before, "possible")) == (LEGACY, OVERHAUL)
    assert (standing(after, "proposed"), standing(after, "possible")) == (OVERHAUL, LEGACY)
    why = next(one.why for one in proposed(before) if one.regime == "far-52.240-91")
    assert "the Department of Defense turned on 2026-02-01" in why


def test_a_contract_carries_clauses_and_no_provisions() -> None:
    held = Contract("N", kind="contract", date="2024-05-01", dod=True)
    assert standing(held, "proposed") == {"far-52.204-25", "dfars-252.204-7018"}


def test_nothing_is_proposed_before_the_prohibition() -> None:
    assert standing(Contract("N", date="2019-08-12", dod=True), "proposed") == set()


@pytest.mark.parametrize("clauses", [(), ("FAR 52.204-25",)])
def test_a_contract_older_than_part_b_is_read_for_an_extension(clauses: tuple[str, ...]) -> None:
    def why(day: str) -> str:
        held = Contract("N", date=day, dod=False, clauses=clauses)
        return next((one.why for one in proposed(held) if one.regime == "far-52.204-25"), "")

    for day, told in (("2019-08-13", True), ("2020-08-12", True), ("2020-08-13", False), ("2022-08-13", False)):
        assert (f"dated {day}, was extended, renewed or modified since" in why(day)) == told
    assert bool(why("2019-08-12")) == bool(clauses), "nothing is proposed before Part A"


def test_what_nobody_said_is_possible_and_the_reason_says_what_is_missing() -> None:
    found = {one.regime: one for one in proposed(Contract("N", kind="offer"))}
    assert {one.standing for one in found.values()} == {"possible"} and found.keys() == LEGACY | OVERHAUL | DEFENSE
    assert "nobody said whether this one is" in found["dfars-252.204-7018"].why
    assert "gives no day" in found["far-52.204-25"].why
    assert DEFENSE.isdisjoint(one.regime for one in proposed(Contract("N", kind="offer", dod=False)))


def test_what_the_contract_lists_it_carries_whatever_its_date() -> None:
    held = Contract("N", date="2026-11-01", dod=True, clauses=("FAR 52.204-25 (Nov 2021)", "52.212-4", "H-9"))
    assert standing(held, "listed") == {"far-52.204-25"} and unknown(held) == ("52.212-4", "H-9")
    assert [one.standing for one in proposed(held)] == ["listed", "proposed", "proposed"]


def test_a_subcontract_is_told_that_it_flows_down() -> None:
    held = Contract("N", kind="subcontract", date="2024-05-01", dod=False)
    why = next(one.why for one in proposed(held) if one.regime == "far-52.204-25")
    assert "flows down from the prime contract, without the paragraphs that it keeps" in why


def test_a_person_confirms_with_name_and_day_or_nobody_did() -> None:
    assert confirmed(Contract("N")) == UNCONFIRMED
    assert confirmed(Contract("N", confirmed_by="A. Officer")) == UNCONFIRMED
    assert confirmed(Contract("N", confirmed_by="A. Officer", confirmed_on="soon")) == UNCONFIRMED
    said = confirmed(Contract("N", confirmed_by="A. Officer", confirmed_on="2026-11-20"))
    assert said == "confirmed by A. Officer, 2026-11-20"


def test_every_proposal_is_of_a_regime() -> None:
    for one in proposed(Contract("N", kind="offer")):
        assert (one.clause, one.title) == (regime(one.regime).clause, regime(one.regime).title)


def clauses(folder: Path, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "entity.toml").write_text(text)
    start = [sys.executable, "-c", "import agent.command; agent.command.main()", "clauses", "--entity", "entity.toml"]
    return subprocess.run([*start, *words], cwd=folder, capture_output=True, text=True, timeout=60)


HELD = 'name = "x"\n[[contract]]\nnumber = "N-1\u202e"\nkind = "offer"\ndate = "2026-10-01"\ndod = true\nclauses = ["52.204-25", "H-9"]\n'


def test_the_command_prints_each_contracts_set(tmp_path: Path) -> None:
    done = clauses(tmp_path, HELD)
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("N-1\\u{202e}", UNCONFIRMED, "listed    far-52.204-25", "proposed  far-52.240-90", "not known H-9"):
        assert words in done.stdout, words
    told = json.loads(clauses(tmp_path, HELD, "--json").stdout)["contracts"][0]
    assert told["unknown"] == ["H-9"] and told["confirmed"] == UNCONFIRMED
    assert {one["regime"] for one in told["proposals"]} == {"far-52.204-25"} | OVERHAUL | DEFENSE


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (HELD.replace("2026-10-01", "2026-13-01"), 1, "date '2026-13-01' is no day"),
        (HELD.replace('"offer"', '"lease"'), 1, "no such kind 'lease'"),
        (HELD + 'colour = "red"\n', 1, "not an entity file"),
    ],
)
def test_what_the_file_says_wrong_is_one_line(tmp_path: Path, text: str, code: int, said: str) -> None:
    done = clauses(tmp_path, text)
    assert done.returncode == code and said in done.stderr and done.stderr.count("\n") == 1 and done.stdout == ""


def test_a_file_without_contracts_says_what_to_add(tmp_path: Path) -> None:
    done = clauses(tmp_path, 'name = "x"\n')
    assert done.returncode == 0 and "add [[contract]]" in done.stdout
    assert clauses(tmp_path, "", "--entity", "nowhere.toml").returncode == 2
