"""laydown attest: draft a legal form from reports and a person's answers; software ticks nothing and signs nothing."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli._options import json_option

if TYPE_CHECKING:
    from model.answers import Answers
    from model.entity import Entity
    from model.filing import Filing, Held

ROOM = "reporters.forms"
SUFFIXES = {"text/html": ".html", "application/pdf": ".pdf"}


@click.command("attest", short_help="Draft a legal form from reports, an entity file and a person's answers.")
@click.argument("folders", metavar="DIR...", type=click.Path(path_type=Path), nargs=-1)
@click.option("--entity", "entity_file", type=click.Path(path_type=Path), help="TOML: the entity and all its sites.")
@click.option("--form", required=True, help="`list` names the forms.")
@click.option("--answers", "answers_file", type=click.Path(path_type=Path), help="TOML: what persons answered.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A folder, or a file ending in .html or .pdf.")
@click.option("--site-only", is_flag=True, help="About the sites alone: page 1 says it is not the entity's.")
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
    module = _form(form)
    filing = _filing(folders, entity_file, answers_file, site_only, module.__name__.rpartition(".")[2])
    files, missing = _written(module, filing, _wanted(module, output))
    code = _said(filing, files, missing, as_json)
    ctx.exit(code)


def _list() -> None:
    from model.folder import modules

    for found in modules(ROOM).values():
        click.echo(f"{found.ID:16} {found.TITLE}")


def _form(form: str) -> Any:
    """The form's module: its file is the id with every other sign than a letter or digit as `_`."""
    from model.folder import module, names
    from model.trouble import UsageTrouble

    stem = re.sub(r"[^0-9A-Za-z]+", "_", form).lower()
    if stem not in names(ROOM):
        raise UsageTrouble(form, "no such form", "`laydown attest --form list` names them")
    return module(ROOM, stem)


def _filing(
    folders: tuple[Path, ...], entity_file: Path | None, answers_file: Path | None, site_only: bool, form: str
) -> "Filing":
    from agent.clock import now
    from agent.results import report_of
    from model import answers as said
    from model.filing import Filing, Held
    from model.gate import holds
    from model.times import written
    from model.trouble import UsageTrouble

    if not folders:
        raise UsageTrouble("attest", "no DIR given", "name the folders that a scan, import or assess wrote with -o")
    held = tuple({one.digest: one for one in (Held(*report_of(folder)) for folder in folders)}.values())
    entity = _entity(entity_file, site_only, held)
    answers = said.parsed(_read(answers_file, "--answers"), str(answers_file)) if answers_file else said.Answers()
    _about_these(answers, held, answers_file)
    moment = now()
    found = holds([one.report for one in held], entity, answers, moment.date())
    return Filing(form, entity, held, answers, tuple(found), written(moment))


def _entity(path: Path | None, site_only: bool, held: "tuple[Held, ...]") -> "Entity":
    """The entity of the file; with --site-only and no file, what the reports say of themselves."""
    import msgspec

    from model.entity import Entity, EntitySite, parsed
    from model.trouble import UsageTrouble

    if path is not None:
        entity = parsed(_read(path, "--entity"), str(path))
        return msgspec.structs.replace(entity, site_only=entity.site_only or site_only)
    if not site_only:
        remedy = "name the file that lists its sites (docs/entity.md), or say --site-only"
        raise UsageTrouble("attest", "no --entity given: the form is the entity's, not a site's", remedy)
    sites = [one.report.site for one in held]
    listed = tuple(EntitySite(site.id, site.name, site.country) for site in {s.id: s for s in sites}.values())
    first = sites[0]
    return Entity(name=first.entity, uei=first.uei, cage=first.cage, site=listed, site_only=True)


def _read(path: Path, option: str) -> bytes:
    from model.trouble import UsageTrouble

    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageTrouble(
            str(path), f"cannot be read ({fault.strerror})", f"name a readable file with {option}"
        ) from None


def _about_these(answers: "Answers", held: "tuple[Held, ...]", path: Path | None) -> None:
    """Answers are bound to the reports they were given about."""
    from model.trouble import Trouble

    given, found = set(answers.reports), {one.digest for one in held}
    if given and given != found:
        what = f"the answers are about another report ({', '.join(sorted(given))}), not {', '.join(sorted(found))}"
        raise Trouble(str(path), what, "answer for this one, then name its digest under reports")


def _wanted(module: Any, output: Path | None) -> dict[str, Path]:
    """{media: path}: one file where OUT ends in its suffix, else every medium of the form in the folder OUT."""
    from model.trouble import UsageTrouble

    if output is None:
        raise UsageTrouble("attest", "no -o given", "name a folder, or a file ending in .html or .pdf")
    suffix = output.suffix.lower()
    if suffix in SUFFIXES.values() and not output.is_dir():
        media = next(media for media, ending in SUFFIXES.items() if ending == suffix)
        if media not in module.MEDIA:
            raise UsageTrouble(str(output), f"{module.ID} has no {media}", f"choose one of: {', '.join(module.MEDIA)}")
        output.parent.mkdir(parents=True, exist_ok=True)
        return {media: output}
    if output.exists() and not output.is_dir():
        raise UsageTrouble(str(output), "not a folder", "name a folder, or a file ending in .html or .pdf")
    output.mkdir(parents=True, exist_ok=True)
    return {media: output / f"{module.ID}{SUFFIXES.get(media, '')}" for media in module.MEDIA}


def _written(module: Any, filing: "Filing", wanted: dict[str, Path]) -> tuple[list[Path], str]:
    """The files written, and why the PDF is not among them. Without typst the HTML is written all the same."""
    from agent.results import write
    from reporters.forms._pdf import NoTypst

    files, missing = [], ""
    for media, path in wanted.items():
        try:
            data: bytes = module.render(filing, media)
        except NoTypst as trouble:
            missing = str(trouble)
            if len(wanted) > 1 or "text/html" not in module.MEDIA:
                continue
            path, data = path.with_suffix(".html"), module.render(filing, "text/html")
        write(path, data)
        files.append(path)
    return files, missing


def _said(filing: "Filing", files: list[Path], missing: str, as_json: bool) -> int:
    """Tell what was written and what stands; the exit code."""
    from agent.command import DONE, INCOMPLETE
    from model.gate import refused

    left = refused(filing.holds)
    code = INCOMPLETE if left else DONE
    if missing:
        click.echo(f"laydown: {missing}", err=True)
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
