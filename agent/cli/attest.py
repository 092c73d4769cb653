"""laydown attest: draft a legal form from reports and a person's answers; software ticks nothing and signs nothing."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli._options import json_option

if TYPE_CHECKING:
    from model.filing import Filing

ROOM = "reporters.forms"
MEDIA_ROOM = "reporters.media"
NO_MEDIA = (
    ".doc",
    ".xls",
    ".odt",
    ".ods",
    ".rtf",
    ".txt",
    ".htm",
    ".xml",
    ".zip",
)  # meant as a file, which we cannot write


@click.command("attest", short_help="Draft a legal form from reports, an entity file and a person's answers.")
@click.argument("folders", metavar="DIR...", type=click.Path(path_type=Path), nargs=-1)
@click.option("--entity", "entity_file", type=click.Path(path_type=Path), help="TOML: the entity and all its sites.")
@click.option("--form", required=True, help="`list` names the forms.")
@click.option("--answers", "answers_file", type=click.Path(path_type=Path), help="TOML: what persons answered.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A folder, or a file ending in .html, .pdf, ...")
@click.option("--site-only", is_flag=True, help="About the sites alone: page 1 says it is not the entity's.")
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    default=("html", "pdf"),
    help="html, pdf, docx, ...; `all`; may be repeated.",
)
@click.option("--contract", default="", help="The number of one contract or offer of the entity file.")
@click.option("--marking", default="", help="Words for every header and footer, such as CUI.")
@click.option(
    "--paper", type=click.Choice(["us-letter", "a4"]), default="us-letter", show_default=True, help="Size of the pages."
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    folders: tuple[Path, ...],
    entity_file: Path | None,
    form: str,
    answers_file: Path | None,
    output: Path | None,
    site_only: bool,
    formats: tuple[str, ...],
    contract: str,
    marking: str,
    paper: str,
    as_json: bool,
) -> None:
    """Draft FORM from the reports in DIR... All boxes print blank unless the answers name box, answer and person.

    Exit 0: written. Exit 4: written, and holds stand, which the paper lists; "does not use" is then refused.

    \b
    Example:  laydown attest hq-scan --entity entity.toml --form far-52.204-26 --answers answers.toml -o filings
              laydown attest --form list
    """
    if form == "list":
        _list()
        return
    import msgspec

    from agent.filing import Source, filing_of

    module = _form(form)
    source = Source(folders, entity_file, answers_file, site_only, contract)
    filing = filing_of(source, module.__name__.rpartition(".")[2])
    filing = msgspec.structs.replace(filing, marking=marking, paper=paper)
    files, missing = _written(module, filing, _wanted(module, output, formats))
    code = _said(filing, files, missing, as_json)
    ctx.exit(code)


def _list() -> None:
    from model.folder import modules

    forms = modules(ROOM).values()
    wide = max(len(found.ID) for found in forms)
    for found in forms:
        click.echo(f"{found.ID:{wide}}  {found.TITLE}")


def _form(form: str) -> Any:
    """The form's module: its file is the id with every other sign than a letter or digit as `_`."""
    from model.folder import module, names
    from model.trouble import UsageTrouble

    stem = re.sub(r"[^0-9A-Za-z]+", "_", form).lower()
    if stem not in names(ROOM):
        raise UsageTrouble(form, "no such form", "`laydown attest --form list` names them")
    return module(ROOM, stem)


def _wanted(module: Any, output: Path | None, formats: tuple[str, ...]) -> dict[str, Path]:
    """{media: path}: one file where OUT ends in a medium's suffix, else those of `formats` in the folder OUT."""
    from model.folder import modules
    from model.trouble import UsageTrouble

    known = modules(MEDIA_ROOM)
    suffixes = {found.SUFFIX: found.MEDIA for found in known.values() if found.MEDIA in module.MEDIA}
    if output is None:
        raise UsageTrouble("attest", "no -o given", "name a folder, or a file ending in .html, .pdf, ...")
    # `.cdx.json` is also `.json`: the longest suffix that fits is meant.
    fits = max((one for one in suffixes if output.name.lower().endswith(one)), key=len, default="")
    if fits and not output.is_dir():
        output.parent.mkdir(parents=True, exist_ok=True)
        return {suffixes[fits]: output}
    if not output.is_dir() and (output.exists() or output.suffix.lower() in NO_MEDIA):
        raise UsageTrouble(str(output), "not a folder", f"name a folder, or a file ending in {', '.join(suffixes)}")
    strange = [name for name in formats if name != "all" and name not in known]
    if strange:
        raise UsageTrouble(f"-f {strange[0]}", "no such format", f"choose of: {', '.join(known)}, all")
    output.mkdir(parents=True, exist_ok=True)
    chosen = [known[name] for name in (known if "all" in formats else formats) if known[name].MEDIA in module.MEDIA]
    chosen.sort(key=lambda found: getattr(found, "MEMORY", 0))  # the heaviest last, in room that others have left
    return {found.MEDIA: output / f"{module.ID}{found.SUFFIX}" for found in chosen}


def _written(module: Any, filing: "Filing", wanted: dict[str, Path]) -> tuple[list[Path], str]:
    """The files written, and why others are not among them. Without typst the HTML is written all the same."""
    from agent.results import write
    from model.trouble import Missing

    files, missing = [], []
    for media, path in wanted.items():
        try:
            data: bytes = module.render(filing, media)
        except Missing as trouble:
            missing.append(str(trouble))
            if len(wanted) > 1:
                continue
            path, data = path.with_suffix(".html"), module.render(filing, "text/html")
        write(path, data)
        files.append(path)
    return files, "; ".join(missing)


def _said(filing: "Filing", files: list[Path], missing: str, as_json: bool) -> int:
    """Tell what was written and what stands; the exit code."""
    from agent.exits import DONE, INCOMPLETE
    from agent.words import put
    from model.gate import refused

    left = refused(filing.holds)
    code = INCOMPLETE if left else DONE
    if missing:
        put(f"laydown: {missing}", err=True)
    if as_json:
        stands = [{"kind": h.kind, "site": h.site, "subject": h.subject, "text": h.text} for h in left]
        lifted = len(filing.holds) - len(left)
        told = {"files": [str(path) for path in files], "holds": stands, "lifted": lifted, "exit": code}
        click.echo(json.dumps(told | {"missing": missing, "sample": filing.answers.sample}, sort_keys=True))
        return code
    for path in files:
        click.echo(f"{path}: {path.stat().st_size:,} bytes")
    many = len(left) != 1
    stand = f'{len(left)} hold{"s" if many else ""} stand{"" if many else "s"}: the words "does not use" are refused'
    click.echo(stand if left else "no hold stands; a person answers and signs")
    return code
