"""What a person reads when something is missing, wrong or cut short: one line that says what to do, and the same words everywhere."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from agent.cli._options import OUTCOMES
from agent.command import root
from agent.conclude import exit_code, told
from agent.jobs.nodes import OUTSIDE
from agent.progress import Lines
from agent.words import many
from model.holes import holes
from model.report import Authority, Coverage, Finding, Inputs, Report, Site, Summary
from tests.agent.cli import HUAWEI, Shell, clear
from tests.agent.netns import Bench, bench  # noqa: F401
from tests.agent.test_peers_scan import ledgers_of, scan


@pytest.fixture
def held(shell: Shell) -> Path:
    Path("router.snmprec").write_text(HUAWEI)
    assert shell("import", "router.snmprec", "-o", "held").code == 0
    return Path("held")


def test_evidence_without_a_report_says_how_to_get_one(shell: Shell, held: Path) -> None:
    (held / "report.json").unlink()
    line = clear(shell("coverage", held), "no report yet", "laydown assess")
    assert "same command again" in line


@pytest.mark.parametrize("form", ["forms", "nosuch", "pdf"])
def test_an_unknown_format_is_wrong_usage(shell: Shell, held: Path, form: str) -> None:
    wrong = shell("report", held, "-f", form)
    assert wrong.code == 2 and wrong.out == []
    clear(wrong, f"-f {form}", "-f list")


@pytest.mark.parametrize("words", [[], ["rules"]])
def test_no_command_shows_the_help_as_it_is(shell: Shell, words: list[str]) -> None:
    shown = shell(*words)
    assert shown.code == 2 and shown.err[0].startswith("Usage: laydown") and "Commands:" in shown.err


@pytest.mark.parametrize(("rate", "said"), [("-1", "above 0"), ("0", "above 0"), ("9000", "faster --profile")])
def test_a_rate_that_cannot_be(shell: Shell, rate: str, said: str) -> None:
    wrong = shell("scan", "127.0.0.5", "-o", "out", "--authorized-by", "R. Roe", "--rate", rate)
    assert wrong.code == 2
    clear(wrong, "--rate", said)


def test_an_unknown_probe_is_named_with_its_option(shell: Shell) -> None:
    for option in ("--probe", "--no-probe"):
        wrong = shell("scan", "127.0.0.5", "-o", "out", "--authorized-by", "R. Roe", option, "gopher")
        assert wrong.code == 2
        clear(wrong, f"{option} gopher", "choose from")


def test_no_remedy_names_a_command_that_is_not_there(shell: Shell) -> None:
    """Doctor's words on an old registry once did."""
    shown = shell("doctor")
    context = click.Context(root)
    for word in (line.partition("mend: laydown ")[2].split() for line in shown.out if "mend: laydown " in line):
        command = root.get_command(context, word[0])
        assert command and (not isinstance(command, click.Group) or word[1] in command.commands)


def test_fail_on_means_the_same_in_every_command() -> None:
    context = click.Context(root)
    choices = {
        tuple(option.type.choices)
        for name in ("scan", "import", "assess")
        if (command := root.get_command(context, name))
        for option in command.params
        if option.name == "fail_on" and isinstance(option.type, click.Choice)
    }
    assert choices == {OUTCOMES}


def _report(outcome: str = "covered", *rows: Coverage) -> Report:
    finding = Finding("d1", outcome)  # type: ignore[arg-type]
    return Report("s", "", "", "", Authority(), Site(), Inputs("", "", ""), Summary(devices=1), (finding,), rows)


@pytest.mark.parametrize(
    ("outcome", "fail_on", "code"), [("covered", "unseen", 3), ("clear", "unseen", 0), ("unseen", "suspect", 0)]
)
def test_a_worse_outcome_meets_a_milder_fail_on(outcome: str, fail_on: str, code: int) -> None:
    assert exit_code(_report(outcome), fail_on) == code


def test_probes_stopped_for_one_reason_are_one_hole() -> None:
    rows = [Coverage("10.0.0.0/24", name, 0, 0, 0, 0, 0, "not-run", "left out") for name in ("ftp", "ssh")]
    other = Coverage("10.0.1.0/24", "ssh", 0, 0, 0, 0, 0, "not-run", "left out")
    texts = [hole.text for hole in holes(_report("clear", *rows, other))]
    assert texts == ["ftp, ssh over 10.0.0.0/24: not run (left out)", "ssh over 10.0.1.0/24: not run (left out)"]


def test_what_lies_outside_the_scope_is_no_label_to_read() -> None:
    row = Coverage("10.0.0.0/24", "all_nodes", 1, 0, 0, 0, 1, "done", OUTSIDE)
    (hole,) = holes(_report("clear", row))
    assert "among the targets" in hole.step


def test_counts_are_english() -> None:
    assert [many(1, "hole"), many(2, "hole"), many(65536, "address")] == ["1 hole", "2 holes", "65,536 addresses"]
    assert told(_report()).startswith("1 device: ")


def test_the_end_of_a_stage_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(clock=lambda: 0.0)
    lines.stage("arp_sweep", 2)
    for count in (2, 0, 0):  # the wire process tells each half second how many more were asked
        lines.step("arp_sweep", count)
    assert capsys.readouterr().err.splitlines() == ["laydown: arp_sweep: 2 to ask", "laydown: arp_sweep: 2 of 2"]


@pytest.mark.needs("root", "ip", "tcpdump")
@pytest.mark.namespaces
def test_one_probe_alone_asks_the_own_link_too(bench: Bench) -> None:  # noqa: F811
    """Without an ARP sweep nothing had told who is there, and the ledger said done, asked nobody."""
    bench.host("desk", "10.9.0.1/24")
    bench.host("peer", "10.9.0.2/24")
    out = bench.folder / "out"
    scanned = scan(bench, out, "10.9.0.2", "--authorized-by", "R. Roe", "--probe", "snmp_engine", "--json")
    assert scanned.returncode == 4 and b"snmp_engine, on own links: 1 of 1" in scanned.stderr
    (row,) = [one for one in ledgers_of(out) if one.probe == "snmp_engine" and one.status == "done"]
    assert row.asked == ("10.9.0.2",)
