"""laydown review: the questions only a person can answer, in the terminal, on a local page or in a spreadsheet."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli._options import json_option, lang_option

if TYPE_CHECKING:
    from datetime import date

    from agent.filing import Source
    from agent.review.store import Store
    from model.answers import Answers
    from model.asked import Ask
    from model.filing import Filing


@click.command("review", short_help="The questions only a person can answer, into answers.toml.")
@click.argument("folders", metavar="DIR...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--entity", "entity_file", type=click.Path(path_type=Path), help="TOML: the entity and all its sites.")
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path),
    help="Where the answers go; else answers.toml in the first DIR.",
)
@click.option("--form", "forms", multiple=True, help="Ask for this form's fields too; may be repeated.")
@click.option("--by", default="", help="Name of the person who answers in the terminal.")
@click.option("--list", "listing", is_flag=True, help="List the open questions and end.")
@click.option("--web", is_flag=True, help="A page on this machine alone, at a link that works once.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of that page; any free one unless said.")
@click.option(
    "--sheet", type=click.Path(path_type=Path, dir_okay=False), help="Write the questions as XLSX to this file."
)
@click.option(
    "--from-sheet", "filled", type=click.Path(path_type=Path), help="Take the answers of a filled sheet, all or none."
)
@lang_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    folders: tuple[Path, ...],
    entity_file: Path | None,
    answers_file: Path | None,
    forms: tuple[str, ...],
    by: str,
    listing: bool,
    web: bool,
    port: int,
    sheet: Path | None,
    filled: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Put the questions that the findings of DIR... raise, and keep what a named person answers, in answers.toml.

    Nothing is answered by itself. Exit 0: no question is open. Exit 4: some are.

    \b
    Example:  laydown review hq-scan annex-scan --entity entity.toml --by "A. Officer"
              laydown review hq-scan --entity entity.toml --web
              laydown review hq-scan --entity entity.toml --sheet questions.xlsx
    """
    from agent.clock import now
    from agent.exits import DONE, INCOMPLETE
    from agent.filing import Source
    from agent.review.store import FILE

    path = answers_file or (folders[0] if folders[0].is_dir() else folders[0].parent) / FILE
    source = Source(folders, entity_file, path if path.exists() else None, site_only=entity_file is None)
    filing, asks, store = _asked(source, path, forms)
    if web:
        _on_a_page(source, store, port, lang, forms)
    elif sheet is not None:
        _to_sheet(sheet, asks, filing, lang)
    elif filled is not None:
        _from_sheet(filled, asks, filing, store, lang)
    elif not (listing or as_json):
        _in_terminal(asks, store, by, now().date(), lang)
    source = Source(folders, entity_file, path if path.exists() else None, site_only=entity_file is None)
    _, asks, _ = _asked(source, path, forms)
    _said(asks, path, listing, as_json, lang)
    ctx.exit(INCOMPLETE if any(one.waits for one in asks) else DONE)


def _asked(source: "Source", path: Path, forms: tuple[str, ...]) -> "tuple[Filing, list[Ask], Store]":
    from agent.filing import filing_of
    from agent.review.store import Store
    from reporters.asking import asked

    filing = filing_of(source, "review")
    return filing, asked(filing, forms), Store(path, tuple(held.digest for held in filing.reports))


def _in_terminal(asks: "list[Ask]", store: "Store", by: str, today: "date", lang: str) -> None:
    from agent.review.terminal import review
    from model.trouble import UsageTrouble
    from reporters._catalogue import filled, told

    if all(one.said for one in asks):
        return
    line = told("Your name, which is printed in the paper", lang)
    name = by or click.prompt(line, default="", show_default=False).strip()
    if not name:
        raise UsageTrouble("review", "nobody is named", "say --by NAME: a word that nobody signs counts for nothing")
    kept = review(asks, store, name, today, lang)
    click.echo(filled(told("{done} kept in {file}", lang), done=kept, file=store.path))


def _on_a_page(source: "Source", store: "Store", port: int, lang: str, forms: tuple[str, ...]) -> None:
    from agent.review.web import serve
    from reporters._catalogue import told

    try:
        why = serve(
            source,
            store,
            port,
            lang=lang,
            forms=forms,
            opened=lambda link: click.echo(f"{told('open in a browser, once', lang)}: {link}"),
        )
        click.echo(f"{told('the page ended', lang)}: {told(why, lang)}")
    except KeyboardInterrupt:
        click.echo(told("the page ended; what it said is kept is on disk", lang))


def _to_sheet(path: Path, asks: "list[Ask]", filing: "Filing", lang: str) -> None:
    from agent.results import write
    from agent.review.sheet import written
    from reporters._catalogue import many, told

    data = written(asks, filing, lang)
    write(path, data)
    click.echo(f"{path}: {many(len(asks), 'question', lang)}; {told('give it back with --from-sheet', lang)}")


def _from_sheet(path: Path, asks: "list[Ask]", filing: "Filing", store: "Store", lang: str) -> None:
    from agent.review.sheet import read
    from model.answering import entered, table_of
    from model.trouble import UsageTrouble
    from reporters._catalogue import filled, told

    try:
        data = path.read_bytes()
    except OSError as fault:
        raise UsageTrouble(str(path), f"cannot be read ({fault.strerror})", "name the filled sheet") from None
    words = read(data, asks, filing, str(path))

    def all_of_them(answers: "Answers") -> "Answers":
        for said in words:
            answers = entered(answers, table_of(said), said)
        return answers

    store.change(all_of_them)
    line = told("{count} answers of {file} kept in {place}", lang)
    click.echo(filled(line, count=len(words), file=path, place=store.path))


def _said(asks: "list[Ask]", path: Path, listing: bool, as_json: bool, lang: str) -> None:
    from agent.review.terminal import listed
    from reporters._catalogue import filled, told

    left = [one for one in asks if one.waits]
    if as_json:
        import msgspec

        click.echo(
            json.dumps(
                {"answers": str(path), "open": len(left), "questions": msgspec.to_builtins(asks)}, sort_keys=True
            )
        )
        return
    if listing:
        for line in listed(asks, lang):
            click.echo(line)
    done = sum(bool(one.said) for one in asks)
    line = told("{done} of {all} questions have an answer in {file}; {left} are open, {free} more may stay so", lang)
    click.echo(filled(line, done=done, all=len(asks), file=path, left=len(left), free=len(asks) - done - len(left)))
