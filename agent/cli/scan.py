"""laydown scan: discover what is on a network, assess it, write DIR."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli._options import fail_on_option, json_option

if TYPE_CHECKING:
    from agent.scan.order import Order
    from model.report import Report


@click.command("scan", short_help="Discover what is on a network, say who made it, write DIR.")
@click.argument("targets", metavar="[TARGET]...", nargs=-1)
@click.option(
    "-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="Where to write."
)
@click.option("--config", type=click.Path(path_type=Path), help="Default: ./agent.toml, then /etc/laydown/agent.toml.")
@click.option("--authorized-by", metavar="NAME", default="", help="Who allowed this scan; printed in the report.")
@click.option("--ticket", default="", help="The change ticket.")
@click.option("--window", default="", help="The agreed time, in words.")
@click.option("--site", metavar="ID", default="", help="The site's id.")
@click.option("--exclude", multiple=True, metavar="ADDRESSES", help="Never touched. Needs a reason.")
@click.option("--exclude-reason", metavar="TEXT", default="", help="Why, for the report.")
@click.option("--fragile", multiple=True, metavar="ADDRESSES", help="Only listened to.")
@click.option("--profile", type=click.Choice(["gentle", "normal", "fast"]), help="The budget; gentle unless said.")
@click.option("--rate", type=float, metavar="N", help="Packets a second, below the profile's.")
@click.option("--probe", "only", multiple=True, metavar="NAME", help="Only these probes.")
@click.option("--no-probe", "without", multiple=True, metavar="NAME", help="Not these probes.")
@click.option("--interface", metavar="I", default="", help="Leave from this interface only.")
@click.option("--multicast", is_flag=True, help="Ask all stations of a link although not all of it is in scope.")
@click.option("--engine", type=click.Choice(["nmap"]), default=None, help="Afterwards nmap's service probes too.")
@click.option("--upstream", multiple=True, metavar="TARGET", help="Look for the way to it: the carrier's side.")
@click.option("--allow-public", is_flag=True, help="Public addresses too. Needs --reason.")
@click.option("--reason", metavar="TEXT", default="", help="Why public addresses are allowed, for the report.")
@click.option("--dry-run", is_flag=True, help="Send nothing; with -f notice, print the change ticket.")
@click.option("-f", "--format", "form", type=click.Choice(["notice"]), default="notice", help="What --dry-run prints.")
@fail_on_option
@json_option
@click.option("--port-map", type=click.Path(path_type=Path), hidden=True)
def command(folder: Path | None, fail_on: str | None, as_json: bool, dry_run: bool, form: str, **told: Any) -> None:
    """Find what is on the TARGETs (addresses, ranges, networks), say who made it, write DIR.

    Run again with the same DIR it goes on where it stopped. Ctrl-C leaves a report of what was seen.

    \b
    Example:  laydown scan 10.20.0.0/24 -o hq --authorized-by "R. Roe" --dry-run -f notice
              laydown scan 10.20.0.0/24 -o hq --authorized-by "R. Roe" --exclude 10.20.0.9 --exclude-reason "ventilator"
    """
    from agent.scan.order import check

    order = _order(told)
    check(order)
    if dry_run:
        _notice(order, as_json)
        return
    _scan(order, folder, fail_on, as_json)


def _order(told: dict[str, Any]) -> "Order":
    from agent.config import config_at, credentials, found_at, merged
    from agent.scan.order import Order, port_map
    from model.trouble import UsageTrouble

    path = found_at(told["config"])
    authority = {"name": told["authorized_by"], "ticket": told["ticket"], "window": told["window"]}
    lists = {key: told[key] for key in ("targets", "exclude", "fragile", "exclude_reason")}
    config = merged(config_at(path), told["site"], authority, told["profile"] or "", lists)
    if told["allow_public"] and not told["reason"]:
        raise UsageTrouble("--allow-public", "needs a reason, which the report prints", "say --reason TEXT")
    return Order(
        config,
        credentials(config, path),
        told["only"],
        told["without"],
        told["rate"],
        told["reason"] if told["allow_public"] else "",
        told["multicast"],
        told["interface"],
        port_map(told["port_map"]),
        told["upstream"],
        told["engine"] or "",
    )


def _notice(order: "Order", as_json: bool) -> None:
    from agent import clock
    from agent.scan.conduct import planned, sources
    from agent.scan.notice import minutes, notice

    made, mine = planned(order)
    found = sources(made, mine)
    text = notice(made, found, clock.stamp()[:16].replace("T", " ") + " UTC")
    if as_json:
        _json({"exit": 0, "notice": text, "sources": [list(one) for one in found], "minutes": list(minutes(made))})
    else:
        click.echo(text, nl=False)


def _scan(order: "Order", folder: Path | None, fail_on: str | None, as_json: bool) -> None:
    from agent.conclude import answer, exit_code
    from agent.progress import shown
    from agent.scan.conduct import conduct
    from model.trouble import UsageTrouble

    if folder is None:
        raise UsageTrouble("scan", "no DIR to write to", "say -o DIR")
    show = shown()
    try:
        report, stopped = conduct(order, folder, show)
    finally:
        show.close()
    if as_json:
        _json(answer(report, folder, fail_on) | {"stopped": stopped})
    else:
        _tell(folder, report, stopped)
    sys.exit(exit_code(report, fail_on))


def _tell(folder: Path, report: "Report", stopped: str) -> None:
    from agent.conclude import incomplete, told
    from agent.words import plain

    click.echo(told(report))
    if stopped:
        click.echo(f"stopped early: {stopped}. The same command goes on where it stopped")
    if left := incomplete(report):
        more = f", and {len(left) - 1} more" if left[1:] else ""
        click.echo(plain(f"coverage is incomplete: {left[0]}{more}"))
    click.echo(f"{folder / 'report.html'}\n{folder / 'report.json'}\nnext: laydown coverage {folder}")


def _json(told: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(told, sort_keys=True))
