"""laydown listen: hear what stations of a link say by themselves, assess it, write DIR. Sends nothing."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli._options import fail_on_option, json_option, result_option

if TYPE_CHECKING:
    from agent.listen.order import Order
    from model.report import Report


@click.command("listen", short_help="Hear what the stations of a link say by themselves; send nothing.")
@click.argument("targets", metavar="[TARGET]...", nargs=-1)
@click.option("-i", "--interface", required=True, metavar="IFACE", help="Where to listen.")
@result_option("DIR")
@click.option("--for", "span", metavar="DURATION", default="", help="90s, 10m, 1h30m; else until Ctrl-C.")
@click.option("--promiscuous", is_flag=True, help="Also hear what is sent to others, as far as it reaches this port.")
@click.option("--traffic", is_flag=True, help="Also certificates and Server lines that the TARGETs send to anybody.")
@click.option("--config", type=click.Path(path_type=Path), help="Default: ./agent.toml, then /etc/laydown/agent.toml.")
@click.option("--authorized-by", metavar="NAME", default="", help="Who allowed it; printed in the report.")
@click.option("--site", metavar="ID", default="", help="The site's id.")
@fail_on_option
@json_option
def command(folder: Path, fail_on: str | None, as_json: bool, **told: Any) -> None:
    """Hear the discovery protocols that stations speak unasked (ARP, LLDP, CDP, DHCP, mDNS and others), say who made them, write DIR.

    Nothing is sent. Only the listed protocols pass the capture filter, no user's traffic. Ctrl-C ends it with a report.

    \b
    Example:  laydown listen -i eth0 -o heard --for 10m
    """
    from agent.conclude import answer, exit_code
    from agent.listen.conduct import conduct
    from agent.progress import Lines

    show = Lines()
    report, stopped = conduct(_order(**told), folder, show)
    if as_json:
        import json

        click.echo(json.dumps(answer(report, folder, fail_on) | {"stopped": stopped}, sort_keys=True))
    else:
        _tell(folder, report, stopped)
    sys.exit(exit_code(report, fail_on))


def _order(
    interface: str,
    span: str,
    promiscuous: bool,
    config: Path | None,
    authorized_by: str,
    site: str,
    traffic: bool,
    targets: tuple[str, ...],
) -> "Order":
    from agent.config import config_at, found_at, merged
    from agent.listen.order import Order, seconds, servers
    from model.spans import Spans
    from model.trouble import UsageTrouble

    if targets and not traffic:
        raise UsageTrouble(targets[0], "targets say whose --traffic is heard", "say --traffic, or leave them out")
    held = merged(config_at(found_at(config)), site, {"name": authorized_by}, "", {"targets": targets})
    return Order(held, interface, seconds(span), promiscuous, servers(held) if traffic else Spans())


def _tell(folder: Path, report: "Report", stopped: str) -> None:
    from agent.conclude import told
    from agent.words import put

    click.echo(told(report))
    if stopped:
        put(f"stopped early: {stopped}")
    click.echo(f"{folder / 'report.html'}\n{folder / 'report.json'}\nnext: laydown coverage {folder}")
