"""laydown push: a result folder into the spool and to its recipients, or into a file that is carried; and the receipt back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli._options import json_option

if TYPE_CHECKING:
    from agent.config import Config
    from agent.deployed.home import Home
    from agent.deployed.outbox import Outbox, Waiting
    from agent.deployed.store import Store


@click.command("push", short_help="Send a result folder to the collector, or write it to a file that is carried.")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--to", "recipient", default="", metavar="ID", help="This organisation alone; else each one released to.")
@click.option(
    "--to-file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write it, send nothing."
)
@click.option("--receipt", metavar="FILE", type=click.Path(path_type=Path), help="Take the receipt of a carried file.")
@click.option("--no-send", is_flag=True, help="Into the spool alone; the running agent sends it.")
@click.option("--config", type=click.Path(path_type=Path), help="Default: ./agent.toml, then /etc/laydown/agent.toml.")
@json_option
def command(
    folder: Path | None,
    recipient: str,
    to_file: Path | None,
    receipt: Path | None,
    no_send: bool,
    config: Path | None,
    as_json: bool,
) -> None:
    """Pack as much of DIR as [release] lets go, sign it by the agent's key, and send it until the collector's receipt is here.

    What cannot be sent now waits in the spool; `laydown agent run` sends it, or the same command again.

    \b
    Example:  laydown push hq-scan
              laydown push hq-scan --to-file hq.parcel
              laydown push --receipt hq.parcel.receipt.json
    """
    from model.trouble import UsageTrouble

    if receipt is not None and (folder or recipient or to_file or no_send):
        raise UsageTrouble("--receipt", "stands with --config and --json alone", "leave the others out")
    if receipt is None and folder is None:
        raise UsageTrouble("push", "no DIR given", "name a result folder, or --receipt FILE")
    config_, home, outbox, store = _opened(config)
    try:
        if receipt is not None:
            _received(home, outbox, receipt, as_json)
        elif folder is not None:
            _pushed(config_, home, outbox, store, folder, recipient, to_file, no_send, as_json)
    finally:
        store.close()


def _opened(path: Path | None) -> "tuple[Config, Home, Outbox, Store]":
    from agent.cli.agent import _opened as opened

    return opened(path)


def _pushed(
    config: "Config",
    home: "Home",
    outbox: "Outbox",
    store: "Store",
    folder: Path,
    recipient: str,
    to_file: Path | None,
    no_send: bool,
    as_json: bool,
) -> None:
    from agent import clock
    from agent.cli.agent import _chosen
    from agent.deployed.home import own
    from agent.deployed.release import standing
    from agent.deployed.shipping import shipped
    from agent.words import put
    from model.trouble import Trouble, UsageTrouble

    if no_send and not recipient and not home.collectors():
        click.echo("nothing leaves: this agent is not enrolled anywhere", err=True)
        return
    chosen = _chosen(home, recipient)
    ours, today = own(config, home.collectors()), clock.now().date()
    if to_file is not None and not recipient:
        chosen = [one for one in chosen if one.organisation == ours]
    told: list[dict[str, Any]] = []
    for to in chosen:
        word = standing(config, to.organisation, ours, today)
        if word.level == "none":
            told.append({"to": to.organisation, "state": "not released", "why": word.why})
            continue
        parcel = shipped(home, outbox, config, folder, to, word, by_file=to_file is not None)
        carried = (
            to_file if parcel.state != "settled" else None
        )  # what has its receipt is no longer here, nor needed there
        if carried is not None:
            _copied(outbox, parcel, carried)
        told.append(_row(parcel, carried))
        if to_file is not None and carried is None:
            told[-1]["why"] = f"its receipt is here, so {to_file} was not written"
    if not no_send and to_file is None:
        _send(config, home, outbox, store, told)
    _tell(told, as_json)
    if no_send:
        for one in told:
            if one["state"] == "not released":
                put(f"nothing leaves for {one['to']}: {one['why']}", err=True)
        return
    if all(one["state"] == "not released" for one in told):
        first = told[0] if told else {"to": recipient or ours or "anyone", "why": "no such recipient"}
        raise UsageTrouble(str(folder), f"nothing leaves for {first['to']}", first["why"])
    for one in told:
        if one["state"] == "waiting" and one.get("why"):
            raise Trouble(str(folder), f"waits in the spool for {one['to']}", one["why"])


def _row(parcel: "Waiting", to_file: Path | None) -> dict[str, Any]:
    return {
        "to": parcel.recipient,
        "parcel": parcel.digest,
        "release": parcel.release,
        "released_by": parcel.released_by,
        "size": parcel.size,
        "state": parcel.state,
        "file": str(to_file) if to_file else "",
        "why": parcel.why,
    }


def _copied(outbox: "Outbox", parcel: "Waiting", to_file: Path) -> None:
    import shutil

    from model.trouble import Trouble

    part = to_file.with_name(to_file.name + ".part")
    try:
        shutil.copyfile(outbox.path(parcel.digest), part)
        part.replace(to_file)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise Trouble(
            str(to_file), f"cannot be written ({fault.strerror})", "choose another place; the parcel waits"
        ) from None


def _send(config: "Config", home: "Home", outbox: "Outbox", store: "Store", told: list[dict[str, Any]]) -> None:
    from agent.deployed.contact import Contact

    for one in told:
        if one["state"] != "waiting":
            continue
        (to,) = [known for known in home.collectors() if known.organisation == one["to"]]
        contact = Contact(home, store, outbox, to, config)
        contact.turn(None)
        settled = {parcel.digest for parcel in outbox.of(to.organisation, "settled")}
        aside = {parcel.digest: parcel.why for parcel in outbox.of(to.organisation, "aside")}
        if one["parcel"] in settled:
            one["state"] = "settled"
        elif one["parcel"] in aside:
            one |= {"state": "aside", "why": aside[one["parcel"]]}
        else:
            one["why"] = contact.trouble or "not sent: the same command again sends it"


def _tell(told: list[dict[str, Any]], as_json: bool) -> None:
    import json

    from agent.words import put

    if as_json:
        click.echo(json.dumps({"parcels": told}, sort_keys=True))
        return
    words = {"settled": "received", "waiting": "in the spool", "aside": "refused, set aside"}
    for one in told:
        if one["state"] != "not released":
            how = f"{one['file']}: to be carried" if one["file"] else words[one["state"]]
            put(f"{one['to']}: {one['release']}, {one['size']:,} bytes, {how}{_why(one)}")


def _why(one: dict[str, Any]) -> str:
    return f": {one['why']}" if one["why"] and one["state"] in ("aside", "settled") else ""


def _received(home: "Home", outbox: "Outbox", path: Path, as_json: bool) -> None:
    """The receipt belongs to whichever collector's key signed it."""
    from agent.cli.agent import _read
    from agent.deployed.upload import kept
    from model.receipt import receipt_of
    from model.trouble import Trouble

    data = _read(path)
    for to in home.collectors():
        try:
            receipt, _ = receipt_of(data, to.key, str(path))
        except Trouble:
            continue
        rows = [
            *outbox.of(to.organisation),
            *outbox.of(to.organisation, "settled"),
            *outbox.of(to.organisation, "aside"),
        ]
        parcel = next((one for one in rows if one.digest == receipt.parcel), None)
        if parcel is None:
            raise Trouble(
                str(path), "the receipt of a parcel that is not here", "take it to the machine that wrote the file"
            )
        if parcel.state != "settled":
            kept(outbox, to, parcel, data)
        told = {"to": to.organisation, "parcel": parcel.digest, "state": "settled", "number": receipt.number}
        if as_json:
            import json

            click.echo(json.dumps({"parcels": [told]}, sort_keys=True))
        else:
            click.echo(f"{to.organisation}: receipt {receipt.number} for {parcel.folder}: it leaves the spool")
        return
    raise Trouble(str(path), "no receipt of a collector that this agent is enrolled with", "ask for it again")
