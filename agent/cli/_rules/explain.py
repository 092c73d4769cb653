"""laydown rules explain: why a device has its verdict, down to the octets; or which rules speak on a value."""

from pathlib import Path

import click

from agent.cli._options import json_option, pack_option


@click.command(
    "explain", short_help="Why a device has its verdict, down to the octets; or which rules speak on a value."
)
@click.argument("first", metavar="DIR|KEY")
@click.argument("second", metavar="DEVICE|VALUE")
@pack_option
@json_option
def command(first: str, second: str, pack: Path | None, as_json: bool) -> None:
    """Of DEVICE in the result folder DIR: each claim with grade, rule, source and evidence, and what would change the verdict.

    Where the first word is no folder: which rules speak on VALUE of fact KEY, with their grades and sources.

    \b
    Example:  laydown rules explain hq 192.0.2.7
              laydown rules explain http_header.server DNVRS-Webs
    """
    if Path(first).is_dir():
        _device(Path(first), second, pack, as_json)
    else:
        _value(first, second, pack, as_json)


def _device(folder: Path, device: str, pack: Path | None, as_json: bool) -> None:
    import msgspec

    from agent.explain import explained, lines
    from agent.meant import meant
    from agent.results import PACK, pack_at, report_of
    from agent.words import put

    report, _ = report_of(folder)
    own = folder / PACK
    held = pack_at(pack, proven=False) if pack or not own.exists() else pack_at(own, proven=False)
    found = explained(folder, meant(report, device, "rules explain"), held)
    if as_json:
        click.echo(msgspec.json.encode(found, order="sorted"))
    else:
        put("\n".join(lines(found)))


def _value(key: str, value: str, pack: Path | None, as_json: bool) -> None:
    import json
    from difflib import get_close_matches

    from agent.results import pack_at
    from agent.words import put
    from model.trouble import UsageTrouble

    matcher = pack_at(pack, proven=False).matcher
    if key not in matcher.spoken_on():
        near = get_close_matches(key, matcher.spoken_on(), 3, 0.5)
        remedy = f"did you mean {', '.join(near)}?" if near else "docs/facts.md names the keys"
        raise UsageTrouble(key, "no folder, and no key of facts that a rule speaks on", remedy)
    hits = matcher.hits(key, value)
    if as_json:
        rows = [
            {"rule": f"{hit.maker}/{hit.rule.id}", "grade": hit.rule.grade, "source": hit.rule.source} for hit in hits
        ]
        click.echo(json.dumps({"key": key, "value": value, "hits": rows}, sort_keys=True))
        return
    for hit in hits:
        given = " ".join(f"{name}={text}" for name, text in hit.given.items())
        need = f" if also {hit.rule.requires}" if hit.rule.requires else ""
        put(f"{hit.maker}/{hit.rule.id}: {hit.rule.grade} ({hit.rule.confidence}){need} {given} [{hit.rule.source}]")
    if not hits:
        click.echo(f"no rule speaks on {key} = {value!r}")
