"""laydown demo: a simulated site, scanned for real, through to a drafted paper."""

import re
import sys
from pathlib import Path

import click

MARK = ".laydown-demo"
FORMS = ("far-52.240-90", "far-52.204-26")


@click.command("demo", short_help="A simulated site, scanned for real, through to a drafted paper.")
@click.option(
    "-o",
    "--output",
    "folder",
    default="demo-out",
    show_default=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Result folder; one that an earlier demo made is cleared first.",
)
@click.option(
    "--mode",
    default="auto",
    type=click.Choice(["auto", "namespaces", "user", "loopback"]),
    help="How the site is simulated.",
)
def command(folder: Path, mode: str) -> None:
    """Put up a site of simulated devices on this machine, scan it as any site is scanned, judge it, and draft the papers.

    Every device is synthetic; no packet leaves the machine; nothing is changed outside DIR. Needs no rights: without any, the devices
    answer on loopback addresses and what needs hardware addresses is listed as not simulated.

    \b
    Example:  laydown demo -o demo-out
    """
    import json
    import tempfile

    from agent.conclude import incomplete, told
    from agent.results import report_of

    _fresh(folder)
    with tempfile.TemporaryDirectory(prefix="laydown-demo-") as room:
        code = _scanned(folder, mode, Path(room))
        site = json.loads((Path(room) / "site.json").read_text()) if (Path(room) / "site.json").exists() else {}
    if code not in (0, 3, 4) or not site:
        raise click.ClickException(
            f"the simulated site could not be scanned (exit {code}); see the lines above, or try --mode loopback"
        )
    depot = _imported(folder)
    papers = _papers(folder, depot)
    report, _ = report_of(folder)
    click.echo("\nWhat the demo made (every device synthetic, every page of the papers marked SAMPLE):")
    click.echo(f"  report  {folder / 'report.html'}")
    click.echo(f"  files   {depot / 'report.html'} (a second site, judged from files alone)")
    click.echo(f"  paper   {papers[0]}")
    click.echo(f"  counts  {told(report)}")
    if incomplete(report):
        click.echo("          the scan ended with exit code 4: it says itself what it could not see")
    missing = f"; not simulated: {', '.join(site['not_simulated'])}" if site.get("not_simulated") else ""
    reason = f" ({site['reason']})" if site.get("reason") else ""
    click.echo(f"  mode    {site['mode']}{reason}, {site['devices']} devices{missing}")
    click.echo(f"  next    {Path(sys.argv[0])} coverage {folder}")


def _fresh(folder: Path) -> None:
    """An empty folder. Only one that an earlier demo made is cleared away."""
    import shutil

    from model.trouble import UsageTrouble

    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise UsageTrouble(str(folder), "is not empty and no demo made it", "choose another -o")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("made by `laydown demo`; the next demo clears this folder\n")


def _scanned(folder: Path, mode: str, room: Path) -> int:
    """Exit code of the scan, run at the lab's desk in a process of its own: the lab's namespaces end with it."""
    import subprocess

    from agent.own_program import own_program

    words = own_program("-m", "lab", "--quiet", "--mode", mode, "--dir", str(room), "--time", "280")
    return subprocess.run(
        [*words, "--", *own_program("-m", "agent.demo_desk", str(folder.absolute()))], check=False
    ).returncode


def _imported(folder: Path) -> Path:
    """The second site, which nobody may scan: a switch's log, a router's log and leases, read as evidence."""
    from importlib.resources import as_file, files

    depot = folder / "depot"
    with as_file(files("lab") / "sample" / "depot") as given:
        _run(["import", str(given), "-o", str(depot), "--site", "depot"])
    return depot


def _papers(folder: Path, depot: Path) -> list[Path]:
    """The forms as the sample answers leave them: the sample files are bound to these reports first."""
    from importlib.resources import files

    sample = files("lab") / "sample"
    (folder / "entity.toml").write_bytes((sample / "entity.toml").read_bytes())
    (folder / "answers.toml").write_text(_bound((sample / "answers.toml").read_text(), folder, depot))
    for form in FORMS:
        words = ["attest", str(folder), str(depot), "--entity", str(folder / "entity.toml"), "--form", form]
        _run([*words, "--answers", str(folder / "answers.toml"), "-o", str(folder / "filings")])
    return [
        next(path for suffix in ("pdf", "html") if (path := folder / "filings" / f"{form}.{suffix}").exists())
        for form in FORMS
    ]


def _bound(answers: str, *folders: Path) -> str:
    """The sample's answers about these reports: digests in front, and for each `@NAME` the id of the device at that name or address."""
    from agent.results import report_of

    held = [report_of(folder) for folder in folders]
    digests = ", ".join(f'"{digest}"' for _, digest in held)
    ids = {name: one.device for report, _ in held for one in report.findings for name in (*one.names, *one.addresses)}
    return f"reports = [{digests}]\n" + re.sub(r'"@([^"]+)"', lambda found: f'"{ids.get(found[1], found[1])}"', answers)


def _run(words: list[str]) -> None:
    """One command of this program, as a person would type it; an exit that says "incomplete" is no failure."""
    from agent.command import root

    try:
        root.main(args=words, prog_name="laydown", standalone_mode=False)
    except SystemExit as ended:
        if ended.code not in (0, 4, None):
            raise
