"""laydown agent: the agent as it lives on a site: enrolled once, scanning by its own schedule, sending what was released."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli._options import json_option

if TYPE_CHECKING:
    from agent.config import Config
    from agent.deployed.home import Collector, Home
    from agent.deployed.outbox import Outbox
    from agent.deployed.store import Store

config_option = click.option(
    "--config", type=click.Path(path_type=Path), help="Default: ./agent.toml, then /etc/laydown/agent.toml."
)


@click.group("agent", short_help="Live on a site: enroll, scan by schedule, send what is released.")
def command() -> None:
    """Enrolled once with a collector, the agent scans when agent.toml says, and sends what a named person released.

    \b
    Example:  laydown agent enroll https://collector.example --token-file token
              laydown agent run
    """


@command.command("enroll", short_help="Make this machine an agent of a site, by a one-time token.")
@click.argument("url", required=False)
@click.option("--token", default="", help="The one-time token. It shows in the list of processes: prefer a file.")
@click.option("--token-file", default="", metavar="FILE", help="Its first line is the token; or credential:NAME.")
@click.option("--ca", type=click.Path(path_type=Path), help="Trust certificates of this authority (PEM) alone.")
@click.option("--pin", default="", metavar="SHA256", help="Trust this one certificate of the collector alone.")
@click.option("--insecure-http", is_flag=True, help="Allow an http:// URL that leaves this machine.")
@click.option("--again", is_flag=True, help="Although it is enrolled there: a fresh key, what waits is signed again.")
@click.option("--request", metavar="FILE", type=click.Path(path_type=Path), help="Send nothing: write what to send.")
@click.option("--answer", metavar="FILE", type=click.Path(path_type=Path), help="Take the answer to a --request.")
@config_option
def enroll(
    url: str | None,
    token: str,
    token_file: str,
    ca: Path | None,
    pin: str,
    insecure_http: bool,
    again: bool,
    request: Path | None,
    answer: Path | None,
    config: Path | None,
) -> None:
    """Make a key that stays here, and let the collector at URL know it by the one-time token."""
    from agent.deployed import enrolment
    from agent.deployed.line import Way, checked

    known, home, outbox, store = _opened(config)
    if answer is None:
        given = _token(token, token_file)
        asked = enrolment.Asked(_url(url), enrolment.pin_of(pin), insecure_http, str(ca.absolute()) if ca else "")
        checked(Way(asked.url, plain=insecure_http))
        enrolment.fresh(home, asked.url, again)
        told = enrolment.request(home, asked, given)
        if request is not None:
            _asked(request, told, asked.url)
            return
        data = enrolment.sent(asked, told, known.agent.proxy)
    else:
        data = _read(answer)
    made = enrolment.settled(home, data)
    moved = enrolment.moved(home, outbox, made)
    store.close()
    _welcome(home, known, made, moved)


def _url(url: str | None) -> str:
    from model.trouble import UsageTrouble

    if not url:
        raise UsageTrouble(
            "enroll", "no URL given", "say laydown agent enroll https://collector.example --token-file F"
        )
    return url


def _token(token: str, file: str) -> str:
    from agent.secret_place import secret_place
    from agent.signing.secrets import first_line
    from model.trouble import UsageTrouble

    if bool(token) == bool(file):
        raise UsageTrouble("enroll", "needs --token T or --token-file FILE, one of them", "copy it from the collector")
    return token or (first_line(secret_place(file, Path(), "--token-file")) or b"").decode("utf-8", "replace")


def _asked(path: Path, told: object, url: str) -> None:
    import msgspec

    from agent.deployed.home import whole

    whole(path, msgspec.json.encode(told))
    click.echo(
        f"{path}: it holds the token, so carry it as a secret, and send it from a machine that reaches the collector:"
    )
    click.echo(
        f"curl --fail -H 'Content-Type: application/json' --data-binary @{path.name} {url}/api/v1/enrol -o answer.json"
    )
    click.echo("then here: laydown agent enroll --answer answer.json")


def _read(path: Path) -> bytes:
    from model.trouble import UsageTrouble

    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "name a readable file") from None


def _welcome(home: "Home", config: "Config", made: "Collector", moved: int) -> None:
    from agent import clock
    from agent.deployed.home import own
    from agent.deployed.release import standing
    from agent.words import many, put

    ours = own(config, home.collectors())
    word = standing(config, made.organisation, ours, clock.now().date())
    put(f"enrolled: agent {made.agent} of site {made.site.id or '(no id)'}, {made.entity}, {made.organisation}")
    if moved:
        click.echo(f"{many(moved, 'parcel')} that waited: signed again")
    if word.level == "none":
        put(f"nothing leaves this site for {made.organisation}: {word.why}")
    else:
        put(f"reports leave this site for {made.organisation} as {word.level}, released by {word.by}: see [release]")
    if config.site.id and made.site.id and config.site.id != made.site.id:
        put(f'look at: agent.toml says site.id = "{config.site.id}": its reports would not be sent')


@command.command("run", short_help="Scan by schedule, send, sleep, until told to end.")
@click.option("--once", is_flag=True, help="Do what is due now, then end: for a timer.")
@click.option("--scan", is_flag=True, help="Begin with a scan, whatever the schedule says; blackouts hold.")
@config_option
def run(once: bool, scan: bool, config: Path | None) -> None:
    """Live: scan when agent.schedule says, put what is released into the spool, send it, tell the collector. SIGTERM ends it at once."""
    import sys

    from agent.config import found_at
    from agent.deployed.home import mine
    from agent.deployed.life import Life
    from agent.exits import DONE, FAILED
    from agent.hold import alone

    life = Life(found_at(config), _say)
    mine(life.home)
    with alone(life.home.root, "another agent runs here", "see `laydown agent status`, or end it first"):
        problems = life.run(once, scan)
    life.store.close()
    sys.exit(FAILED if once and problems else DONE)


@command.command("send", short_help="One turn with the collectors: a sign of life, their policy, what waits.")
@click.option("--organisation", default="", metavar="ID", help="With this one alone.")
@config_option
def send(organisation: str, config: Path | None) -> None:
    """Tell each collector how the agent stands, take its policy, send what waits: what `run` does by itself. Exit 1 if it fails."""
    import sys

    from agent.deployed.turn import turn
    from agent.exits import DONE, FAILED
    from agent.words import put

    known, home, outbox, store = _opened(config)
    failed = False
    for to in _chosen(home, organisation):
        told, trouble = turn(home, store, outbox, known, to)
        failed = failed or bool(trouble)
        if told:
            put(told)
        elif not trouble:
            put(f"{to.organisation}: reached, nothing waits")
        if trouble:
            put(f"laydown: {trouble}", err=True)
    store.close()
    sys.exit(FAILED if failed else DONE)


def _say(text: str) -> None:
    from agent.words import put

    put(f"laydown: {text}", err=True)


@command.command("status", short_help="How the agent stands: what waits, what is next, what to look at.")
@json_option
@config_option
def status(as_json: bool, config: Path | None) -> None:
    """Collectors, spool, last and next scan, policy, and what a person should look at; exit 1 if there is such a thing."""
    import sys

    from agent import clock
    from agent.deployed.status import lines
    from agent.deployed.status import status as taken
    from agent.exits import DONE, FAILED
    from agent.words import put

    known, home, _, store = _opened(config)
    found = taken(home, store, known, clock.now())
    store.close()
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(found).decode())
    else:
        for line in lines(found):
            put(line)
    sys.exit(DONE if found.ok else FAILED)


@command.command("rotate", short_help="Another key takes the place of the agent's own.")
@click.option("--organisation", default="", metavar="ID", help="Towards this one alone.")
@config_option
def rotate(organisation: str, config: Path | None) -> None:
    """Make a fresh key, let the collector know it by the old one, which ends at once; what waits is signed again."""
    from agent.deployed.contact import Contact
    from agent.deployed.enrolment import rotated

    known, home, outbox, store = _opened(config)
    for to in _chosen(home, organisation):
        contact = Contact(home, store, outbox, to, known)
        click.echo(f"{to.organisation}: key {rotated(home, outbox, to, contact.line)}")
    store.close()


@command.command("release", short_help="A named person lets one result folder go to a recipient.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--to", "recipient", required=True, metavar="ID", help="The organisation that receives it.")
@click.option("--by", required=True, metavar="NAME", help="Who releases it; stands in what is sent.")
@click.option("--level", type=click.Choice(["summary", "extract", "full"]), default="summary", help="How much of it.")
@click.option("--addresses", is_flag=True, help="With --level extract: addresses and MACs of accused devices too.")
@config_option
def release(folder: Path, recipient: str, by: str, level: str, addresses: bool, config: Path | None) -> None:
    """Put DIR into the spool for an organisation that this agent is enrolled with, at a level that NAME answers for."""
    from agent.deployed.release import spoken
    from agent.deployed.shipping import shipped

    known, home, outbox, store = _opened(config)
    (to,) = _chosen(home, recipient)
    parcel = shipped(home, outbox, known, folder, to, spoken(recipient, level, by, addresses))
    store.close()
    click.echo(
        f"{folder}: {parcel.release} for {recipient}, released by {parcel.released_by}, {parcel.state} in the spool"
    )


def _opened(path: Path | None) -> "tuple[Config, Home, Outbox, Store]":
    """Configuration, home, spool and store: what each of these commands works on."""
    from agent.config import config_at, found_at
    from agent.deployed.home import home_of
    from agent.deployed.outbox import Outbox
    from agent.deployed.store import Store

    config = config_at(found_at(path))
    home = home_of(config)
    store = Store(home.root)
    return config, home, Outbox(home, store, config.agent.spool_mb), store


def _chosen(home: "Home", organisation: str) -> "list[Collector]":
    from model.trouble import UsageTrouble

    every = home.collectors()
    found = [one for one in every if organisation in ("", one.organisation)]
    if not found:
        what, remedy = "this machine is enrolled with no collector", "laydown agent enroll URL --token-file FILE"
        if every:
            what, remedy = (
                "this agent is not enrolled there",
                f"choose of: {', '.join(one.organisation for one in every)}",
            )
        raise UsageTrouble(organisation or "agent", what, remedy)
    return found
