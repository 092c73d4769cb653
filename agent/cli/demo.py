"""laydown demo: a simulated site, scanned for real, through to a drafted paper."""

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
    papers = _papers(folder)
    report, _ = report_of(folder)
    click.echo("\nWhat the demo made (every device synthetic, every page of the papers marked SAMPLE):")
    click.echo(f"  report  {folder / 'report.html'}")
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

    words = [sys.executable, "-m", "lab", "--quiet", "--mode", mode, "--dir", str(room), "--time", "280"]
    return subprocess.run(
        [*words, "--", sys.executable, "-m", "agent.demo_desk", str(folder.absolute())], check=False
    ).returncode


def _papers(folder: Path) -> list[Path]:
    """Both forms as the sample answers leave them: the sample files are bound to this report first."""
    from importlib.resources import files

    from agent.command import root
    from agent.results import report_of

    sample = files("lab") / "sample"
    (folder / "entity.toml").write_bytes((sample / "entity.toml").read_bytes())
    bound = f'reports = ["{report_of(folder)[1]}"]\n'
    (folder / "answers.toml").write_text(bound + (sample / "answers.toml").read_text())
    made = []
    for form in FORMS:
        words = ["attest", str(folder), "--entity", str(folder / "entity.toml"), "--form", form]
        words += ["--answers", str(folder / "answers.toml"), "-o", str(folder / "filings")]
        try:
            root.main(args=words, prog_name="laydown", standalone_mode=False)
        except SystemExit as ended:
            if ended.code not in (0, 4, None):
                raise
        made.append(
            next(path for suffix in ("pdf", "html") if (path := folder / "filings" / f"{form}.{suffix}").exists())
        )
    return made
